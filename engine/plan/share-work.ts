import type { DescribedTask } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { findNeeded, type Need } from './find-needed.ts';
import type { PlanInputs, Resolution } from './resolve-tasks.ts';
import type { SettledScene } from './setscene.ts';

/** How much each task is needed, when those that would do the same work as another one wait for it. */
export interface SharedWork {
  readonly needs: ReadonlyMap<TaskKey, Need>;
  /** A task that waits -> the one whose result it will be restored from. */
  readonly leaders: ReadonlyMap<TaskKey, TaskKey>;
}

interface Member {
  readonly key: TaskKey;
  readonly isRunning: boolean;
  readonly mayWait: boolean;
}

/** Tasks of one signature, dependencies first. */
type Twins = readonly Member[];

/**
 * Finds, among tasks of several configurations, those with equal signatures that would run: one of them does the work, the
 * others wait for its result, and what lies below them waits as well. The one that works is the first in the order of the
 * graph that is needed for certain, so whatever waits does so for something earlier: nobody waits in a circle.
 */
export function shareWork(inputs: PlanInputs, resolution: Resolution & Partial<SettledScene>): SharedWork {
  const needs = findNeeded(inputs, resolution);
  const groups = inputs.keepsApart ? [] : equalWork(inputs, resolution, needs);
  if (groups.length === 0) return { needs, leaders: new Map() };
  const unfit = new Set<TaskKey>();
  for (;;) {
    const leaders = new Map<TaskKey, TaskKey>();
    for (const twins of groups) follow(twins, unfit, leaders);
    const shared = { needs: findNeeded(inputs, { ...resolution, leaders }), leaders };
    const idle = [...new Set(leaders.values())].filter(
      (key) => !inputs.progress?.has(key) && shared.needs.get(key) !== 'full',
    );
    if (idle.length === 0) return shared;
    // Its own dependants wait for somebody else: it may never run.
    for (const key of idle) unfit.add(key);
  }
}

function follow(twins: Twins, unfit: ReadonlySet<TaskKey>, leaders: Map<TaskKey, TaskKey>): void {
  const running = twins.find(({ isRunning }) => isRunning);
  const leader = running ?? twins.find(({ key }) => !unfit.has(key));
  if (leader === undefined) return;
  const others = running === undefined ? twins.slice(twins.indexOf(leader) + 1) : twins;
  for (const { key, isRunning, mayWait } of others) if (mayWait && !isRunning) leaders.set(key, leader.key);
}

function equalWork(inputs: PlanInputs, resolution: Resolution, needs: ReadonlyMap<TaskKey, Need>): readonly Twins[] {
  const order = inputs.described.graph.topologicalOrder();
  // Within one configuration no two tasks are the same.
  if (!order.some((key) => key.startsWith('mc:'))) return [];
  const lost = failedAndAbove(inputs);
  const groups = new Map<string, Member[]>();
  for (const key of order) {
    const decided = resolution.decisions.get(key);
    if (decided?.decision !== 'run' || lost.has(key)) continue;
    const isRunning = inputs.progress?.has(key) ?? false;
    const described = inputs.described.task(key);
    const action = described.noexec ? undefined : described.actionKey(decided.signature);
    if (action === undefined || (!isRunning && needs.get(key) !== 'full')) continue;
    const member = { key, isRunning, mayWait: mayWait(inputs, described) };
    const group = groups.get(action);
    if (group === undefined) groups.set(action, [member]);
    else group.push(member);
  }
  return [...groups.values()].filter((twins) => twins.length > 1);
}

/** What is forced, or could not be restored, runs itself. */
function mayWait({ forced, restoreFailures }: PlanInputs, { key, nostamp }: DescribedTask): boolean {
  return !nostamp && !forced?.has(key) && !restoreFailures?.has(key);
}

/** Tasks that failed in this build, and those that will not start because of them. */
function failedAndAbove({ described, failed }: PlanInputs): ReadonlySet<TaskKey> {
  const lost = new Set(failed);
  for (const key of lost) for (const above of described.graph.dependents(key)) lost.add(above);
  return lost;
}
