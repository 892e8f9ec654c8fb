import { Graph } from '@dagrejs/graphlib';
import { compareCodePoints } from '../base/canonical-json.ts';
import { InternalError } from '../base/stx-error.ts';
import type { Task, TaskGraph, TaskKey } from './task-graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** Makes the readonly graph; every key in `edges` must be a task. */
export function createTaskGraph(
  tasks: ReadonlyMap<TaskKey, Task>,
  edges: ReadonlyMap<TaskKey, ReadonlySet<TaskKey>>,
  targets: readonly TaskKey[],
): TaskGraph {
  const graph = new Graph<string, Task, undefined>({ directed: true });
  const keys = [...tasks.keys()].sort(compareCodePoints);
  for (const key of keys) graph.setNode(key, tasks.get(key));
  for (const key of keys) for (const need of edges.get(key) ?? []) graph.setEdge(key, need);
  return new GraphlibTaskGraph(graph, keys, targets);
}

class GraphlibTaskGraph implements TaskGraph {
  readonly targets: readonly TaskKey[];
  readonly #graph: Graph<string, Task, undefined>;
  readonly #keys: readonly TaskKey[];
  readonly #dependencies = new Map<TaskKey, readonly TaskKey[]>();
  readonly #dependents = new Map<TaskKey, readonly TaskKey[]>();
  #order: readonly TaskKey[] | undefined;

  constructor(graph: Graph<string, Task, undefined>, keys: readonly TaskKey[], targets: readonly TaskKey[]) {
    this.#graph = graph;
    this.#keys = keys;
    this.targets = targets;
  }

  get size(): number {
    return this.#keys.length;
  }

  task(key: TaskKey): Task {
    const task = this.#graph.node(key);
    if (!task) throw new InternalError(`there is no task \`${key}\` in the graph`);
    return task;
  }

  has(key: TaskKey): boolean {
    return this.#graph.hasNode(key);
  }

  keys(): readonly TaskKey[] {
    return this.#keys;
  }

  dependencies(key: TaskKey): readonly TaskKey[] {
    return this.#neighbours(key, this.#dependencies, () => this.#graph.successors(key) ?? undefined);
  }

  dependents(key: TaskKey): readonly TaskKey[] {
    return this.#neighbours(key, this.#dependents, () => this.#graph.predecessors(key) ?? undefined);
  }

  topologicalOrder(): readonly TaskKey[] {
    this.#order ??= topologicalOrder(this);
    if (this.#order.length !== this.#keys.length) throw new InternalError('a task graph with a cycle has no order');
    return this.#order;
  }

  #neighbours(
    key: TaskKey,
    known: Map<TaskKey, readonly TaskKey[]>,
    ask: () => readonly TaskKey[] | undefined,
  ): readonly TaskKey[] {
    const found = known.get(key);
    if (found) return found;
    const neighbours = ask();
    if (!neighbours) throw new InternalError(`there is no task \`${key}\` in the graph`);
    const sorted = [...neighbours].sort(compareCodePoints);
    known.set(key, sorted);
    return sorted;
  }
}
