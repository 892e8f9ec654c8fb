import type { BuildRow, GraphShape, TaskRow } from '../history/rows.ts';
import { playBuild, type TaskCost, workBehind } from './schedule.ts';
import { type SharedTotal, sharedWork } from './shared-work.ts';

/** A task with what it took. */
export interface TimedTask {
  readonly task: string;
  readonly action: TaskRow['action'];
  readonly status: TaskRow['status'];
  readonly durationMs: number;
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
}

/** All tasks of one name. */
export interface NameTotal {
  readonly name: string;
  readonly tasks: number;
  readonly durationMs: number;
}

/** How much sooner the build would have ended if a task had taken no time. */
export interface Saving {
  readonly task: string;
  readonly savesMs: number;
}

/** What there is to say about a build that is over. */
export interface BuildReport {
  readonly build: BuildRow;
  /** From the first task on; of a build that was killed, as far as it is known. */
  readonly durationMs: number;
  readonly workMs: number;
  readonly slowest: readonly TimedTask[];
  readonly byName: readonly NameTotal[];
  /** The chain of tasks that took longest; null: what waited for what was not kept. */
  readonly criticalPath: { readonly durationMs: number; readonly tasks: readonly TimedTask[] } | null;
  readonly savings: readonly Saving[] | null;
  readonly cache: { readonly restored: number; readonly bytes: number; readonly savedMs: number };
  /** What one configuration did for others as well. */
  readonly shared: SharedTotal;
}

const mostRows = 10;
const mostTried = 20;

/** Looks at a build: slowest tasks, its critical path, what the cache gave, and what a faster task would have saved. */
export function reportBuild(build: BuildRow, tasks: readonly TaskRow[], graph: GraphShape | undefined): BuildReport {
  const timed = tasks.map(timedTask).sort((a, b) => b.durationMs - a.durationMs);
  const restored = tasks.filter(({ action, status }) => action === 'restore' && status === 'ok');
  const lastEnd = Math.max(0, ...tasks.map(({ startMs, durationMs }) => startMs + durationMs));
  const durationMs = build.durationMs ?? lastEnd;
  const path = graph && criticalPath(graph, tasks);
  return {
    build,
    durationMs,
    workMs: sum(tasks, (each) => each.durationMs),
    slowest: timed.slice(0, mostRows),
    byName: byName(tasks),
    criticalPath: path ?? null,
    savings: graph === undefined ? null : savings(build, { graph, tasks, lastEnd, path: path?.tasks ?? [], timed }),
    cache: {
      restored: restored.length,
      bytes: sum(restored, (each) => each.bytes ?? 0),
      savedMs: sum(restored, (each) => each.savedMs ?? 0),
    },
    shared: sharedWork(tasks, graph),
  };
}

function timedTask({ task, action, status, durationMs, cpuMs, peakMemoryBytes }: TaskRow): TimedTask {
  return { task, action, status, durationMs, cpuMs: cpuMs ?? null, peakMemoryBytes: peakMemoryBytes ?? null };
}

function byName(tasks: readonly TaskRow[]): readonly NameTotal[] {
  const totals = new Map<string, { tasks: number; durationMs: number }>();
  for (const { task, action, durationMs } of tasks) {
    const name = `${action === 'restore' ? 'restore ' : ''}${task.slice(task.lastIndexOf(':') + 1)}`;
    const total = totals.get(name) ?? { tasks: 0, durationMs: 0 };
    totals.set(name, { tasks: total.tasks + 1, durationMs: total.durationMs + durationMs });
  }
  return [...totals]
    .map(([name, total]) => ({ name, ...total }))
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, mostRows);
}

/** What each task of the graph took; one that was tried twice took both. */
function costsOf(graph: GraphShape, tasks: readonly TaskRow[]): readonly TaskCost[] {
  const known = new Map<string, TaskCost>();
  for (const { task, durationMs, pool } of tasks) {
    known.set(task, { ms: (known.get(task)?.ms ?? 0) + durationMs, pool });
  }
  return graph.tasks.map((task) => known.get(task) ?? { ms: 0, pool: 'processor' });
}

function criticalPath(graph: GraphShape, tasks: readonly TaskRow[]): BuildReport['criticalPath'] {
  const costs = costsOf(graph, tasks);
  const behind = workBehind(graph, costs);
  const above: number[][] = graph.tasks.map(() => []);
  for (const [index, needs] of graph.needs.entries()) for (const need of needs) above[need]?.push(index);
  const longest = (indices: Iterable<number>): number | undefined => {
    let best: number | undefined;
    for (const each of indices) if (best === undefined || (behind[each] ?? 0) > (behind[best] ?? 0)) best = each;
    return best;
  };
  const rows = new Map(tasks.map((row) => [row.task, timedTask(row)]));
  const path: TimedTask[] = [];
  let at = longest(graph.tasks.keys());
  const durationMs = at === undefined ? 0 : (behind[at] ?? 0);
  for (; at !== undefined; at = longest(above[at] ?? [])) {
    const row = rows.get(graph.tasks[at] ?? '');
    if (row !== undefined) path.push(row);
  }
  return { durationMs, tasks: path };
}

/** Plays the build again with each of the likely tasks taking no time; the real build may have been slower than that play. */
function savings(
  build: BuildRow,
  about: {
    readonly graph: GraphShape;
    readonly tasks: readonly TaskRow[];
    readonly lastEnd: number;
    readonly path: readonly TimedTask[];
    readonly timed: readonly TimedTask[];
  },
): readonly Saving[] {
  const { graph, tasks, lastEnd, path, timed } = about;
  const costs = costsOf(graph, tasks);
  const play = (without?: string): number => {
    const cost = (index: number): TaskCost => {
      const own = costs[index] ?? { ms: 0, pool: 'processor' };
      return graph.tasks[index] === without ? { ...own, ms: 0 } : own;
    };
    return playBuild(graph, cost, build.slots).totalMs;
  };
  const base = play();
  const factor = base === 0 ? 1 : lastEnd / base;
  const likely = [...path].sort((a, b) => b.durationMs - a.durationMs).slice(0, mostTried);
  const tried = new Set([...likely, ...timed.slice(0, mostRows)].map(({ task }) => task));
  return [...tried]
    .map((task) => ({ task, savesMs: Math.max(0, (base - play(task)) * factor) }))
    .filter(({ savesMs }) => savesMs > 0.005 * lastEnd)
    .sort((a, b) => b.savesMs - a.savesMs)
    .slice(0, mostRows);
}

function sum<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}
