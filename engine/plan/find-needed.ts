import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Decided } from './decide-task.ts';
import type { PlanInputs, Resolution } from './resolve-tasks.ts';
import type { SettledScene } from './setscene.ts';

/**
 * How much a task is needed: not at all; perhaps, depending on how an open task ends; so far that its output must become
 * known; fully.
 */
export type Need = 'none' | 'perhaps' | 'known' | 'full';

const strength: Readonly<Record<Need, number>> = { none: 0, perhaps: 1, known: 2, full: 3 };

/**
 * Walks from the targets down. What is restored, or is up to date and captures outputs, covers everything below it; a
 * task that captures nothing covers nothing. An open task that was done here before may well end as up to date, so what
 * lies below it waits; one that was never done here is taken to run, so that downloads need not wait. `wanted` tasks are
 * needed whatever lies above them. What waits for one of `leaders` will most likely be restored: what lies below it waits.
 */
export function findNeeded(
  inputs: PlanInputs,
  resolution: Resolution & Partial<SettledScene> & { readonly leaders?: ReadonlyMap<TaskKey, TaskKey> },
): ReadonlyMap<TaskKey, Need> {
  const { graph } = inputs.described;
  const needs = new Map<TaskKey, Need>();
  for (const target of [...graph.targets, ...(resolution.wanted ?? [])]) needs.set(target, 'full');
  for (const key of graph.topologicalOrder().toReversed()) {
    const need = needs.get(key) ?? 'none';
    const decided = resolution.decisions.get(key);
    if (need === 'none' || decided === undefined || inputs.progress?.has(key)) continue;
    const own = ownNeed(need, decided);
    needs.set(key, own);
    const waits = own === 'full' && resolution.leaders?.has(key) === true;
    for (const dependency of graph.dependencies(key)) {
      const passed = passedOn(inputs, decided, { own, waits, isKnown: resolution.digests.has(dependency) });
      if (strength[passed] > strength[needs.get(dependency) ?? 'none']) needs.set(dependency, passed);
    }
  }
  return needs;
}

/** A task that must run for its output to become known is needed fully. */
function ownNeed(need: Need, decided: Decided): Need {
  return need === 'known' && decided.decision === 'run' ? 'full' : need;
}

function passedOn(
  inputs: PlanInputs,
  decided: Decided,
  more: { readonly own: Need; readonly waits: boolean; readonly isKnown: boolean },
): Need {
  if (more.waits) return 'perhaps';
  if (decided.decision === 'restore') return 'none';
  if (decided.decision === 'run') return more.own;
  const { task } = decided;
  const covers = inputs.described.task(task).captures || inputs.scene?.tasks.has(task);
  if (decided.decision === 'up-to-date') return covers ? 'none' : more.own;
  if (more.own === 'perhaps') return 'perhaps';
  if (more.own === 'full' && !inputs.stamps.has(decided.task)) return 'full';
  return more.isKnown ? 'perhaps' : 'known';
}
