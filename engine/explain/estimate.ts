import type { BuildPace, PoolName, UsualTime } from '../history/rows.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { graphShape } from './graph-shape.ts';
import { playBuild, type TaskCost } from './schedule.ts';

/** How long a build will take from its first task on, if every task takes what it usually takes. */
export interface Estimate {
  /** Absent when nothing is known of any task. */
  readonly expectedMs: number | undefined;
  /** The same when every task that only may run is spared. */
  readonly leastMs: number | undefined;
  /** Tasks to work on, and those of which neither they themselves nor others of their name are known. */
  readonly tasks: number;
  readonly unknown: number;
  /** What each task will take, as far as known. */
  usualMs(task: TaskKey): number | undefined;
}

/** Estimates a plan from the times of earlier builds; a task that is not known takes what others of its name take. */
export function estimateBuild(
  described: DescribedTaskGraph,
  plan: Plan,
  more: {
    readonly times: ReadonlyMap<string, UsualTime>;
    readonly slots: Readonly<Record<PoolName, number>>;
    readonly pace: BuildPace;
  },
): Estimate {
  const times = new Times(more.times);
  const graph = graphShape(described.graph, plan);
  const usualMs = (task: TaskKey): number | undefined => {
    const decision = plan.tasks.get(task)?.decision;
    if (decision === undefined) return undefined;
    if (described.task(task).noexec) return 0;
    if (decision === 'run' || decision === 'open') return times.run(task);
    return decision === 'restore' ? times.restore(task) : 0;
  };
  const active = graph.tasks.filter((key) => isActive(plan, key) && !described.task(key).noexec);
  const unknown = active.filter((key) => usualMs(key) === undefined).length;
  const costOf = (key: TaskKey): TaskCost => ({
    ms: usualMs(key) ?? 0,
    pool: plan.tasks.get(key)?.decision === 'restore' ? 'processor' : (described.task(key).type?.pool ?? 'processor'),
  });
  const play = (isSpared: (key: TaskKey) => boolean): number | undefined => {
    if (active.length === 0) return 0;
    if (unknown === active.length) return undefined;
    const cost = (index: number): TaskCost => {
      const key = graph.tasks[index] ?? '';
      return isSpared(key) ? { ...costOf(key), ms: 0 } : costOf(key);
    };
    return more.pace.startUpMs + more.pace.pace * playBuild(graph, cost, more.slots).totalMs;
  };
  const expectedMs = play(() => false);
  const hasOpen = active.some((key) => plan.tasks.get(key)?.decision === 'open');
  const leastMs = hasOpen ? play((key) => plan.tasks.get(key)?.decision === 'open') : expectedMs;
  return { expectedMs, leastMs, tasks: active.length, unknown, usualMs };
}

function isActive(plan: Plan, key: TaskKey): boolean {
  return ['run', 'restore', 'open'].includes(plan.tasks.get(key)?.decision ?? '');
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
