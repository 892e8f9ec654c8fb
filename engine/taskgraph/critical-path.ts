import { type Dependencies, topologicalOrder } from './topological-order.ts';

/**
 * For each task the cost of the longest chain that starts with it and ends with a task nobody needs: a priority. `order`
 * is all keys, dependencies first, where that is known already.
 */
export function remainingWork(
  graph: Dependencies,
  weight: (key: string) => number,
  order: readonly string[] = topologicalOrder(graph),
): ReadonlyMap<string, number> {
  const remaining = new Map<string, number>();
  for (const key of order.toReversed()) {
    const own = weight(key) + (remaining.get(key) ?? 0);
    remaining.set(key, own);
    for (const each of graph.dependencies(key)) remaining.set(each, Math.max(remaining.get(each) ?? 0, own));
  }
  return remaining;
}
