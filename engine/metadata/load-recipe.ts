import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { OpenConfiguration } from './base-configuration.ts';
import { evaluateFile } from './evaluate-file.ts';
import type { Evaluation, RecipeTrace } from './evaluation.ts';
import { finalizeRecipe, type RecipeOrigin, skippedRecipe } from './finalize-recipe.ts';
import { type Collection, collectionOf } from './layer.ts';
import type { Recipe } from './recipe.ts';

/** The recipes of a file, and what they were made from. */
export interface LoadedRecipes extends Diagnosed<readonly Recipe[]> {
  readonly trace: RecipeTrace;
}

/** A recipe file with its append files, before anything is finalized. */
export interface ReadRecipeFile {
  readonly read: Evaluation;
  readonly collection: Collection | undefined;
  readonly trace: RecipeTrace;
}

/** One recipe file with its append files: the recipe itself and one more for each word of BBCLASSEXTEND. */
export function loadRecipe(configuration: OpenConfiguration, file: string, appends: readonly string[]): LoadedRecipes {
  const { read, collection, trace } = readRecipeFile(configuration, file, appends);
  const origin: RecipeOrigin = { file, variant: '', collection };
  if (read.stopped) {
    return { value: [skippedRecipe(read, origin, read.skipped ?? '')], diagnostics: read.diagnostics, trace };
  }
  const plain = read.fork('recipe');
  const recipes: Recipe[] = [];
  const diagnostics: Diagnostic[] = [...read.diagnostics];
  const recipe = finalizeRecipe(plain, origin);
  diagnostics.push(...plain.diagnostics);
  if (!recipe || diagnostics.some((each) => each.severity === 'error')) return { value: [], diagnostics, trace };
  recipes.push(recipe);
  for (const { name, variant } of variants(recipe, diagnostics)) {
    const extended = read.fork('recipe');
    prepareVariant(extended, recipe, { name, variant });
    const result = finalizeRecipe(extended, { file, variant, collection });
    diagnostics.push(...extended.diagnostics);
    if (result) recipes.push(result);
  }
  return { value: recipes, diagnostics, trace };
}

/** What the lines of a recipe file and its append files say, before anything is finalized; problems are in the evaluation. */
export function readRecipeFile(
  configuration: OpenConfiguration,
  file: string,
  appends: readonly string[],
): ReadRecipeFile {
  const collection = collectionOf(file, configuration.collections);
  const { evaluation: read, trace } = configuration.evaluation.forkRecipe();
  if (collection) read.datastore.set('FILE_LAYERNAME', collection.name);
  evaluateFile(read, file);
  read.datastore.set('FILE', file);
  if (read.stopped) return { read, collection, trace };
  for (const append of appends) evaluateFile(read, append);
  return { read, collection, trace };
}

/** A word of BBCLASSEXTEND: `native`, or `class:argument`. */
export interface Variant {
  readonly name: string;
  readonly variant: string;
}

/** The words of BBCLASSEXTEND, each once. */
export function variants(recipe: Recipe, diagnostics: Diagnostic[]): readonly Variant[] {
  try {
    const words = (recipe.datastore.get('BBCLASSEXTEND') ?? '').split(/\s+/).filter((word) => word !== '');
    return [...new Set(words)].map((variant) => ({ name: variant.split(':')[0] ?? variant, variant }));
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    diagnostics.push(...error.diagnostics);
    return [];
  }
}

/** The class of a variant is read last, after the recipe, its append files and other deferred classes. */
export function prepareVariant(evaluation: Evaluation, plain: Recipe, { name, variant }: Variant): void {
  if (name === variant) evaluation.datastore.set('PN', `${plain.pn}-${name}`);
  else {
    evaluation.datastore.set('BBEXTENDCURR', name);
    evaluation.datastore.set('BBEXTENDVARIANT', variant.slice(name.length + 1));
  }
  evaluation.deferred.push({ classes: name, span: plain.datastore.definition('BBCLASSEXTEND') });
}
