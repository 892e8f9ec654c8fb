import type { TaskType } from '../task-types/task-type.ts';

/** Name of a pool of slots. */
export type PoolName = TaskType['pool'];

/** How many tasks of each kind may run at the same time. */
export type PoolSizes = Readonly<Record<PoolName, number>>;

/** Counts free slots. */
export class ResourcePools {
  readonly #free: Record<PoolName, number>;

  constructor(sizes: PoolSizes) {
    this.#free = { processor: Math.max(1, sizes.processor), network: Math.max(1, sizes.network) };
  }

  hasFree(pool: PoolName): boolean {
    return this.#free[pool] > 0;
  }

  take(pool: PoolName): void {
    this.#free[pool]--;
  }

  giveBack(pool: PoolName): void {
    this.#free[pool]++;
  }
}
