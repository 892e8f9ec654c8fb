import { compareCodePoints } from '../base/canonical-json.ts';
import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { FileReader } from '../base/file-reader.ts';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { InlineEvaluator } from '../datastore/inline-evaluator.ts';
import { type GivenVariables, loadBaseConfiguration, type OpenConfiguration } from './base-configuration.ts';
import type { EvaluationContext } from './evaluation.ts';
import { FileCache } from './file-cache.ts';
import { appendsOf, danglingAppends, findRecipeFiles } from './find-recipe-files.ts';
import { loadRecipe } from './load-recipe.ts';
import type { Recipe } from './recipe.ts';
import { createRecipeCatalog, missingVersions } from './recipe-catalog.ts';
import type { BaseConfiguration, RecipeCatalog, Workspace } from './workspace.ts';

/** Where the metadata lies and what the caller knows. */
export interface WorkspaceOptions {
  /** The build directory (TOPDIR); it holds conf/bblayers.conf. */
  readonly topDirectory: string;
  readonly files: FileReader;
  readonly evaluator: InlineEvaluator;
  /** Variables given from outside: HOME, HOST_... */
  readonly environment: Readonly<Record<string, string>>;
  readonly givenFlags?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;
  /** Set after all configuration files, before the classes of INHERIT. */
  readonly forceVariables?: Readonly<Record<string, string>> | undefined;
  /** Names to load; without it the default one and all of BBMULTICONFIG. */
  readonly configurations?: readonly string[] | undefined;
}

type Loaded = Workspace['configurations'] extends ReadonlyMap<string, infer Entry> ? Entry : never;

/** Reads configuration and recipes of all configurations; every problem of all files is in `diagnostics`, sorted by path. */
export function loadWorkspace(options: WorkspaceOptions): Diagnosed<Workspace> {
  const context: EvaluationContext = { files: new FileCache(options.files), topDirectory: options.topDirectory };
  const given: GivenVariables = {
    evaluator: options.evaluator,
    environment: options.environment,
    flags: options.givenFlags ?? {},
    forced: options.forceVariables ?? {},
  };
  const diagnostics: Diagnostic[] = [];
  const configurations = new Map<string, Loaded>();
  const first = loadBaseConfiguration('', context, given);
  diagnostics.push(...first.diagnostics);
  const names = first.value ? configurationNames(first.value, options.configurations, diagnostics) : [];
  for (const name of names) {
    const base = name === '' ? first : loadBaseConfiguration(name, context, given);
    if (name !== '') diagnostics.push(...base.diagnostics);
    // Recipes on top of a broken configuration would only repeat its errors.
    if (!base.value || hasErrors(base.diagnostics)) continue;
    const { value, diagnostics: more } = loadConfiguration(base.value);
    configurations.set(name, value);
    diagnostics.push(...more);
  }
  return { value: { configurations }, diagnostics: sorted(diagnostics) };
}

function configurationNames(
  base: OpenConfiguration,
  wanted: readonly string[] | undefined,
  diagnostics: Diagnostic[],
): readonly string[] {
  const { datastore } = base.evaluation;
  const declared = (datastore.get('BBMULTICONFIG') ?? '').split(/\s+/).filter((name) => name !== '');
  const span = datastore.definition('BBMULTICONFIG');
  for (const name of declared.filter((each) => /^\d/.test(each))) {
    const message = `the configuration name \`${name}\` cannot start with a digit`;
    diagnostics.push(errorDiagnostic('invalid-value', message, { span }));
  }
  const known = ['', ...new Set(declared.filter((each) => !/^\d/.test(each)))];
  for (const name of (wanted ?? []).filter((each) => !known.includes(each))) {
    const help = didYouMean(name, known) ?? 'BBMULTICONFIG in conf/local.conf lists the configurations';
    diagnostics.push(errorDiagnostic('unknown-configuration', `there is no configuration \`${name}\``, { span, help }));
  }
  return wanted ? known.filter((name) => wanted.includes(name)) : known;
}

function loadConfiguration(open: OpenConfiguration): Diagnosed<Loaded> {
  const { evaluation, collections, name } = open;
  const { datastore } = evaluation;
  const found = findRecipeFiles(datastore, collections, evaluation.context.files);
  const diagnostics: Diagnostic[] = [...found.diagnostics, ...danglingAppends(found.value, datastore)];
  const recipes: Recipe[] = [];
  for (const file of found.value.recipes) {
    const result = guarded(() => loadRecipe(open, file, appendsOf(file, found.value.appends)));
    recipes.push(...result.value);
    diagnostics.push(...result.diagnostics);
  }
  const sealed = datastore.fork().seal();
  const base: BaseConfiguration = {
    name,
    datastore: sealed,
    layers: collections.map(({ name: layer, path, priority }) => ({ name: layer, path, priority })),
    filesRead: [...evaluation.filesRead],
  };
  const catalog: RecipeCatalog = createRecipeCatalog(recipes, sealed);
  diagnostics.push(...missingVersions(recipes, sealed));
  return { value: { base, catalog }, diagnostics };
}

/** A file that cannot be read is a problem of that recipe alone. */
function guarded(load: () => Diagnosed<readonly Recipe[]>): Diagnosed<readonly Recipe[]> {
  try {
    return load();
  } catch (error) {
    if (error instanceof StxError) return { value: [], diagnostics: error.diagnostics };
    throw error;
  }
}

function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
}

/** By path and place; a problem of a shared file, met once for every recipe that reads it, is kept once. */
function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const each of diagnostics) {
    const key = [each.code, each.span?.source.path, each.span?.start, each.message].join('\0');
    if (!unique.has(key)) unique.set(key, each);
  }
  return [...unique.values()].sort(
    (a, b) =>
      compareCodePoints(a.span?.source.path ?? '', b.span?.source.path ?? '') ||
      (a.span?.start ?? 0) - (b.span?.start ?? 0),
  );
}
