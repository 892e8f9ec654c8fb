import type { BaseConfiguration, Workspace } from '../metadata/workspace.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { BuildCall } from './command-line/command-options.ts';
import type { KeptTargets } from './described/open-described.ts';
import type { ReadingOptions } from './load-metadata.ts';

/** The tasks of targets described: what questions about a build are put to. */
export interface DescribedTargets {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  readonly base: BaseConfiguration;
  readonly described: DescribedTaskGraph;
}

/** What chooses tasks, and how they are looked at. */
export type TargetChoice = ReadingOptions &
  Partial<Pick<BuildCall, 'task' | 'runAll' | 'runOnly' | 'keepGoing' | 'force' | 'clearStamp'>>;

/** The same with what belongs to it. */
export interface FoundTargets extends DescribedTargets {
  readonly forced: ReadonlySet<TaskKey>;
  /** Out of an earlier call. */
  readonly kept?: KeptTargets | undefined;
  /** Leaves it for later calls. */
  keep(plan?: Plan): void;
}
