import type { BaseConfiguration, Workspace } from '../metadata/workspace.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import { describeTasks } from '../signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import { parseTarget } from '../taskgraph/parse-target.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { openBuildMirrors } from './build-mirrors.ts';
import { describePorts, makePlanInputs } from './build-ports.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { forcedTasks } from './forced-tasks.ts';
import { loadMetadata, type ReadingOptions } from './load-metadata.ts';
import { openSetscene } from './setscene.ts';
import { targetGraph } from './target-graph.ts';

/** The tasks of targets described: what questions about a build are put to. */
export interface DescribedTargets {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  readonly base: BaseConfiguration;
  readonly described: DescribedTaskGraph;
}

/** The same with what would be done about each. */
export interface PlannedTargets extends DescribedTargets {
  readonly planInputs: PlanInputs;
  readonly plan: Plan;
  /** The mirrors that were asked for results. */
  readonly mirrors: Pick<TeamCache, 'knows' | 'sizeOf'> | undefined;
}

type Choice = ReadingOptions &
  Partial<Pick<BuildCall, 'task' | 'runAll' | 'runOnly' | 'keepGoing' | 'force' | 'clearStamp'>>;

/** Describes the tasks of targets as a build would, without taking the build directory. Throws StxError. */
export async function describeTargets(targets: readonly string[], options: Choice): Promise<DescribedTargets> {
  const { forced: _, ...described } = await describe(targets, options);
  return described;
}

/** Plans targets as a build would, without taking the build directory. Throws StxError. */
export async function planTargets(targets: readonly string[], options: Choice): Promise<PlannedTargets> {
  const { forced, ...targeted } = await describe(targets, options);
  const { buildDirectory, base, described } = targeted;
  await using mirrors = await openBuildMirrors(base, { buildDirectory, readOnly: true });
  await using setscene = openSetscene(described, base);
  const planInputs = { ...makePlanInputs(described, base, forced, mirrors.team), scene: setscene.tasks };
  return { ...targeted, planInputs, plan: await makePlan(planInputs), mirrors: mirrors.team };
}

async function describe(
  targets: readonly string[],
  options: Choice,
): Promise<DescribedTargets & { readonly forced: ReadonlySet<TaskKey> }> {
  const { buildDirectory, workspace, base } = await loadMetadata(options);
  const { task, runAll = [], runOnly = [], keepGoing = false, force = false, clearStamp } = options;
  const graph = targetGraph(workspace, targets.map(parseTarget), { task, runAll, runOnly, keepGoing });
  const forced = forcedTasks(graph, { force, clearStamp });
  const described = await describeTasks(graph, describePorts(base, forced));
  return { buildDirectory, workspace, base, described, forced };
}
