import type { Diagnostic } from '../../base/diagnostic.ts';
import { StxError } from '../../base/stx-error.ts';
import type { OpenConfiguration } from '../base-configuration.ts';
import type { RecipeTrace } from '../evaluation.ts';
import type { FileCache, FileQuestion } from '../file-cache.ts';
import { collectionKey, collectionOf } from '../layer.ts';
import { type LoadedRecipes, loadRecipe } from '../load-recipe.ts';
import type { Recipe } from '../recipe.ts';
import type { StoredInputs, StoredRecipes } from './cache-file.ts';
import { Numbering } from './numbering.ts';
import { filesOf, plainDiagnostic } from './plain-diagnostic.ts';
import { plainRecipe } from './plain-recipe.ts';

/** A recipe file that is to be evaluated. */
export interface RecipeJob {
  readonly file: string;
  readonly appends: readonly string[];
}

/** An evaluated recipe file as plain data; numbers are those of the tables it was described with. */
export interface EvaluatedFile {
  readonly file: string;
  readonly stored: StoredRecipes;
  /** `undefined` when the result must not be kept. */
  readonly inputs: StoredInputs | undefined;
}

/** The tables that numbers in evaluated files refer to. */
export interface Tables {
  readonly questions: Numbering<FileQuestion>;
  readonly names: Numbering;
}

/** Empty tables. */
export function newTables(): Tables {
  return { questions: new Numbering<FileQuestion>(), names: new Numbering() };
}

/** Evaluates a recipe file; a file that cannot be read is a problem of that recipe alone. */
export function evaluateRecipeFile(
  open: OpenConfiguration,
  job: RecipeJob,
  tables: Tables,
): { readonly result: EvaluatedFile; readonly recipes: readonly Recipe[] } {
  const loaded = attempt(() => loadRecipe(open, job.file, job.appends));
  const files = open.evaluation.context.files;
  const diagnostics = loaded.diagnostics.map((each) => plainDiagnostic(each, files));
  const failed = loaded.diagnostics.some((each) => each.severity === 'error');
  const base = open.evaluation;
  const beyond = (all: readonly string[], known: ReadonlySet<string>, kind: 't' | 'k'): readonly number[] =>
    all.filter((path) => !known.has(path)).map((path) => tables.questions.of(`${kind}${path}`));
  const stored: StoredRecipes = {
    appends: job.appends,
    collection: collectionKey(collectionOf(job.file, open.collections)),
    recipes: loaded.value.map(plainRecipe),
    files: loaded.value.map((recipe) => [
      beyond(recipe.filesRead, base.filesRead, 't'),
      beyond(recipe.filesLookedFor, base.filesLookedFor, 'k'),
    ]),
    diagnostics,
  };
  // BitBake: what a recipe says with BB_DONT_CACHE does not outlive the call.
  const isVolatile = loaded.value.some((recipe) => recipe.datastore.get('BB_DONT_CACHE') === '1');
  const trace = failed || isVolatile ? undefined : loaded.trace;
  const places = diagnostics.flatMap(filesOf);
  return {
    result: { file: job.file, stored, inputs: trace && inputsOf(trace, places, tables) },
    recipes: loaded.value,
  };
}

/** Answers of `files` to numbered questions. */
export function answersOf(questions: readonly FileQuestion[], files: FileCache): readonly string[] {
  return questions.map((question) => files.answer(question));
}

function inputsOf({ asked, reads }: RecipeTrace, places: readonly string[], tables: Tables): StoredInputs {
  const questions = new Set([...asked, ...places.map((path): FileQuestion => `t${path}`)]);
  return {
    questions: [...questions].map((each) => tables.questions.of(each)),
    names: [...reads.names].map((each) => tables.names.of(each)),
    overwritten: [...reads.overwritten].map((each) => tables.names.of(each)),
    all: reads.all,
  };
}

function attempt(load: () => LoadedRecipes): Omit<LoadedRecipes, 'trace'> & { readonly trace?: RecipeTrace } {
  try {
    return load();
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    const diagnostics: readonly Diagnostic[] = error.diagnostics;
    return { value: [], diagnostics };
  }
}
