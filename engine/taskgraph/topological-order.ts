import { compareCodePoints } from '../base/canonical-json.ts';

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
  const ready = new SmallestFirst();
  for (const [index, key] of keys.entries()) if (open.get(key) === 0) ready.push(index);
  const order: string[] = [];
  for (let index = ready.pop(); index !== undefined; index = ready.pop()) {
    const key = keys[index] ?? '';
    order.push(key);
    for (const each of dependents.get(key) ?? []) {
      const left = (open.get(each) ?? 0) - 1;
      open.set(each, left);
      if (left === 0) ready.push(rank.get(each) ?? 0);
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

/** A binary heap of numbers. */
class SmallestFirst {
  readonly #items: number[] = [];

  push(item: number): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#at(parent) <= item) break;
      items[at] = this.#at(parent);
      at = parent;
    }
    items[at] = item;
  }

  pop(): number | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= items.length) break;
      const child = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(child) >= last) break;
      items[at] = this.#at(child);
      at = child;
    }
    items[at] = last;
    return first;
  }

  #at(index: number): number {
    return this.#items[index] ?? Number.POSITIVE_INFINITY;
  }
}
