import type { TaskType } from '../task-types/task-type.ts';

/** Name of a pool of slots. */
export type PoolName = TaskType['pool'];

/** How many tasks of each kind may run at the same time. */
export type PoolSizes = Readonly<Record<PoolName, number>>;

/** Counts free slots. */
export class ResourcePools {
  readonly sizes: PoolSizes;
  readonly #free: Record<PoolName, number>;

  constructor(sizes: PoolSizes) {
    this.sizes = { processor: Math.max(1, sizes.processor), network: Math.max(1, sizes.network) };
    this.#free = { ...this.sizes };
  }

  free(pool: PoolName): number {
    return this.#free[pool];
  }

  take(pool: PoolName, slots: number): void {
    this.#free[pool] -= slots;
  }

  giveBack(pool: PoolName, slots: number): void {
    this.#free[pool] += slots;
  }
}
