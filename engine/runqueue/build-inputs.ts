import type { Clock } from '../base/clock.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { EventHandlers } from './event-handlers.ts';
import type { Alarm } from './hold-watch.ts';
import type { SchedulerLimits } from './scheduler.ts';
import type { StampStore } from './stamps.ts';
import type { SchedulerName, UsualCost } from './start-order.ts';
import type { TaskRunner } from './task-runner.ts';

/** What a build is carried out with. */
export interface BuildInputs {
  readonly planInputs: PlanInputs;
  /** Made from `planInputs` just before; without it the build plans itself. */
  readonly plan?: Plan | undefined;
  readonly runner: TaskRunner;
  readonly stamps: StampStore;
  /** Where results are stored; absent: in SSTATE_DIR of each recipe. */
  readonly storeDirectory?: string | undefined;
  readonly clock: Clock;
  readonly limits: SchedulerLimits;
  /** BB_SCHEDULER; absent: `speed`. */
  readonly scheduler?: SchedulerName | undefined;
  /** What tasks have usually taken, from history. */
  readonly usual?: ReadonlyMap<TaskKey, UsualCost> | undefined;
  /** Stored results are put in place, and nothing runs. */
  readonly onlyRestore?: boolean | undefined;
  /** Absent: a timer. */
  readonly alarm?: Alarm | undefined;
  /** After a failure go on with everything that does not need the failed task. */
  readonly keepGoing?: boolean | undefined;
  /** BB_SETSCENE_ENFORCE: nothing runs. A task that is met counts as done when it is allowed, and fails when it is not. */
  readonly enforcement?: { allows(described: DescribedTask): boolean } | undefined;
  /** Functions of `addhandler`; absent: none are run. */
  readonly handlers?: EventHandlers | undefined;
  /** Told of each task that ended well, `noexec` ones too, before its event; `digests`: what its dependencies handed on. */
  onDone?(described: DescribedTask, stamp: Stamp, digests: () => Readonly<Record<string, string>>): void;
  /** Aborted: running tasks are cancelled and awaited, nothing more is started. */
  readonly signal?: AbortSignal | undefined;
}
