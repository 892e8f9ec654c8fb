import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import type { SourceRevisions } from '../python/engine-host.ts';
import type { OpenConfiguration } from './base-configuration.ts';
import type { DescribedBase, StoredBase, StoredConfiguration, StoredEntry, StoredRecipes } from './cache/cache-file.ts';
import { checkByFiles, checkByVariables, type EntryCheck } from './cache/check-entries.ts';
import type { RecipeJob } from './cache/evaluated-file.ts';
import { givenDigest } from './cache/given-digest.ts';
import type { ParseCache } from './cache/parse-cache.ts';
import { reviveDiagnostic } from './cache/plain-diagnostic.ts';
import { once } from './cache/plain-recipe.ts';
import type { EvaluatedRecipes, ParseThreads } from './evaluate-recipes.ts';
import { evaluationCode } from './evaluation-code.ts';
import type { FileCache } from './file-cache.ts';
import { appendsFinder } from './find-recipe-files.ts';
import type { GivenFacts, OpenedConfiguration } from './open-configuration.ts';
import type { Recipe } from './recipe.ts';
import { createRecipeCatalog } from './recipe-catalog.ts';
import { RecipeShelf } from './recipe-shelf.ts';
import type { BaseConfiguration, LoadedConfiguration } from './workspace.ts';

/** What all configurations of an invocation share. */
export interface LoadSession {
  readonly given: GivenFacts;
  readonly evaluator: InlineEvaluator;
  readonly files: FileCache;
  readonly cache: ParseCache;
  readonly threads: ParseThreads | undefined;
  readonly revisions: SourceRevisions | undefined;
  /** Variables of configurations that are asked for at each start. */
  readonly remembered: readonly string[];
}

/** What is known of a configuration before its recipes are. */
interface Start {
  readonly base: DescribedBase;
  readonly opened: () => OpenedConfiguration;
  readonly stored: StoredConfiguration | undefined;
  readonly check: EntryCheck;
}

/** One configuration with its recipes, evaluated or taken from the cache; `undefined` when nothing can be read on top of it. */
export function loadConfiguration(name: string, session: LoadSession): Diagnosed<LoadedConfiguration | undefined> {
  const opened = once(() => evaluationCode().openConfiguration(name, session.given, session));
  const start = startStored(name, session, opened) ?? startEvaluated(name, session, opened);
  if (start === undefined) return { value: undefined, diagnostics: opened().diagnostics };
  return assemble(start, session);
}

/** The configuration as it is stored, when nothing that it was made from has changed. */
function startStored(
  name: string,
  { cache, given }: LoadSession,
  opened: () => OpenedConfiguration,
): Start | undefined {
  const stored = cache.stored(name);
  if (stored === undefined) return undefined;
  const { base } = stored;
  const holds = base.complete && base.given === givenDigest(given) && !cache.files.haveChanged(base.questions);
  return holds ? { base, opened, stored, check: checkByFiles(stored, cache) } : undefined;
}

function startEvaluated(name: string, session: LoadSession, opened: () => OpenedConfiguration): Start | undefined {
  const { cache, given, remembered, files } = session;
  const { open, diagnostics, files: view } = opened();
  if (open === undefined) return undefined;
  const { describeBase, findRecipes, withStates } = evaluationCode();
  const found = findRecipes(open);
  const questions = [...view.asked].map((each) => cache.note(each));
  const base = describeBase(
    { open, recipeFiles: found.value, diagnostics: [...diagnostics, ...found.diagnostics] },
    { given: givenDigest(given), questions, remembered, files },
  );
  const stored = cache.stored(name);
  const check =
    stored === undefined
      ? () => undefined
      : checkByVariables(
          stored,
          { base: withStates(base, open, { names: cache.tables.names.texts, stored }), open },
          cache,
        );
  return { base, opened, stored, check };
}

function assemble({ base, opened, stored, check }: Start, session: LoadSession): Diagnosed<LoadedConfiguration> {
  const { cache, files } = session;
  const open = once(() => mustBeOpen(opened()));
  const jobs = base.recipeFiles.recipes;
  const held = new Map<string, StoredEntry>();
  const missing: RecipeJob[] = [];
  const appendsOf = once(() => appendsFinder(base.recipeFiles.appends));
  for (const file of jobs) {
    const entry = check(file, () => appendsOf()(file));
    if (entry === undefined) missing.push({ file, appends: appendsOf()(file) });
    else held.set(file, entry);
  }
  const evaluated: EvaluatedRecipes =
    missing.length === 0
      ? { files: new Map(), recipes: new Map() }
      : evaluationCode().evaluateAll(
          { configuration: base.name, given: session.given, jobs: missing },
          open(),
          session,
        );
  const shelf = new RecipeShelf({ base, open, evaluated: evaluated.recipes, questions: cache.tables.questions });
  const diagnostics: Diagnostic[] = base.diagnostics.map((each) => reviveDiagnostic(each, files));
  const recipes: Recipe[] = [];
  const entries = new Map<string, StoredEntry>();
  for (const file of jobs) {
    const made = evaluated.files.get(file);
    const entry = held.get(file) ?? (made && cache.entryOf(made));
    if (entry !== undefined) entries.set(file, entry);
    const data = made?.stored ?? (JSON.parse(entry?.recipes ?? '') as StoredRecipes);
    recipes.push(...shelf.recipes(file, data));
    for (const each of data.diagnostics) diagnostics.push(reviveDiagnostic(each, files));
  }
  cache.put(keptBase(base, missing.length > 0, { open, stored, cache }), entries);
  const loaded = loadedBase(base, () => open().evaluation);
  const catalog = createRecipeCatalog(recipes, loaded);
  return { value: { base: loaded, catalog, evaluatedFiles: missing.length }, diagnostics };
}

/** The configuration for the next invocation: with the states of all variables that recipes read. */
function keptBase(
  base: DescribedBase,
  evaluated: boolean,
  more: {
    readonly open: () => OpenConfiguration;
    readonly stored: StoredConfiguration | undefined;
    readonly cache: ParseCache;
  },
): StoredBase {
  const { stored, cache } = more;
  if (!evaluated && stored?.base === base) return stored.base;
  return evaluationCode().withStates(base, more.open(), {
    names: cache.tables.names.texts,
    stored: stored?.base === base ? stored : undefined,
  });
}

function mustBeOpen({ open, diagnostics }: OpenedConfiguration): OpenConfiguration {
  if (open === undefined) throw new StxError(diagnostics.filter((each) => each.severity === 'error'));
  return open;
}

function loadedBase(base: DescribedBase, open: () => OpenConfiguration['evaluation']): BaseConfiguration {
  const { name, layers, recipeFiles, filesRead, values } = base;
  // A fork, so that nobody can write to what recipes are forked from.
  const datastore = once(() => open().datastore.fork().seal());
  return {
    name,
    layers,
    recipeFiles,
    filesRead,
    get datastore() {
      return datastore();
    },
    value(variable) {
      const known = values[variable];
      return known === undefined ? datastore().get(variable) : (known ?? undefined);
    },
  };
}
