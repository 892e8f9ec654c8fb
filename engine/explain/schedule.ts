import { NumberHeap } from '../base/number-heap.ts';
import type { GraphShape, PoolName } from '../history/rows.ts';

/** What one task of a build takes. */
export interface TaskCost {
  readonly ms: number;
  readonly pool: PoolName;
}

/** How a build goes when every task takes what it is said to take. */
export interface Schedule {
  readonly totalMs: number;
  /** Start of each task, in the order of the graph. */
  readonly starts: readonly number[];
}

/**
 * Plays a build: in each pool the ready task with the longest work behind it starts when a slot is free. Tasks of the graph
 * come after what they need.
 */
export function playBuild(
  graph: GraphShape,
  cost: (index: number) => TaskCost,
  slots: Readonly<Record<PoolName, number>>,
): Schedule {
  const costs = graph.tasks.map((_, index) => cost(index));
  return new Play(graph, costs, slots).run();
}

/** For each task the longest work from its start to the end of the build. */
export function workBehind(graph: GraphShape, costs: readonly TaskCost[]): readonly number[] {
  const behind = costs.map(({ ms }) => ms);
  for (let index = graph.tasks.length - 1; index >= 0; index--) {
    for (const need of graph.needs[index] ?? []) {
      behind[need] = Math.max(behind[need] ?? 0, (costs[need]?.ms ?? 0) + (behind[index] ?? 0));
    }
  }
  return behind;
}

class Play {
  readonly #costs: readonly TaskCost[];
  readonly #free: Record<PoolName, number>;
  readonly #above: number[][];
  readonly #waiting: number[];
  readonly #starts: number[];
  readonly #ready: Readonly<Record<PoolName, NumberHeap>>;
  readonly #running: NumberHeap;
  #nowMs = 0;

  constructor({ tasks, needs }: GraphShape, costs: readonly TaskCost[], slots: Readonly<Record<PoolName, number>>) {
    this.#costs = costs;
    this.#free = { processor: Math.max(1, slots.processor), network: Math.max(1, slots.network) };
    this.#above = tasks.map(() => []);
    for (const [index, each] of needs.entries()) for (const need of each) this.#above[need]?.push(index);
    this.#waiting = tasks.map((_, index) => needs[index]?.length ?? 0);
    this.#starts = tasks.map(() => 0);
    const behind = workBehind({ tasks, needs }, costs);
    const byWork = (): NumberHeap => new NumberHeap((index) => -(behind[index] ?? 0));
    this.#ready = { processor: byWork(), network: byWork() };
    this.#running = new NumberHeap((index) => (this.#starts[index] ?? 0) + (costs[index]?.ms ?? 0));
  }

  run(): Schedule {
    const first = [...this.#waiting.keys()].filter((index) => this.#waiting[index] === 0);
    for (const index of first) this.#isReady(index);
    for (;;) {
      this.#start('network');
      this.#start('processor');
      const ended = this.#running.take();
      if (ended === undefined) return { totalMs: this.#nowMs, starts: this.#starts };
      this.#nowMs = (this.#starts[ended] ?? 0) + (this.#costs[ended]?.ms ?? 0);
      this.#free[this.#costs[ended]?.pool ?? 'processor']++;
      this.#release(ended);
    }
  }

  /** A task that takes no time takes no slot either. */
  #isReady(first: number): void {
    const pending = [first];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const cost = this.#costs[index];
      if (cost !== undefined && cost.ms > 0) {
        this.#ready[cost.pool].add(index);
        continue;
      }
      this.#starts[index] = this.#nowMs;
      pending.push(...this.#released(index));
    }
  }

  #release(ended: number): void {
    for (const index of this.#released(ended)) this.#isReady(index);
  }

  #released(ended: number): readonly number[] {
    return (this.#above[ended] ?? []).filter((index) => {
      const left = (this.#waiting[index] ?? 0) - 1;
      this.#waiting[index] = left;
      return left === 0;
    });
  }

  #start(pool: PoolName): void {
    while (this.#free[pool] > 0) {
      const index = this.#ready[pool].take();
      if (index === undefined) return;
      this.#free[pool]--;
      this.#starts[index] = this.#nowMs;
      this.#running.add(index);
    }
  }
}
