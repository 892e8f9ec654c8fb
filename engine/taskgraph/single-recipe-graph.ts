import { type Diagnosed, errorDiagnostic } from '../base/diagnostic.ts';
import { closestNames } from '../base/spelling.ts';
import { formatTaskId } from '../base/task-id.ts';
import { checkCycles } from './check-graph.ts';
import { createTaskGraph } from './graphlib-task-graph.ts';
import type { PlacedRecipe } from './name-table.ts';
import type { Task, TaskGraph, TaskKey } from './task-graph.ts';

/**
 * A task of one recipe with what comes before it in that recipe; nothing that any flag says of other recipes counts.
 * With an error among the diagnostics the graph is empty. BitBake: buildFile.
 */
export function singleRecipeGraph({ configuration, recipe }: PlacedRecipe, task: string): Diagnosed<TaskGraph> {
  const key = (name: string): TaskKey => formatTaskId({ configuration, recipe: recipe.pn, task: name });
  if (!recipe.tasks.has(task)) {
    const near = closestNames(task, recipe.tasks.keys()).map((each) => `\`${each}\``);
    const help =
      near.length > 0 ? `did you mean ${near.join(' or ')}?` : `its tasks: ${[...recipe.tasks.keys()].join(', ')}`;
    return {
      value: none,
      diagnostics: [errorDiagnostic('unknown-task', `\`${recipe.pn}\` has no task \`${task}\``, { help })],
    };
  }
  const tasks = new Map<TaskKey, Task>();
  const edges = new Map<TaskKey, ReadonlySet<TaskKey>>();
  const needed = new Set([task]);
  // A Set yields what is added to it during the loop.
  for (const name of needed) {
    const before = (recipe.tasks.get(name)?.after ?? []).filter((each) => recipe.tasks.has(each));
    for (const each of before) needed.add(each);
    tasks.set(key(name), { id: { configuration, recipe: recipe.pn, task: name }, key: key(name), recipe });
    edges.set(key(name), new Set(before.map(key)));
  }
  const diagnostics = checkCycles({ tasks, edges });
  return { value: diagnostics.length > 0 ? none : createTaskGraph(tasks, edges, [key(task)]), diagnostics };
}

const none = createTaskGraph(new Map(), new Map(), []);
