import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { OpenConfiguration } from './base-configuration.ts';
import { evaluateFile } from './evaluate-file.ts';
import type { Evaluation } from './evaluation.ts';
import { finalizeRecipe } from './finalize-recipe.ts';
import { collectionOf } from './layer.ts';
import type { Recipe } from './recipe.ts';

/** One recipe file with its append files: the recipe itself and one more for each word of BBCLASSEXTEND. */
export function loadRecipe(
  configuration: OpenConfiguration,
  file: string,
  appends: readonly string[],
): Diagnosed<readonly Recipe[]> {
  const collection = collectionOf(file, configuration.collections);
  const read = configuration.evaluation.fork('recipe');
  if (collection) read.datastore.set('FILE_LAYERNAME', collection.name);
  evaluateFile(read, file);
  read.datastore.set('FILE', file);
  for (const append of appends) evaluateFile(read, append);
  const plain = read.fork('recipe');
  const recipes: Recipe[] = [];
  const diagnostics: Diagnostic[] = [...read.diagnostics];
  const recipe = finalizeRecipe(plain, { file, variant: '', collection });
  diagnostics.push(...plain.diagnostics);
  if (!recipe || diagnostics.some((each) => each.severity === 'error')) return { value: [], diagnostics };
  recipes.push(recipe);
  for (const { name, variant } of variants(recipe, diagnostics)) {
    const extended = read.fork('recipe');
    prepareVariant(extended, recipe, { name, variant });
    const result = finalizeRecipe(extended, { file, variant, collection });
    diagnostics.push(...extended.diagnostics);
    if (result) recipes.push(result);
  }
  return { value: recipes, diagnostics };
}

/** A word of BBCLASSEXTEND: `native`, or `class:argument`. */
interface Variant {
  readonly name: string;
  readonly variant: string;
}

function variants(recipe: Recipe, diagnostics: Diagnostic[]): readonly Variant[] {
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
function prepareVariant(evaluation: Evaluation, plain: Recipe, { name, variant }: Variant): void {
  if (name === variant) evaluation.datastore.set('PN', `${plain.pn}-${name}`);
  else {
    evaluation.datastore.set('BBEXTENDCURR', name);
    evaluation.datastore.set('BBEXTENDVARIANT', variant.slice(name.length + 1));
  }
  evaluation.deferred.push({ classes: name, span: plain.datastore.definition('BBCLASSEXTEND') });
}
