import { compareCodePoints } from '../base/canonical-json.ts';
import { NumberHeap } from '../base/number-heap.ts';

/** Nodes and what each needs; every name that occurs in `dependencies` must be a node. */
export interface Dependencies {
  keys(): readonly string[];
  dependencies(key: string): readonly string[];
}

/** Dependencies first; of several that could come next, the smallest key. Nodes on or behind a cycle are left out. */
export function topologicalOrder(graph: Dependencies): readonly string[] {
  const keys = [...graph.keys()].sort(compareCodePoints);
  const rank = new Map(keys.map((key, index) => [key, index]));
  const dependents = invert(graph, keys);
  const open = new Map(keys.map((key) => [key, graph.dependencies(key).length]));
  const ready = new NumberHeap((index) => index);
  for (const [index, key] of keys.entries()) if (open.get(key) === 0) ready.add(index);
  const order: string[] = [];
  for (let index = ready.take(); index !== undefined; index = ready.take()) {
    const key = keys[index] ?? '';
    order.push(key);
    for (const each of dependents.get(key) ?? []) {
      const left = (open.get(each) ?? 0) - 1;
      open.set(each, left);
      if (left === 0) ready.add(rank.get(each) ?? 0);
    }
  }
  return order;
}

function invert(graph: Dependencies, keys: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const key of keys) {
    for (const need of graph.dependencies(key)) {
      const list = dependents.get(need);
      if (list) list.push(key);
      else dependents.set(need, [key]);
    }
  }
  return dependents;
}
