import type { Diagnostic } from '../../base/diagnostic.ts';
import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import type { Datastore } from '../../datastore/datastore.ts';
import { parseSubjectName } from '../../inspect/find-subject.ts';
import { environmentText, inspectEnvironment } from '../../inspect/inspect-environment.ts';
import { filesText, inspectFiles } from '../../inspect/inspect-files.ts';
import { inspectLayers, layersText } from '../../inspect/inspect-layers.ts';
import { inspectProviders, providersText } from '../../inspect/inspect-providers.ts';
import { inspectRecipe, recipeText } from '../../inspect/inspect-recipe.ts';
import { inspectRecipes, recipesText } from '../../inspect/inspect-recipes.ts';
import { inspectTasks, tasksText } from '../../inspect/inspect-tasks.ts';
import { inspectVariable, variableText } from '../../inspect/inspect-variable.ts';
import { openDespiteErrors } from '../../metadata/damaged-recipe.ts';
import type { WorkspaceOptions } from '../../metadata/load-workspace.ts';
import type { InspectCall, InspectVariableCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { prepareReading, type ReadingOptions } from '../load-metadata.ts';
import { openQuestion } from '../open-question.ts';
import { printDiagnostics } from '../say-diagnostics.ts';

/** `stx-bake inspect variable NAME [--recipe RECIPE] [--flag FLAG]`. */
export async function inspectVariableCommand(options: InspectVariableCall): Promise<number> {
  const { flag } = options;
  const seen = await openDatastore(options, options.recipe ?? '');
  const { configuration, recipe, datastore } = seen;
  const answer = inspectVariable(options.words[0] ?? '', { datastore, recipe, flag });
  print(options, { configuration, recipe, overrides: datastore.overrides(), ...answer }, () =>
    variableText(answer, { base: process.cwd(), flag }),
  );
  return seen.conclude();
}

/** `stx-bake inspect environment [RECIPE]`. */
export async function inspectEnvironmentCommand(options: InspectCall): Promise<number> {
  const seen = await openDatastore(options, options.words[0] ?? '');
  const { configuration, recipe, file, datastore } = seen;
  const answer = inspectEnvironment(datastore);
  print(options, { configuration, recipe, file, overrides: datastore.overrides(), ...answer }, () =>
    environmentText(answer, process.cwd()),
  );
  return seen.conclude();
}

/** `stx-bake inspect recipe RECIPE`. */
export async function inspectRecipeCommand(options: InspectCall): Promise<number> {
  const question = await openQuestion(options);
  const subject = question.find(options.words[0] ?? '');
  const answer = inspectRecipe(subject);
  print(options, answer, () => recipeText(answer, process.cwd()));
  return question.conclude(subject);
}

/** `stx-bake inspect recipes`. */
export async function inspectRecipesCommand(options: InspectCall): Promise<number> {
  const question = await openQuestion(options);
  const answer = inspectRecipes(question.workspace);
  print(options, answer, () => recipesText(answer, process.cwd()));
  question.noteErrors();
  return exitCodes.ok;
}

/** `stx-bake inspect tasks RECIPE`. */
export async function inspectTasksCommand(options: InspectCall): Promise<number> {
  const question = await openQuestion(options);
  const subject = question.find(options.words[0] ?? '');
  const tasks = inspectTasks(subject.recipe);
  print(options, { configuration: subject.configuration, recipe: subject.recipe.pn, tasks }, () =>
    tasksText(tasks, process.cwd()),
  );
  return question.conclude(subject);
}

/** `stx-bake inspect files RECIPE`. */
export async function inspectFilesCommand(options: InspectCall): Promise<number> {
  const question = await openQuestion(options);
  const subject = question.find(options.words[0] ?? '');
  const { configuration, recipe } = subject;
  const answer = inspectFiles(recipe);
  print(options, { configuration, recipe: recipe.pn, file: recipe.file, ...answer }, () =>
    filesText(answer, process.cwd()),
  );
  return question.conclude(subject);
}

/** `stx-bake inspect layers [mc:CONFIGURATION]`. */
export async function inspectLayersCommand(options: InspectCall): Promise<number> {
  const [word = ''] = options.words;
  const { configuration, name } = parseSubjectName(word);
  if (name !== '') {
    const help = 'leave it out, or write `mc:CONFIGURATION`';
    throw StxError.of('bad-argument', `\`inspect layers\` has no use for \`${word}\``, { help });
  }
  const question = await openQuestion(options);
  const { base, catalog } = question.configuration(configuration);
  const { topDirectory, files } = question.reading;
  const answer = inspectLayers({ base, catalog, topDirectory, files });
  print(options, { configuration, ...answer }, () => layersText(answer, process.cwd()));
  question.noteErrors();
  return exitCodes.ok;
}

/** `stx-bake inspect providers TARGET`. */
export async function inspectProvidersCommand(options: InspectCall): Promise<number> {
  const question = await openQuestion(options);
  const { configuration, name } = parseSubjectName(options.words[0] ?? '');
  const { base, catalog } = question.configuration(configuration);
  const answer = inspectProviders({ configuration, name, base, catalog });
  print(options, answer, () => providersText(answer, process.cwd()));
  question.noteErrors();
  return exitCodes.ok;
}

function print(options: Pick<InspectCall, 'json'>, answer: object, text: () => string): void {
  process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : text());
}

/** The variables that a question is about. */
interface SeenDatastore {
  readonly configuration: string;
  /** The recipe's name and file; null for the configuration itself. */
  readonly recipe: string | null;
  readonly file: string | null;
  readonly datastore: Datastore;
  /** Prints what is wrong; gives the exit code. */
  conclude(): number;
}

/** The variables of a recipe, or (empty name, `mc:NAME`) of a configuration; for these no recipe is read. */
async function openDatastore(options: ReadingOptions, word: string): Promise<SeenDatastore> {
  const { configuration, name } = parseSubjectName(word);
  if (name === '') return configurationDatastore(prepareReading(options), configuration);
  const question = await openQuestion(options);
  const subject = question.find(word);
  const { pn, file, datastore } = subject.recipe;
  return { configuration, recipe: pn, file, datastore, conclude: () => question.conclude(subject) };
}

function configurationDatastore(reading: WorkspaceOptions, name: string): SeenDatastore {
  const standard = openDespiteErrors(reading, '');
  const { value, diagnostics } =
    name === '' ? standard : openNamed(reading, name, standard.value?.evaluation.datastore);
  const errors = diagnostics.filter((each) => each.severity === 'error');
  if (value === undefined) throw new StxError(errors);
  const { datastore } = value.evaluation;
  return { configuration: name, recipe: null, file: null, datastore, conclude: () => reportErrors(errors) };
}

function openNamed(reading: WorkspaceOptions, name: string, standard: Datastore | undefined) {
  const known = (standard?.get('BBMULTICONFIG') ?? '').split(/\s+/).filter((each) => each !== '');
  if (known.includes(name)) return openDespiteErrors(reading, name);
  const help = didYouMean(name, known) ?? `configurations of BBMULTICONFIG: ${known.join(' ') || 'none'}`;
  throw StxError.of('unknown-configuration', `there is no configuration \`${name}\``, { help });
}

function reportErrors(errors: readonly Diagnostic[]): number {
  printDiagnostics(errors);
  return errors.length === 0 ? exitCodes.ok : exitCodes.input;
}
