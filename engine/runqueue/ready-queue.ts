import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';
import type { PoolName } from './resource-pools.ts';

/** Length of the longest chain of dependants above each task: what holds up most comes first. */
export function priorities(graph: TaskGraph): ReadonlyMap<TaskKey, number> {
  const heights = new Map<TaskKey, number>();
  for (const key of graph.topologicalOrder().toReversed()) {
    let height = 0;
    for (const dependent of graph.dependents(key)) height = Math.max(height, 1 + (heights.get(dependent) ?? 0));
    heights.set(key, height);
  }
  return heights;
}

/** Tasks that could start, by pool; the one with the highest priority comes out first, ties in the order they came. */
export class ReadyQueue {
  readonly #priorities: ReadonlyMap<TaskKey, number>;
  readonly #waiting: Readonly<Record<PoolName, TaskKey[]>> = { processor: [], network: [] };

  constructor(priorities: ReadonlyMap<TaskKey, number>) {
    this.#priorities = priorities;
  }

  get isEmpty(): boolean {
    return this.#waiting.processor.length === 0 && this.#waiting.network.length === 0;
  }

  add(key: TaskKey, pool: PoolName): void {
    const queue = this.#waiting[pool];
    const priority = this.#priorities.get(key) ?? 0;
    let low = 0;
    let high = queue.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#priorities.get(queue[middle] ?? '') ?? 0) >= priority) low = middle + 1;
      else high = middle;
    }
    queue.splice(low, 0, key);
  }

  take(pool: PoolName): TaskKey | undefined {
    return this.#waiting[pool].shift();
  }

  clear(): void {
    this.#waiting.processor.length = 0;
    this.#waiting.network.length = 0;
  }
}
