import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import { taskName } from '../metadata/task-table.ts';
import type { TaskGraph, TaskKey } from './task-graph.ts';

/**
 * The tasks that run although they are up to date: with `force` the targets, with `invalidate` those tasks of the targets'
 * recipes. Throws StxError when a task to invalidate is `nostamp`: it runs in every build anyway.
 */
export function tasksToForce(
  graph: TaskGraph,
  options: { readonly force?: boolean | undefined; readonly invalidate?: readonly string[] | undefined },
): ReadonlySet<TaskKey> {
  const forced = new Set(options.force ? graph.targets : []);
  for (const target of graph.targets) {
    for (const name of (options.invalidate ?? []).map(taskName)) {
      const key = formatTaskId({ ...graph.task(target).id, task: name });
      if (!graph.has(key)) continue;
      const { datastore, pn } = graph.task(key).recipe;
      if (datastore.flag(name, 'nostamp') === undefined) forced.add(key);
      else
        throw StxError.of(
          'invalid-value',
          `\`${name}\` of \`${pn}\` has no stamp to throw away: it runs in every build`,
        );
    }
  }
  return forced;
}
