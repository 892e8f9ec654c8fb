import { VariableDependencies } from '../../../engine/signatures/variable-dependencies.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type RecipeQuery, recipeOf } from '../loaded-project.ts';

/** Names of everything that the base hash of a task takes in. */
export function answerTaskvars(query: Query, context: CaseContext): unknown {
  const { tasks, ...where } = query as unknown as RecipeQuery & { readonly tasks: readonly string[] };
  const recipe = recipeOf(context.loaded(), where);
  const dependencies = new VariableDependencies(
    recipe.datastore,
    (text) => text,
    context.loaded().workspace.configurations.get('')?.base.value('BB_BASEHASH_IGNORE_VARS'),
  );
  const answerTask = (task: string): unknown =>
    recipe.tasks.has(task) ? Object.keys(dependencies.text(task).variables).sort() : null;
  return { tasks: Object.fromEntries(tasks.map((task) => [task, answerTask(task)])) };
}
