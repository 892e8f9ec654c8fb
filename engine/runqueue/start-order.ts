import { remainingWork } from '../taskgraph/critical-path.ts';
import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** Values of BB_SCHEDULER: graph order; what holds up most first; the same, but recipes that were begun come first. */
export const schedulerNames = ['basic', 'speed', 'completion'] as const;
/** A value of BB_SCHEDULER. */
export type SchedulerName = (typeof schedulerNames)[number];

/** What a task has usually taken. */
export interface UsualCost {
  readonly ms: number;
  readonly peakMemoryBytes?: number | undefined;
}

/** What the order of starting is made from. */
export interface OrderInputs {
  readonly graph: TaskGraph;
  readonly scheduler: SchedulerName;
  /** From history, also of tasks that are not in the graph. */
  readonly usual: ReadonlyMap<TaskKey, UsualCost>;
  /** Whether the task has something to do in this build; the others take no time. */
  isActive(key: TaskKey): boolean;
}

/** The rank of each task: of those that are ready, the one with the least rank starts first. Total, and the same each time. */
export function startOrder(inputs: OrderInputs): ReadonlyMap<TaskKey, number> {
  const { graph, scheduler } = inputs;
  const order = graph.topologicalOrder();
  if (scheduler === 'basic') return ranks(order);
  const cost = expectedCost(inputs);
  const remaining = remainingWork(graph, cost, order);
  const depths = scheduler === 'completion' ? depthsInRecipe(graph, order) : new Map<TaskKey, number>();
  const entries = order.map((key, place) => ({
    key,
    place,
    depth: depths.get(key) ?? 0,
    remaining: remaining.get(key) ?? 0,
  }));
  entries.sort((a, b) => b.depth - a.depth || b.remaining - a.remaining || a.place - b.place);
  return ranks(entries.map(({ key }) => key));
}

function ranks(order: readonly TaskKey[]): ReadonlyMap<TaskKey, number> {
  return new Map(order.map((key, index) => [key, index]));
}

/**
 * Milliseconds: as recorded; for a task that was never seen the middle of those of the same name, else of all. Without
 * any history each task counts 1, so that the longest chain comes first.
 */
function expectedCost({ graph, usual, isActive }: OrderInputs): (key: TaskKey) => number {
  if (usual.size === 0) return (key) => (isActive(key) ? 1 : 0);
  const byName = new Map<string, number[]>();
  for (const [key, { ms }] of usual) {
    const name = key.slice(key.lastIndexOf(':') + 1);
    const list = byName.get(name);
    if (list) list.push(ms);
    else byName.set(name, [ms]);
  }
  const middles = new Map([...byName].map(([name, list]) => [name, median(list)]));
  const overall = median([...byName.values()].flat());
  return (key) => {
    if (!isActive(key)) return 0;
    return Math.max(1, usual.get(key)?.ms ?? middles.get(graph.task(key).id.task) ?? overall);
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 1;
}

/** How many tasks of the same recipe come before each, along the longest chain. */
function depthsInRecipe(graph: TaskGraph, order: readonly TaskKey[]): ReadonlyMap<TaskKey, number> {
  const depths = new Map<TaskKey, number>();
  for (const key of order) {
    const { recipe } = graph.task(key);
    let depth = 0;
    for (const need of graph.dependencies(key))
      if (graph.task(need).recipe === recipe) depth = Math.max(depth, 1 + (depths.get(need) ?? 0));
    depths.set(key, depth);
  }
  return depths;
}
