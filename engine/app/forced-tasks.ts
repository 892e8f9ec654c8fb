import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import { taskName } from '../metadata/task-table.ts';
import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';
import { tasksToForce } from '../taskgraph/tasks-to-force.ts';
import type { BuildCall } from './command-line/command-options.ts';

/**
 * The tasks that run although they are up to date: those that were asked for (-f), and those named by -C of each recipe
 * that was asked for. Throws StxError: `unknown-task` when one of these recipes needs no such task, and see tasksToForce.
 */
export function forcedTasks(graph: TaskGraph, options: Pick<BuildCall, 'force' | 'clearStamp'>): ReadonlySet<TaskKey> {
  const names = options.clearStamp?.split(',') ?? [];
  for (const target of graph.targets) {
    const { id, recipe } = graph.task(target);
    for (const task of names.map(taskName)) {
      if (graph.has(formatTaskId({ ...id, task }))) continue;
      const help = didYouMean(task, recipe.tasks.keys()) ?? `\`stx-bake inspect tasks ${id.recipe}\` lists its tasks`;
      throw StxError.of('unknown-task', `\`${target}\` does not need a task \`${task}\` of its recipe`, { help });
    }
  }
  return tasksToForce(graph, { force: options.force, invalidate: names });
}
