import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { explodeNames, hasOpenConstraint } from './dependency-text.ts';
import { inheritClasses } from './evaluate-file.ts';
import type { Evaluation } from './evaluation.ts';
import type { Collection } from './layer.ts';
import type { Recipe, RecipeTask } from './recipe.ts';

/** What is known of a recipe before it is evaluated. */
export interface RecipeOrigin {
  readonly file: string;
  readonly variant: string;
  readonly collection: Collection | undefined;
}

/** The steps after the last line, in BitBake's order; `undefined` when the recipe has errors (then reported). */
export function finalizeRecipe(evaluation: Evaluation, origin: RecipeOrigin): Recipe | undefined {
  try {
    readDeferredClasses(evaluation);
    evaluation.datastore.expandNames();
    const tasks = evaluation.tasks.resolve((text) => evaluation.datastore.expand(text));
    const recipe = readRecipe(evaluation, origin, tasks);
    return evaluation.diagnostics.some((each) => each.severity === 'error') ? undefined : recipe;
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    for (const each of error.diagnostics) evaluation.report(withFile(each, origin.file));
    return undefined;
  }
}

/** Classes of `inherit_defer`, in the order they were named; a class may name further ones. */
function readDeferredClasses(evaluation: Evaluation): void {
  for (let next = evaluation.deferred.shift(); next; next = evaluation.deferred.shift()) {
    inheritClasses(evaluation, evaluation.datastore.expand(next.classes), next.span);
  }
}

function readRecipe(
  evaluation: Evaluation,
  { file, variant, collection }: RecipeOrigin,
  tasks: ReadonlyMap<string, RecipeTask>,
): Recipe {
  const datastore: Datastore = evaluation.datastore.seal();
  const text = (name: string): string => datastore.get(name) ?? '';
  const names = (variable: string): readonly string[] => readNames(datastore, variable, evaluation, file);
  const pn = text('PN');
  const packages = names('PACKAGES');
  const runtimeProvides = new Map(packages.map((each) => [each, unique([each, ...names(`RPROVIDES:${each}`)])]));
  const runtimeDepends = new Map(packages.map((each) => [each, names(`RDEPENDS:${each}`)]));
  const runtimeRecommends = new Map(packages.map((each) => [each, names(`RRECOMMENDS:${each}`)]));
  return {
    file,
    variant,
    pn,
    pe: text('PE'),
    pv: text('PV'),
    pr: text('PR'),
    layer: collection?.name ?? '',
    datastore,
    tasks,
    provides: unique([pn, ...names('PROVIDES')]),
    depends: names('DEPENDS'),
    packages,
    runtimeProvides,
    runtimeDepends,
    runtimeRecommends,
    defaultPreference: readNumber(datastore, 'DEFAULT_PREFERENCE', evaluation, file),
    layerPriority: collection?.priority ?? 0,
    filesRead: [...evaluation.filesRead],
    filesLookedFor: [...evaluation.filesLookedFor],
  };
}

function readNames(datastore: Datastore, variable: string, evaluation: Evaluation, file: string): readonly string[] {
  const text = datastore.get(variable) ?? '';
  if (hasOpenConstraint(text)) {
    const span = datastore.definition(variable);
    const message = `${variable} of \`${file}\` has a version constraint that is not closed`;
    const help = 'write it as `name (>= 1.0)`';
    evaluation.report({ code: 'malformed-dependency', severity: 'warning', message, span, help });
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

function withFile(diagnostic: Diagnostic, file: string): Diagnostic {
  if (diagnostic.span) return diagnostic;
  return { ...diagnostic, message: `\`${file}\`: ${diagnostic.message}` };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
