import { type Dependencies, topologicalOrder } from './topological-order.ts';

/** The chain of tasks that takes longest, first task first, and how long it takes. */
export interface CriticalPath {
  readonly path: readonly string[];
  readonly total: number;
}

/** Longest chain through an acyclic graph; `weight` is what one task costs (not negative). */
export function criticalPath(graph: Dependencies, weight: (key: string) => number): CriticalPath {
  const longest = new Map<string, { readonly total: number; readonly from: string | undefined }>();
  let end: string | undefined;
  for (const key of topologicalOrder(graph)) {
    let from: string | undefined;
    for (const each of graph.dependencies(key)) {
      if (from === undefined || totalOf(longest, each) > totalOf(longest, from)) from = each;
    }
    longest.set(key, { total: weight(key) + (from === undefined ? 0 : totalOf(longest, from)), from });
    if (end === undefined || totalOf(longest, key) > totalOf(longest, end)) end = key;
  }
  const path: string[] = [];
  for (let key = end; key !== undefined; key = longest.get(key)?.from) path.push(key);
  return { path: path.reverse(), total: end === undefined ? 0 : totalOf(longest, end) };
}

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

function totalOf(longest: ReadonlyMap<string, { readonly total: number }>, key: string): number {
  return longest.get(key)?.total ?? 0;
}
