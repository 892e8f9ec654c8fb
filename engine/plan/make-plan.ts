import type { RunReason } from '../messages/reason.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Decided } from './decide-task.ts';
import type { Need } from './find-needed.ts';
import type { Plan, PlannedTask } from './planned-task.ts';
import { type PlanInputs, type Resolution, resolveTasks, sharedPredecessors } from './resolve-tasks.ts';
import { settleScene } from './setscene.ts';
import { type SharedWork, shareWork } from './share-work.ts';

/**
 * Decides about every task of the graph. While a build goes on it is called again with what has become known since;
 * tasks that were started are not decided again.
 */
export async function makePlan(inputs: PlanInputs): Promise<Plan> {
  const later = new Map<TaskKey, TaskKey>();
  for (;;) {
    const resolved = await resolveTasks(inputs, later);
    const resolution = inputs.scene === undefined ? resolved : await settleScene(inputs, inputs.scene, resolved);
    const shared = shareWork(inputs, resolution);
    const found = findOvertaken(inputs, resolution, shared.needs);
    if (found.size === 0) return assemble(inputs, resolution, shared);
    for (const [key, predecessor] of found) later.set(key, predecessor);
  }
}

/** Tasks that are up to date, but whose work directory a predecessor is going to change in this very build. */
function findOvertaken(
  inputs: PlanInputs,
  resolution: Resolution,
  needs: ReadonlyMap<TaskKey, Need>,
): ReadonlyMap<TaskKey, TaskKey> {
  const running = new Set<TaskKey>();
  const overtaken = new Map<TaskKey, TaskKey>();
  for (const key of inputs.described.graph.topologicalOrder()) {
    const started = inputs.progress?.get(key);
    if (started?.state === 'running') running.add(key);
    if (started || needs.get(key) !== 'full') continue;
    const decision = resolution.decisions.get(key)?.decision;
    if (decision === 'run') running.add(key);
    if (decision !== 'up-to-date' || wasRestored(inputs, key)) continue;
    const predecessor = overtaking(inputs, key, running);
    if (predecessor === undefined) continue;
    overtaken.set(key, predecessor);
    if (!inputs.described.task(key).captures) running.add(key);
  }
  return overtaken;
}

/** A task that shares the work directory and is going to run. */
function overtaking({ described }: PlanInputs, key: TaskKey, running: ReadonlySet<TaskKey>): TaskKey | undefined {
  if (running.size === 0 || !described.graph.dependencies(key).some((each) => running.has(each))) return undefined;
  return sharedPredecessors(described, described.task(key)).find((each) => running.has(each));
}

/** Its setscene task did the work, so what its predecessors do in the work directory is nothing to it. */
function wasRestored(inputs: PlanInputs, key: TaskKey): boolean {
  return Boolean(inputs.scene?.tasks.has(key) && inputs.stamps.get(key)?.restored);
}

function assemble(inputs: PlanInputs, resolution: Resolution, { needs, leaders }: SharedWork): Plan {
  const { graph } = inputs.described;
  const order = graph.topologicalOrder();
  const planned = new Map<TaskKey, PlannedTask>();
  const open = new Map<TaskKey, readonly TaskKey[]>();
  for (const key of order.toReversed()) {
    const decided = resolution.decisions.get(key);
    if (decided === undefined) continue;
    const facts = { need: needs.get(key) ?? 'none', open, sameAs: leaders.get(key) };
    const task = inputs.progress?.has(key) ? decided : place(inputs, decided, facts);
    planned.set(key, task);
    if (task.decision === 'open') open.set(key, task.waitsFor);
  }
  const tasks = new Map<TaskKey, PlannedTask>();
  for (const key of order) {
    const task = planned.get(key);
    if (task) tasks.set(key, task);
  }
  return { tasks, digests: resolution.digests };
}

function place(
  inputs: PlanInputs,
  decided: Decided,
  more: {
    readonly need: Need;
    readonly open: ReadonlyMap<TaskKey, readonly TaskKey[]>;
    readonly sameAs: TaskKey | undefined;
  },
): PlannedTask {
  const { task } = decided;
  const { sameAs } = more;
  if (sameAs !== undefined && more.need === 'full' && decided.decision === 'run')
    return { task, decision: 'open', waitsFor: [sameAs], reason: decided.reason, sameAs };
  const isCertain = more.need !== 'perhaps' || decided.decision === 'up-to-date' || decided.decision === 'open';
  if (isCertain && more.need !== 'none') return decided;
  const dependents = inputs.described.graph.dependents(task);
  if (more.need === 'none') return { task, decision: 'not-needed', coveredBy: dependents };
  const waitsFor = new Set(dependents.flatMap((key) => more.open.get(key) ?? []));
  const reason: RunReason = decided.decision === 'run' ? decided.reason : { kind: 'no-stamp' };
  return { task, decision: 'open', waitsFor: [...waitsFor], reason };
}
