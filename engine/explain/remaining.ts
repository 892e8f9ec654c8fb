import type { GraphShape } from '../history/rows.ts';
import type { Schedule, TaskCost } from './schedule.ts';

/**
 * How long a build may still take, told anew as its tasks end. How far it is is read from the plan: the moment at which
 * as much work would be done as is done now. What is left goes more and more at the pace that was met so far.
 */
export class Remaining {
  readonly #expectedMs: number;
  readonly #totalMs: number;
  readonly #workOf = new Map<string, number>();
  /** Ends of tasks in the plan, in order, with the work that is done by then. */
  readonly #ends: readonly { readonly atMs: number; readonly doneMs: number }[];
  #passed = 0;
  #doneMs = 0;

  constructor(
    { tasks }: GraphShape,
    plan: { readonly schedule: Schedule; readonly costs: readonly TaskCost[]; readonly expectedMs: number },
  ) {
    const { schedule, costs, expectedMs } = plan;
    this.#expectedMs = expectedMs;
    this.#totalMs = schedule.totalMs;
    const planned = tasks.map((task, index) => {
      const ms = costs[index]?.ms ?? 0;
      if (ms > 0) this.#workOf.set(task, ms);
      return { ms, atMs: (schedule.starts[index] ?? 0) + ms };
    });
    let doneMs = 0;
    this.#ends = planned
      .filter(({ ms }) => ms > 0)
      .sort((a, b) => a.atMs - b.atMs)
      .map(({ ms, atMs }) => {
        doneMs += ms;
        return { atMs, doneMs };
      });
  }

  /** Takes a task that is done, `elapsedMs` after the first could start; gives the milliseconds that are left. */
  ended(task: string, elapsedMs: number): number {
    this.#doneMs += this.#workOf.get(task) ?? 0;
    this.#workOf.delete(task);
    while (this.#passed < this.#ends.length && (this.#ends[this.#passed]?.doneMs ?? 0) <= this.#doneMs + roundingMs)
      this.#passed++;
    const planned = this.#ends[this.#passed - 1]?.atMs ?? 0;
    const done = this.#totalMs > 0 ? Math.min(1, planned / this.#totalMs) : 1;
    return (1 - done) * ((1 - done) * this.#expectedMs + elapsedMs);
  }
}

const roundingMs = 1e-6;
