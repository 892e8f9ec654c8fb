import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { RecipeSkipped } from '../python/recipe-skipped.ts';
import { PythonList } from '../python/values/value.ts';
import { checkTaskValues } from './check-task-values.ts';
import { checkTaskSwitches } from './check-tasks.ts';
import { checkValues } from './check-values.ts';
import { incompatibility } from './compatible.ts';
import { explodeNames, openConstraint } from './dependency-text.ts';
import { inheritClasses } from './evaluate-file.ts';
import type { Evaluation } from './evaluation.ts';
import { fire, registerHandlers } from './event-handlers.ts';
import { standInSources } from './external-source.ts';
import { readGraphFlags } from './graph-flags.ts';
import type { Collection } from './layer.ts';
import { placeOfWord } from './place-of-word.ts';
import { pythonRuntime } from './python-code.ts';
import type { Recipe } from './recipe.ts';
import { hintAtSpelling } from './spelling-hints.ts';
import type { ResolvedTask } from './task-table.ts';
import { translateNames } from './translate-names.ts';
import { replaceVirtualProviders } from './virtual-recipe-providers.ts';

/** What is known of a recipe before it is evaluated. */
export interface RecipeOrigin {
  readonly file: string;
  readonly variant: string;
  readonly collection: Collection | undefined;
}

/** The steps after the last line, in BitBake's order; `undefined` when the recipe has errors (then reported). */
export function finalizeRecipe(evaluation: Evaluation, origin: RecipeOrigin): Recipe | undefined {
  try {
    runFinalSteps(evaluation, origin.file);
    evaluation.skipped ??= incompatibility(evaluation.datastore);
    if (evaluation.skipped !== undefined) return skippedRecipe(evaluation, origin, evaluation.skipped);
    const tasks = evaluation.tasks.resolve((text) => evaluation.datastore.expand(text));
    replaceVirtualProviders(evaluation.datastore, tasks.keys());
    translateNames(evaluation);
    standInSources(evaluation.datastore);
    checkTaskSwitches(evaluation, tasks.keys());
    checkTaskValues(evaluation.datastore, {
      tasks: tasks.keys(),
      exported: evaluation.exported,
      report: (each) => evaluation.report(forRecipe(each, evaluation, origin.file)),
    });
    hintAtSpelling(evaluation, tasks);
    checkValues(evaluation);
    fire(evaluation, 'RecipeParsed', { fn: origin.file });
    const recipe = readRecipe(evaluation, origin, tasks);
    return evaluation.diagnostics.some((each) => each.severity === 'error') ? undefined : recipe;
  } catch (error) {
    if (error instanceof RecipeSkipped) return skippedRecipe(evaluation, origin, error.reason);
    if (!(error instanceof StxError)) throw error;
    for (const each of error.diagnostics) evaluation.report(forRecipe(each, evaluation, origin.file));
    return undefined;
  }
}

/** What happens between the last line and the tasks. BitBake: ast.finalize. */
function runFinalSteps(evaluation: Evaluation, file: string): void {
  const inherits = new PythonList(evaluation.deferred.map((each) => each.classes));
  fire(evaluation, 'RecipePreDeferredInherits', { fn: file, inherits });
  readDeferredClasses(evaluation);
  registerHandlers(evaluation);
  // An OVERRIDES that never settles is an error even where nothing depends on it.
  evaluation.datastore.overrides();
  fire(evaluation, 'RecipePreFinalise', { fn: file });
  for (const each of evaluation.datastore.expandNames()) evaluation.report(each);
  fire(evaluation, 'RecipePostKeyExpansion', { fn: file });
  const { datastore, host } = evaluation;
  for (const body of evaluation.anonymous) pythonRuntime().execute(body, { datastore, host });
  fire(evaluation, 'RecipeTaskPreProcess', { fn: file, tasklist: new PythonList([...evaluation.tasks.names()]) });
}

/** A recipe that is left out: only its names count. BitBake: cache.CoreRecipeInfo. */
export function skippedRecipe(evaluation: Evaluation, origin: RecipeOrigin, reason: string): Recipe {
  const datastore: Datastore = evaluation.datastore.seal();
  const pn = datastore.get('PN') ?? '';
  return {
    ...{ file: origin.file, variant: origin.variant, pn, layer: origin.collection?.name ?? '', datastore },
    ...{ pe: datastore.get('PE') ?? '', pv: datastore.get('PV') ?? '', pr: datastore.get('PR') ?? '' },
    ...{ tasks: new Map(), depends: [], packages: [], packagesDynamic: [], excludedFromWorld: false },
    provides: unique([pn, ...words(datastore.get('PROVIDES') ?? '')]),
    ...{ runtimeProvides: new Map(), runtimeDepends: new Map(), runtimeRecommends: new Map() },
    ...{ defaultPreference: 0, layerPriority: origin.collection?.priority ?? 0, skipped: reason },
    filesRead: [...evaluation.filesRead],
    filesLookedFor: [...evaluation.filesLookedFor],
  };
}

/** Classes of `inherit_defer`, in the order they were named; a class may name further ones. */
function readDeferredClasses(evaluation: Evaluation): void {
  for (let next = evaluation.deferred.shift(); next; next = evaluation.deferred.shift()) {
    const names = evaluation.datastore.expand(next.classes);
    inheritClasses(evaluation, { names, span: next.span, deferred: true });
  }
}

/** A finished evaluation as a recipe; what is wrong with a value is reported. Throws StxError of a value that cannot be had. */
export function readRecipe(
  evaluation: Evaluation,
  { file, variant, collection }: RecipeOrigin,
  tasks: ReadonlyMap<string, ResolvedTask>,
): Recipe {
  const datastore: Datastore = evaluation.datastore.seal();
  const text = (name: string): string => datastore.get(name) ?? '';
  const names = (variable: string): readonly string[] => readNames(datastore, variable, evaluation, file);
  const pn = text('PN');
  const listed = words(text('PACKAGES'));
  const packages = listed.length > 0 ? listed : [pn];
  /** Package -> the names of a relation, those that all packages of the recipe share first. */
  const relation = (variable: string): ReadonlyMap<string, readonly string[]> => {
    const shared = names(variable);
    return new Map(packages.map((each) => [each, unique([...shared, ...names(`${variable}:${each}`)])]));
  };
  return {
    file,
    variant,
    pn,
    pe: text('PE'),
    pv: text('PV'),
    pr: text('PR'),
    layer: collection?.name ?? '',
    datastore,
    tasks: new Map([...tasks].map(([name, task]) => [name, { ...task, flags: readGraphFlags(datastore, name) }])),
    provides: unique([pn, ...names('PROVIDES')]),
    depends: names('DEPENDS'),
    packages,
    packagesDynamic: words(text('PACKAGES_DYNAMIC')),
    excludedFromWorld: readSwitch(datastore, 'EXCLUDE_FROM_WORLD', evaluation, file),
    runtimeProvides: new Map([...relation('RPROVIDES')].map(([each, provided]) => [each, unique([each, ...provided])])),
    runtimeDepends: relation('RDEPENDS'),
    runtimeRecommends: relation('RRECOMMENDS'),
    defaultPreference: readNumber(datastore, 'DEFAULT_PREFERENCE', evaluation, file),
    layerPriority: collection?.priority ?? 0,
    filesRead: [...evaluation.filesRead],
    filesLookedFor: [...evaluation.filesLookedFor],
  };
}

function readNames(datastore: Datastore, variable: string, evaluation: Evaluation, file: string): readonly string[] {
  const text = datastore.get(variable) ?? '';
  const opened = openConstraint(text);
  if (opened !== undefined) {
    const span = placeOfWord(opened, variable, datastore);
    const message = `${variable} of \`${file}\` has a version constraint that is not closed`;
    const help = 'write it as `name (>= 1.0)`';
    evaluation.report({ code: 'malformed-dependency', severity: 'note', message, span, help });
  }
  return explodeNames(text);
}

function readNumber(datastore: Datastore, variable: string, evaluation: Evaluation, file: string): number {
  const text = (datastore.get(variable) ?? '').trim();
  if (text === '') return 0;
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  const span = datastore.definition(variable);
  const message = `${variable} of \`${file}\` is not a whole number: \`${text}\``;
  evaluation.report(errorDiagnostic('invalid-value', message, { span }));
  return 0;
}

/** BitBake: utils.to_boolean. */
function readSwitch(datastore: Datastore, variable: string, evaluation: Evaluation, file: string): boolean {
  const text = (datastore.get(variable) ?? '').toLowerCase();
  if (['', 'n', 'no', '0', 'false'].includes(text)) return false;
  if (['y', 'yes', '1', 'true'].includes(text)) return true;
  const span = datastore.definition(variable);
  const message = `${variable} of \`${file}\` is neither yes nor no: \`${text}\``;
  evaluation.report(errorDiagnostic('invalid-value', message, { span, help: 'write `1` or `0`' }));
  return false;
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** A problem of another file, a class or bitbake.conf, also names the recipe in which it showed. */
function forRecipe(diagnostic: Diagnostic, evaluation: Evaluation, file: string): Diagnostic {
  const { span, related = [] } = diagnostic;
  if (span === undefined) return { ...diagnostic, message: `\`${file}\`: ${diagnostic.message}` };
  const source = evaluation.context.files.parse(file, 'recipe')?.source;
  if (source === undefined || [span, ...related.map((each) => each.span)].some((each) => each.source.path === file)) {
    return diagnostic;
  }
  return { ...diagnostic, related: [...related, { span: source.span(0, 0), message: 'needed by this recipe' }] };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
