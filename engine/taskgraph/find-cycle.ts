import { compareCodePoints } from '../base/canonical-json.ts';
import type { Dependencies } from './topological-order.ts';

/** A circle of nodes, each needing the next and the last needing the first; `undefined` when there is none. */
export function findCycle(graph: Dependencies): readonly string[] | undefined {
  const finished = new Set<string>();
  for (const start of [...graph.keys()].sort(compareCodePoints)) {
    const cycle = finished.has(start) ? undefined : searchFrom(start, graph, finished);
    if (cycle) return cycle;
  }
  return undefined;
}

interface Step {
  readonly key: string;
  readonly needs: readonly string[];
  next: number;
}

/** Depth-first with a stack of its own: the length of a chain must not be limited by the engine's call stack. */
function searchFrom(start: string, graph: Dependencies, finished: Set<string>): readonly string[] | undefined {
  const open = new Map<string, number>();
  const trail: Step[] = [];
  const enter = (key: string): void => {
    open.set(key, trail.length);
    trail.push({ key, needs: graph.dependencies(key), next: 0 });
  };
  enter(start);
  for (let step = trail.at(-1); step; step = trail.at(-1)) {
    const need = step.needs[step.next++];
    if (need === undefined) {
      trail.pop();
      open.delete(step.key);
      finished.add(step.key);
      continue;
    }
    const since = open.get(need);
    if (since !== undefined) return trail.slice(since).map((each) => each.key);
    if (!finished.has(need)) enter(need);
  }
  return undefined;
}
