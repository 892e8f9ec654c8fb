import { InternalError } from '../../base/stx-error.ts';
import type { Task, TaskGraph, TaskKey } from '../../taskgraph/task-graph.ts';

/** Edges of tasks by number: those of task `n` lie before `ends[n]`, behind those of `n - 1`. */
export interface KeptEdges {
  readonly ends: Int32Array;
  readonly needs: Int32Array;
}

/** All tasks that were kept, by number in the order of their keys. */
export interface KeptTasks {
  readonly keys: readonly TaskKey[];
  readonly edges: KeptEdges;
  /** Dependencies first. */
  readonly order: Int32Array;
  numberOf(key: TaskKey): number | undefined;
  task(number: number): Task;
}

/** A graph over numbered tasks: all of them, or those that some need. */
export class KeptGraph implements TaskGraph {
  readonly targets: readonly TaskKey[];
  readonly #tasks: KeptTasks;
  /** Whether a task is part of it; absent: all are. */
  readonly #members: Uint8Array | undefined;
  readonly #dependencies: (readonly TaskKey[] | undefined)[] = [];
  readonly #dependents: (readonly TaskKey[] | undefined)[] = [];
  #above: KeptEdges | undefined;
  #keys: readonly TaskKey[] | undefined;
  #order: readonly TaskKey[] | undefined;

  constructor(tasks: KeptTasks, targets: readonly number[], isWhole: boolean) {
    this.#tasks = tasks;
    this.targets = targets.map((number) => tasks.keys[number] ?? '');
    this.#members = isWhole ? undefined : closure(tasks, targets);
  }

  get size(): number {
    return this.keys().length;
  }

  task(key: TaskKey): Task {
    return this.#tasks.task(this.#number(key));
  }

  has(key: TaskKey): boolean {
    const number = this.#tasks.numberOf(key);
    return number !== undefined && this.#isMember(number);
  }

  keys(): readonly TaskKey[] {
    this.#keys ??=
      this.#members === undefined ? this.#tasks.keys : this.#tasks.keys.filter((_, at) => this.#isMember(at));
    return this.#keys;
  }

  dependencies(key: TaskKey): readonly TaskKey[] {
    const number = this.#number(key);
    const known = this.#dependencies[number];
    if (known !== undefined) return known;
    const found = this.#named(this.#tasks.edges, number);
    this.#dependencies[number] = found;
    return found;
  }

  dependents(key: TaskKey): readonly TaskKey[] {
    const number = this.#number(key);
    const known = this.#dependents[number];
    if (known !== undefined) return known;
    this.#above ??= inverted(this.#tasks.edges);
    const found = this.#named(this.#above, number);
    this.#dependents[number] = found;
    return found;
  }

  topologicalOrder(): readonly TaskKey[] {
    if (this.#order !== undefined) return this.#order;
    const order: TaskKey[] = [];
    for (const at of this.#tasks.order) if (this.#isMember(at)) order.push(this.#tasks.keys[at] ?? '');
    this.#order = order;
    return order;
  }

  #isMember(number: number): boolean {
    return this.#members === undefined || this.#members[number] === 1;
  }

  #named({ ends, needs }: KeptEdges, number: number): readonly TaskKey[] {
    const { keys } = this.#tasks;
    const found: TaskKey[] = [];
    const end = ends[number] ?? 0;
    for (let at = number === 0 ? 0 : (ends[number - 1] ?? 0); at < end; at++) {
      const other = needs[at] ?? 0;
      if (this.#isMember(other)) found.push(keys[other] ?? '');
    }
    return found;
  }

  #number(key: TaskKey): number {
    const number = this.#tasks.numberOf(key);
    if (number === undefined) throw new InternalError(`there is no task \`${key}\` in the graph`);
    return number;
  }
}

/** The tasks that some need, themselves included. */
function closure({ keys, edges, order }: KeptTasks, targets: readonly number[]): Uint8Array {
  const members = new Uint8Array(keys.length);
  for (const target of targets) members[target] = 1;
  for (let at = order.length - 1; at >= 0; at--) {
    const number = order[at] ?? 0;
    if (members[number] !== 1) continue;
    const end = edges.ends[number] ?? 0;
    for (let edge = number === 0 ? 0 : (edges.ends[number - 1] ?? 0); edge < end; edge++) {
      members[edges.needs[edge] ?? 0] = 1;
    }
  }
  return members;
}

/** The same edges the other way; neighbours in the order of their numbers. */
function inverted({ ends, needs }: KeptEdges): KeptEdges {
  const counts = new Int32Array(ends.length);
  for (const need of needs) counts[need] = (counts[need] ?? 0) + 1;
  const places = new Int32Array(ends.length);
  let place = 0;
  for (let at = 0; at < ends.length; at++) {
    places[at] = place;
    place += counts[at] ?? 0;
  }
  const above = new Int32Array(needs.length);
  let edge = 0;
  for (let number = 0; number < ends.length; number++) {
    for (; edge < (ends[number] ?? 0); edge++) {
      const need = needs[edge] ?? 0;
      const free = places[need] ?? 0;
      above[free] = number;
      places[need] = free + 1;
    }
  }
  // Behind the last neighbour of each lies the first of the next.
  return { ends: places, needs: above };
}
