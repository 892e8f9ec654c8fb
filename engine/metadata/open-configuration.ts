import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import type { HostFacts, SourceRevisions } from '../python/engine-host.ts';
import { loadBaseConfiguration, type OpenConfiguration } from './base-configuration.ts';
import type { FileCache, FileQuestion } from './file-cache.ts';
import { danglingAppends, findRecipeFiles } from './find-recipe-files.ts';
import type { RecipeFiles } from './workspace.ts';

/** What the caller knows and gives, as plain data: the same gives the same configuration over the same files. */
export interface GivenFacts {
  /** The build directory (TOPDIR); it holds conf/bblayers.conf. */
  readonly topDirectory: string;
  /** Variables given from outside: HOME, HOST_... */
  readonly environment: Readonly<Record<string, string>>;
  readonly givenFlags?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Set after all configuration files, before the classes of INHERIT. */
  readonly forceVariables?: Readonly<Record<string, string>> | undefined;
  /** What Python code is told about the machine. */
  readonly facts?: HostFacts | undefined;
}

/** An evaluated configuration. */
export interface OpenedConfiguration {
  /** `undefined` when nothing can be read on top of it (then reported). */
  readonly open: OpenConfiguration | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** The view of the files that notes all that was asked, for the configuration and for the recipe files. */
  readonly files: FileCache & { readonly asked: ReadonlySet<FileQuestion> };
}

/** Evaluates the configuration of that name. */
export function openConfiguration(
  name: string,
  given: GivenFacts,
  more: {
    readonly files: FileCache;
    readonly evaluator: InlineEvaluator;
    readonly revisions?: SourceRevisions | undefined;
  },
): OpenedConfiguration {
  const { files: shared, evaluator, revisions } = more;
  const files = shared.recording();
  const { topDirectory, facts, environment, givenFlags, forceVariables } = given;
  const { value: open, diagnostics } = loadBaseConfiguration(
    name,
    { files, topDirectory, facts, revisions },
    { evaluator, environment, flags: givenFlags ?? {}, forced: forceVariables ?? {} },
  );
  if (!hasErrors(diagnostics)) return { open, diagnostics, files };
  // Recipes on top of a broken configuration would only repeat its errors; what is wrong with its layers is known.
  return { open: undefined, diagnostics: [...diagnostics, ...(open?.layerProblems ?? [])], files };
}

/** The recipe files that a configuration names; none when its layers have errors. */
export function findRecipes(open: OpenConfiguration): Diagnosed<RecipeFiles> {
  try {
    return findReadable(open);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { value: { recipes: [], appends: [], masked: 0 }, diagnostics: error.diagnostics };
  }
}

function findReadable(open: OpenConfiguration): Diagnosed<RecipeFiles> {
  const found = findRecipeFiles(open.evaluation.datastore, open.collections, open.evaluation.context.files);
  const diagnostics = [...open.layerProblems, ...found.diagnostics];
  if (hasErrors(open.layerProblems)) return { value: { ...found.value, recipes: [] }, diagnostics };
  diagnostics.push(...danglingAppends(found.value, open.evaluation.context.files));
  return { value: found.value, diagnostics };
}

/** Whether one of them is an error. */
export function hasErrors(diagnostics: readonly Pick<Diagnostic, 'severity'>[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
}
