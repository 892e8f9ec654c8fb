import type { HoldReason } from '../messages/hold-reason.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { LeastFirst } from './least-first.ts';
import type { PressureGate } from './pressure-gate.ts';
import { type PoolName, type PoolSizes, ResourcePools } from './resource-pools.ts';

/** What a task takes while it runs. */
export interface TaskNeeds {
  readonly pool: PoolName;
  /** `do_compile`. */
  readonly name: string;
  /** Slots of its pool; more than there are count as all. */
  readonly weight: number;
  /** Its recorded peak; 0: unknown. */
  readonly memoryBytes: number;
}

/** Memory that tasks may fill. */
export interface MemoryGauge {
  /** What all running tasks may take together, by their recorded peaks. */
  readonly budgetBytes: number;
  /** What is free at the moment. */
  availableBytes(): number;
}

/** What limits how many tasks run at once. */
export interface SchedulerLimits {
  readonly slots: PoolSizes;
  /** The flag number_threads: how many tasks of that name may run at once. */
  readonly atOnce?: ((name: string) => number | undefined) | undefined;
  readonly memory?: MemoryGauge | undefined;
  readonly pressure?: PressureGate | undefined;
}

interface Waiting {
  readonly key: TaskKey;
  readonly rank: number;
  readonly needs: TaskNeeds;
}

/** The best of the tasks that do not fit. */
interface Blocked {
  readonly first: Waiting;
  readonly reason: HoldReason;
}

/**
 * Chooses what starts next: of the ready tasks that fit into all limits, the one with the least rank. One task may always
 * run, whatever memory and pressure say. What the first of all lacks is kept for it: slots of its pool that become free,
 * and memory; whatever can run beside it goes on. A task that waits for number_threads holds up nobody.
 */
export class Scheduler {
  readonly #limits: SchedulerLimits;
  readonly #pools: ResourcePools;
  readonly #rank: (key: TaskKey) => number;
  /** Ready tasks that take the same, so that only the first of each group must be looked at. */
  readonly #groups = new Map<string, LeastFirst<Waiting>>();
  readonly #running = new Map<TaskKey, TaskNeeds>();
  readonly #runningByName = new Map<string, number>();
  #memoryTaken = 0;
  #hold: HoldReason | undefined;

  constructor(limits: SchedulerLimits, rank: (key: TaskKey) => number) {
    this.#limits = limits;
    this.#pools = new ResourcePools(limits.slots);
    this.#rank = rank;
  }

  /** Why the last `next` gave nothing although a slot was free and a task ready. */
  get hold(): HoldReason | undefined {
    return this.#hold;
  }

  /** A processor's slot is free. */
  get isIdle(): boolean {
    return this.#pools.free('processor') > 0;
  }

  add(key: TaskKey, needs: TaskNeeds): void {
    const weight = Math.min(Math.max(1, needs.weight), this.#pools.sizes[needs.pool]);
    const limited = this.#limits.atOnce?.(needs.name) === undefined ? '' : needs.name;
    const group = `${needs.pool} ${weight} ${needs.memoryBytes} ${limited}`;
    const waiting = this.#groups.get(group) ?? new LeastFirst<Waiting>();
    this.#groups.set(group, waiting);
    waiting.push({ key, rank: this.#rank(key), needs: { ...needs, weight } });
  }

  /** Takes the task that is to start now; its slots are taken until `ended`. */
  next(): TaskKey | undefined {
    let best: LeastFirst<Waiting> | undefined;
    let hold: HoldReason | undefined;
    let keeper: Blocked | undefined;
    const heads = [...this.#heads()].sort((a, b) => a.first.rank - b.first.rank);
    for (const { group, first } of heads) {
      const reason = this.#misfit(first) ?? (keeper && this.#keptFor(keeper, first));
      if (reason === undefined) {
        best = group;
        break;
      }
      hold ??= reason;
      if (reason.kind === 'weight' || reason.kind === 'memory') keeper ??= { first, reason };
    }
    if (best === undefined) this.#hold = hold;
    else this.#hold = this.#running.size > 0 ? this.#limits.pressure?.exceeded() : undefined;
    return this.#hold === undefined ? this.#take(best) : undefined;
  }

  /** Why a task may not take what a better one waits for. */
  #keptFor({ first, reason }: Blocked, { needs }: Waiting): HoldReason | undefined {
    if (reason.kind === 'weight') return needs.pool === first.needs.pool ? reason : undefined;
    const { memory } = this.#limits;
    if (reason.kind !== 'memory' || memory === undefined || needs.memoryBytes === 0) return undefined;
    return needs.memoryBytes + first.needs.memoryBytes > memory.budgetBytes ? reason : undefined;
  }

  /** The first of each group whose pool has a free slot. */
  *#heads(): Generator<{ readonly group: LeastFirst<Waiting>; readonly first: Waiting }> {
    for (const [name, group] of this.#groups) {
      const { first } = group;
      if (first === undefined) this.#groups.delete(name);
      else if (this.#pools.free(first.needs.pool) > 0) yield { group, first };
    }
  }

  ended(key: TaskKey): void {
    const needs = this.#running.get(key);
    if (needs === undefined) return;
    this.#running.delete(key);
    this.#count(needs, -1);
  }

  /** Forgets what is ready; what runs stays counted. */
  clear(): void {
    this.#groups.clear();
  }

  #take(group: LeastFirst<Waiting> | undefined): TaskKey | undefined {
    const taken = group?.pop();
    if (taken === undefined) return undefined;
    this.#running.set(taken.key, taken.needs);
    this.#count(taken.needs, 1);
    return taken.key;
  }

  #count({ pool, weight, name, memoryBytes }: TaskNeeds, sign: 1 | -1): void {
    if (sign === 1) this.#pools.take(pool, weight);
    else this.#pools.giveBack(pool, weight);
    this.#memoryTaken += sign * memoryBytes;
    this.#runningByName.set(name, (this.#runningByName.get(name) ?? 0) + sign);
  }

  #misfit({ key: task, needs }: Waiting): HoldReason | undefined {
    const { pool, weight, name, memoryBytes } = needs;
    const free = this.#pools.free(pool);
    if (weight > free) return { kind: 'weight', task, needed: weight, free };
    const limit = this.#limits.atOnce?.(name);
    if (limit !== undefined && (this.#runningByName.get(name) ?? 0) >= limit) {
      return { kind: 'number-threads', task, limit };
    }
    const { memory } = this.#limits;
    if (memory === undefined || memoryBytes === 0 || this.#running.size === 0) return undefined;
    const freeBytes = Math.min(memory.budgetBytes - this.#memoryTaken, memory.availableBytes());
    return memoryBytes > freeBytes ? { kind: 'memory', task, neededBytes: memoryBytes, freeBytes } : undefined;
  }
}
