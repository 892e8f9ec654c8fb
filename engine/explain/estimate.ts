import type { BuildPace, PoolName, UsualTime } from '../history/rows.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { graphShape } from './graph-shape.ts';
import { Remaining } from './remaining.ts';
import { playBuild, type Schedule, type TaskCost } from './schedule.ts';
import { underLoad } from './slowdown.ts';

/** How long a build will take from its first task on, if every task takes what it usually takes. */
export interface Estimate {
  /** Absent when too little is known: less than half of the tasks were done before. */
  readonly expectedMs: number | undefined;
  /** The same when every task that only may run is spared. */
  readonly leastMs: number | undefined;
  /** Tasks to work on, and those of which neither they themselves nor others of their name are known. */
  readonly tasks: number;
  readonly unknown: number;
  /** Tasks that were not done before: what others of their name take stands in for them. */
  readonly guessed: number;
  /** What each task will take, as far as known. */
  usualMs(task: TaskKey): number | undefined;
  /** Tells anew how long the build will take as its tasks end; absent without `expectedMs`. */
  follow(): Remaining | undefined;
}

/** What history and machine say to an estimate. */
export interface EstimateBasis {
  readonly times: ReadonlyMap<string, UsualTime>;
  readonly slots: Readonly<Record<PoolName, number>>;
  readonly pace: BuildPace;
  /** How many times as long as alone on the machine work will take, as it seems. */
  readonly slowdown: number;
}

/** Estimates a plan from the times of earlier builds; a task that is not known takes what others of its name take. */
export function estimateBuild(described: DescribedTaskGraph, plan: Plan, basis: EstimateBasis): Estimate {
  const times = new Times(basis.times);
  const graph = graphShape(described.graph, plan);
  const decisionOf = (key: TaskKey): string => plan.tasks.get(key)?.decision ?? '';
  const usualMs = (key: TaskKey): number | undefined => {
    const decision = decisionOf(key);
    if (decision === '') return undefined;
    if (!isActive(decision) || described.task(key).noexec) return 0;
    return decision === 'restore' ? times.restore(key) : times.run(key);
  };
  const poolOf = (key: TaskKey): PoolName =>
    decisionOf(key) === 'restore' ? 'processor' : (described.task(key).type?.pool ?? 'processor');
  const costs = graph.tasks.map((key): TaskCost => ({ ms: usualMs(key) ?? 0, pool: poolOf(key) }));
  const active = graph.tasks.filter((key) => isActive(decisionOf(key)) && !described.task(key).noexec);
  const unknown = active.filter((key) => usualMs(key) === undefined).length;
  const known = active.filter((key) => times.isKnown(key, decisionOf(key) === 'restore')).length;
  const ratio = loadRatio(active, (key) =>
    decisionOf(key) === 'restore' || poolOf(key) === 'network'
      ? { thenMs: usualMs(key) ?? 0, nowMs: usualMs(key) ?? 0 }
      : times.underLoad(key, basis.slowdown * basis.pace.foresight),
  );
  const play = (isSpared: (key: TaskKey) => boolean): Schedule => {
    const cost = (index: number): TaskCost => {
      const own = costs[index] ?? { ms: 0, pool: 'processor' };
      return isSpared(graph.tasks[index] ?? '') ? { ...own, ms: 0 } : own;
    };
    return playBuild(graph, cost, basis.slots);
  };
  const { startUpMs, pace } = basis.pace;
  const realMs = ({ totalMs }: Schedule): number => underLoad(startUpMs + pace * totalMs, ratio);
  const schedule = active.length === 0 || 2 * known < active.length ? undefined : play(() => false);
  const expectedMs = active.length === 0 ? 0 : schedule && realMs(schedule);
  const isOpen = (key: TaskKey): boolean => decisionOf(key) === 'open';
  const leastMs = schedule && active.some(isOpen) ? realMs(play(isOpen)) : expectedMs;
  const follow = (): Remaining | undefined =>
    schedule && expectedMs !== undefined ? new Remaining(graph, { schedule, costs, expectedMs }) : undefined;
  const guessed = active.length - known - unknown;
  return { expectedMs, leastMs, tasks: active.length, unknown, guessed, usualMs, follow };
}

function isActive(decision: string): boolean {
  return ['run', 'restore', 'open'].includes(decision);
}

/** How many times as long as in the history work takes now, since more or fewer others are at work on the machine. */
function loadRatio(
  tasks: readonly TaskKey[],
  timesOf: (task: TaskKey) => { readonly thenMs: number; readonly nowMs: number },
): number {
  let [thenMs, nowMs] = [0, 0];
  for (const task of tasks) {
    const times = timesOf(task);
    thenMs += times.thenMs;
    nowMs += times.nowMs;
  }
  return thenMs > 0 ? nowMs / thenMs : 1;
}

/** Usual times by task, by the name of a task, and of restoring anything. */
class Times {
  readonly #times: ReadonlyMap<string, UsualTime>;
  readonly #byName = new Map<string, number[]>();
  readonly #restores: number[] = [];

  constructor(times: ReadonlyMap<string, UsualTime>) {
    this.#times = times;
    for (const [task, { runMs, restoreMs }] of times) {
      if (restoreMs !== undefined) this.#restores.push(restoreMs);
      if (runMs === undefined) continue;
      const name = nameOf(task);
      const known = this.#byName.get(name);
      if (known) known.push(runMs);
      else this.#byName.set(name, [runMs]);
    }
    for (const each of [...this.#byName.values(), this.#restores]) each.sort((a, b) => a - b);
  }

  /** What a run took in the history, and what it would take now; nothing for a task that never ran. */
  underLoad(task: TaskKey, slowdown: number): { readonly thenMs: number; readonly nowMs: number } {
    const { runMs = 0, aloneMs = runMs } = this.#times.get(task) ?? {};
    return { thenMs: runMs, nowMs: aloneMs * slowdown };
  }

  isKnown(task: TaskKey, isRestore: boolean): boolean {
    const time = this.#times.get(task);
    return (isRestore ? time?.restoreMs : time?.runMs) !== undefined;
  }

  run(task: TaskKey): number | undefined {
    return this.#times.get(task)?.runMs ?? middle(this.#byName.get(nameOf(task)));
  }

  restore(task: TaskKey): number | undefined {
    return this.#times.get(task)?.restoreMs ?? middle(this.#restores);
  }
}

function nameOf(task: string): string {
  return task.slice(task.lastIndexOf(':') + 1);
}

function middle(sorted: readonly number[] | undefined): number | undefined {
  return sorted?.[sorted.length >> 1];
}
