import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Datastore } from '../../datastore/datastore.ts';
import { datastoreState, variableState } from '../../datastore/variable-state.ts';
import type { OpenConfiguration } from '../base-configuration.ts';
import { type FileCache, shortDigest } from '../file-cache.ts';
import { hasErrors } from '../open-configuration.ts';
import type { RecipeFiles } from '../workspace.ts';
import type { DescribedBase, StoredBase, StoredConfiguration } from './cache-file.ts';
import { plainDiagnostic } from './plain-diagnostic.ts';

/** What is to be remembered of an evaluated configuration; the states of its variables come last. */
export function describeBase(
  evaluated: {
    readonly open: OpenConfiguration;
    readonly recipeFiles: RecipeFiles;
    readonly diagnostics: readonly Diagnostic[];
  },
  more: {
    readonly given: string;
    readonly questions: readonly number[];
    readonly remembered: readonly string[];
    readonly files: FileCache;
  },
): DescribedBase {
  const { open, recipeFiles, diagnostics } = evaluated;
  const { evaluation } = open;
  return {
    name: open.name,
    given: more.given,
    complete: !hasErrors(diagnostics),
    questions: more.questions,
    state: shortDigest(evaluation.state()),
    wholeState: shortDigest(datastoreState(evaluation.datastore)),
    layers: open.collections.map(({ name, path, priority, patternText }) => ({ name, path, priority, patternText })),
    recipeFiles,
    filesRead: [...evaluation.filesRead],
    filesLookedFor: [...evaluation.filesLookedFor],
    diagnostics: diagnostics.map((each) => plainDiagnostic(each, more.files)),
    values: Object.fromEntries(more.remembered.map((name) => [name, evaluation.datastore.get(name) ?? null])),
  };
}

/** The configuration with the states of its variables by number; stored ones, when they are given, are not computed again. */
export function withStates(
  base: DescribedBase,
  { evaluation }: OpenConfiguration,
  { names, stored }: { readonly names: readonly string[]; readonly stored: StoredConfiguration | undefined },
): StoredBase {
  const same = stored?.base.wholeState === base.wholeState ? stored.base.states() : undefined;
  const digests = (part: 'all' | 'without-value', known: readonly string[] | undefined): readonly string[] =>
    names.map((name, number) => known?.[number] ?? digestOf(evaluation.datastore, name, part));
  const states = { whole: digests('all', same?.whole), withoutValue: digests('without-value', same?.withoutValue) };
  return { ...base, states: () => states };
}

/** Equal for configurations on which a recipe file gives the same. */
export function baseFingerprint({ evaluation }: OpenConfiguration): string {
  return shortDigest(evaluation.state() + datastoreState(evaluation.datastore));
}

function digestOf(datastore: Datastore, name: string, part: 'all' | 'without-value'): string {
  const state = variableState(datastore, name, part);
  return state === '' ? '-' : shortDigest(state).slice(0, 16);
}
