import type { Answerer } from '../case-context.ts';
import { answerError } from './error.ts';
import { answerGraph } from './graph.ts';
import { answerLayers } from './layers.ts';
import { answerProviders } from './providers.ts';
import { answerRecipes } from './recipes.ts';
import { answerRun } from './run.ts';
import { answerSignature } from './signature.ts';
import { answerTasks } from './tasks.ts';
import { answerTaskvars } from './taskvars.ts';
import { answerVariables } from './variables.ts';
import { answerWarnings } from './warnings.ts';

/** Kind of query -> how it is answered. */
export const answerers: Readonly<Record<string, Answerer | undefined>> = {
  error: answerError,
  graph: answerGraph,
  layers: answerLayers,
  providers: answerProviders,
  recipes: answerRecipes,
  run: answerRun,
  signature: answerSignature,
  tasks: answerTasks,
  taskvars: answerTaskvars,
  variables: answerVariables,
  warnings: answerWarnings,
};
