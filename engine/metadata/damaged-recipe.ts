import type { Diagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import { loadBaseConfiguration, type OpenConfiguration } from './base-configuration.ts';
import { Evaluation } from './evaluation.ts';
import { FileCache } from './file-cache.ts';
import { finalizeRecipe, type RecipeOrigin, readRecipe } from './finalize-recipe.ts';
import { appendsOf, findRecipeFiles } from './find-recipe-files.ts';
import { prepareVariant, readRecipeFile, variants } from './load-recipe.ts';
import type { WorkspaceOptions } from './load-workspace.ts';
import type { Recipe } from './recipe.ts';

/** A recipe that the catalog leaves out, as far as it can be read, with what is wrong with its file. */
export interface DamagedRecipe {
  readonly recipe: Recipe;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Gives a function that reads a recipe file in spite of its errors: the recipe and its class extensions; nothing when the
 * file cannot be read at all. `undefined` when the configuration itself cannot be used.
 */
export function damagedRecipeReader(
  options: WorkspaceOptions,
  configuration: string,
): ((file: string) => readonly DamagedRecipe[]) | undefined {
  const open = openDespiteErrors(options, configuration).value;
  if (open === undefined) return undefined;
  const { datastore, context } = open.evaluation;
  const { appends } = findRecipeFiles(datastore, open.collections, context.files).value;
  return (file) => readDamaged(open, file, appendsOf(file, appends));
}

/** One configuration without its recipes, as far as its errors allow. */
export function openDespiteErrors(
  options: WorkspaceOptions,
  name: string,
): { readonly value: OpenConfiguration | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const { topDirectory, facts, revisions } = options;
  const context = { files: new FileCache(options.files), topDirectory, facts, revisions };
  return loadBaseConfiguration(name, context, {
    evaluator: options.evaluator,
    environment: options.environment,
    flags: options.givenFlags ?? {},
    forced: options.forceVariables ?? {},
  });
}

function readDamaged(open: OpenConfiguration, file: string, appends: readonly string[]): readonly DamagedRecipe[] {
  try {
    const { read, collection } = readRecipeFile(open, file, appends);
    const plain = finished(read.fork('recipe'), { file, variant: '', collection });
    const diagnostics = [...read.diagnostics, ...plain.diagnostics];
    const found: DamagedRecipe[] = [{ recipe: plain.recipe, diagnostics }];
    for (const each of variants(plain.recipe, [])) {
      const extended = read.fork('recipe');
      prepareVariant(extended, plain.recipe, each);
      const { recipe, diagnostics: more } = finished(extended, { file, variant: each.variant, collection });
      found.push({ recipe, diagnostics: [...diagnostics, ...more] });
    }
    return found;
  } catch (error) {
    if (error instanceof StxError) return [];
    throw error;
  }
}

function finished(evaluation: Evaluation, origin: RecipeOrigin): DamagedRecipe {
  const whole = finalizeRecipe(evaluation, origin);
  const diagnostics = [...evaluation.diagnostics];
  if (whole !== undefined) return { recipe: whole, diagnostics };
  const patient = new Evaluation(evaluation.context, lenient(evaluation.datastore), evaluation);
  const tasks = patient.tasks.resolve((text) => patient.datastore.expand(text) ?? text);
  return { recipe: { ...readRecipe(patient, origin, tasks), datastore: evaluation.datastore }, diagnostics };
}

/** A datastore in which what cannot be had is not set. */
function lenient(datastore: WritableDatastore): WritableDatastore {
  const view: WritableDatastore = new Proxy(datastore, {
    get(target, key) {
      if (key === 'seal') return () => view;
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== 'function') return member;
      return (...args: readonly unknown[]): unknown => {
        try {
          return Reflect.apply(member, target, args);
        } catch (error) {
          if (error instanceof StxError) return undefined;
          throw error;
        }
      };
    },
  });
  return view;
}
