import type { BaseConfiguration } from '../metadata/workspace.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { openBuildMirrors } from './build-mirrors.ts';
import { makePlanInputs } from './build-ports.ts';
import { describe } from './describe-targets.ts';
import type { KeptTargets } from './described/open-described.ts';
import type { DescribedTargets, TargetChoice } from './found-targets.ts';
import type { OpenSetscene } from './setscene.ts';

/** Described targets with what would be done about each. */
export interface PlannedTargets extends DescribedTargets {
  readonly planInputs: PlanInputs;
  readonly plan: Plan;
  /** The mirrors that were asked for results. */
  readonly mirrors: Pick<TeamCache, 'knows' | 'sizeOf'> | undefined;
}

/** Plans targets as a build would, without taking the build directory. Throws StxError. */
export async function planTargets(targets: readonly string[], options: TargetChoice): Promise<PlannedTargets> {
  const found = await describe(targets, options);
  const planned = await planDescribed(found, found);
  found.keep(planned.plan);
  return planned;
}

/** Plans targets that are described. */
export async function planDescribed(
  found: DescribedTargets,
  more: { readonly forced?: ReadonlySet<TaskKey>; readonly kept?: KeptTargets | undefined },
): Promise<PlannedTargets> {
  const { buildDirectory, base, described } = found;
  const { kept, forced = new Set() } = more;
  await using mirrors = await openBuildMirrors(base, { buildDirectory, readOnly: true });
  await using setscene =
    kept === undefined || kept.hasSetscene ? await openSetsceneOf(described, kept?.realBase() ?? base) : undefined;
  const planInputs = { ...makePlanInputs(described, base, forced, mirrors.team), scene: setscene?.tasks };
  const plan = await makePlan(kept === undefined ? planInputs : { ...planInputs, decided: (key) => kept.decided(key) });
  return { ...found, planInputs, plan, mirrors: mirrors.team };
}

async function openSetsceneOf(described: DescribedTaskGraph, base: BaseConfiguration): Promise<OpenSetscene> {
  return (await import('./setscene.ts')).openSetscene(described, base);
}
