import type { Stamp } from '../plan/stamp.ts';
import { stampReader } from '../runqueue/stamps.ts';
import type { TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** The stamps of the tasks of a graph as they are when each is first asked for; going through them reads all. */
export class StampsOnDemand implements ReadonlyMap<TaskKey, Stamp> {
  readonly #graph: TaskGraph;
  readonly #known = new Map<TaskKey, Stamp | undefined>();
  readonly #stampOf = stampReader();
  #all: ReadonlyMap<TaskKey, Stamp> | undefined;

  constructor(graph: TaskGraph) {
    this.#graph = graph;
  }

  get size(): number {
    return this.#read().size;
  }

  get(key: TaskKey): Stamp | undefined {
    const known = this.#known.get(key);
    if (known !== undefined || this.#known.has(key)) return known;
    const stamp = this.#graph.has(key) ? this.#stampOf(this.#graph.task(key)) : undefined;
    this.#known.set(key, stamp);
    return stamp;
  }

  has(key: TaskKey): boolean {
    return this.get(key) !== undefined;
  }

  forEach(call: (stamp: Stamp, key: TaskKey, map: ReadonlyMap<TaskKey, Stamp>) => void): void {
    for (const [key, stamp] of this.#read()) call(stamp, key, this);
  }

  entries(): MapIterator<[TaskKey, Stamp]> {
    return this.#read().entries();
  }

  keys(): MapIterator<TaskKey> {
    return this.#read().keys();
  }

  values(): MapIterator<Stamp> {
    return this.#read().values();
  }

  [Symbol.iterator](): MapIterator<[TaskKey, Stamp]> {
    return this.entries();
  }

  #read(): ReadonlyMap<TaskKey, Stamp> {
    if (this.#all !== undefined) return this.#all;
    const all = new Map<TaskKey, Stamp>();
    for (const key of this.#graph.keys()) {
      const stamp = this.get(key);
      if (stamp !== undefined) all.set(key, stamp);
    }
    this.#all = all;
    return all;
  }
}
