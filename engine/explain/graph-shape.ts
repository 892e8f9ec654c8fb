import type { GraphShape } from '../history/rows.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** The tasks that a build may carry out with what each waits for, those between two of them included. */
export function graphShape(graph: TaskGraph, plan: Plan): GraphShape {
  const active = new Set<TaskKey>();
  for (const [key, { decision }] of plan.tasks) {
    if (decision === 'run' || decision === 'restore' || decision === 'open') active.add(key);
  }
  if (active.size === 0) return { tasks: [], needs: [] };
  const isActive = (key: TaskKey): boolean => active.has(key);
  const order = graph.topologicalOrder();
  const above = spread(order, (key) => graph.dependencies(key), isActive);
  const below = spread([...order].reverse(), (key) => graph.dependents(key), isActive);
  const tasks = order.filter((key) => isActive(key) || (above.has(key) && below.has(key)));
  const index = new Map(tasks.map((key, at) => [key, at]));
  const needs = tasks.map((key) => graph.dependencies(key).flatMap((each) => index.get(each) ?? []));
  return { tasks, needs };
}

/** The tasks with an active one among the neighbours, directly or not; `order` has neighbours first. */
function spread(
  order: readonly TaskKey[],
  neighbours: (key: TaskKey) => readonly TaskKey[],
  isActive: (key: TaskKey) => boolean,
): ReadonlySet<TaskKey> {
  const reached = new Set<TaskKey>();
  for (const key of order) {
    if (neighbours(key).some((each) => isActive(each) || reached.has(each))) reached.add(key);
  }
  return reached;
}
