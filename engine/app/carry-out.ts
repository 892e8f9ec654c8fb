import { systemClock } from '../base/clock.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { EventHandlers } from '../runqueue/event-handlers.ts';
import { runBuild } from '../runqueue/runqueue.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import { createEventHandlers } from '../worker/event-handlers.ts';
import { createWorkerPool } from '../worker/worker-pool.ts';
import { openAudience } from './build-audience.ts';
import type { BuildLimits } from './build-limits.ts';
import type { BuildMirrors } from './build-mirrors.ts';
import { storeDirectory } from './build-ports.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { unlessAborted } from './interrupt.ts';
import type { OpenSetscene } from './setscene.ts';

/** A build that is planned, with all that it is carried out with. */
export interface PlannedBuild {
  readonly options: BuildCall;
  readonly startMs: number;
  /** How many tasks of others wanted a processor so far, if that is known. */
  readonly others: number | undefined;
  readonly base: BaseConfiguration;
  readonly buildDirectory: string;
  readonly targets: readonly Target[];
  readonly described: DescribedTaskGraph;
  readonly planInputs: PlanInputs;
  readonly plan: Plan;
  readonly limits: BuildLimits['limits'];
  readonly scheduler: BuildLimits['scheduler'];
  readonly mirrors: BuildMirrors;
  readonly setscene: OpenSetscene;
  readonly signal: AbortSignal;
}

/** Runs what is planned, and tells everybody of it. */
export async function carryOut(
  build: PlannedBuild,
): Promise<{ readonly exitCode: number; readonly handlers: EventHandlers }> {
  const { options, startMs, others, base, buildDirectory, described, planInputs, plan, limits, mirrors, signal } =
    build;
  const { slots } = limits;
  using audience = openAudience(build);
  await using runner = createWorkerPool({ threads: slots.processor + slots.network });
  mirrors.tellBy((event) => audience.tell(event));
  const onNote = (text: string): void => audience.tell({ kind: 'note', text });
  await using handlers = createEventHandlers({ datastore: base.datastore, signal, onNote });
  const work = { planInputs, plan, runner: await mirrors.runner(runner), stamps: fileStamps, handlers };
  mirrors.fetchAhead(plan, described);
  const { recordBuild } = await import('./record-build.ts');
  const about = { buildDirectory, datastore: base.datastore, described, plan, slots, others, startMs, onNote };
  const recording = recordBuild({ ...about, targets: options.words, signal });
  const inputs = {
    ...work,
    ...recording.inputs,
    clock: systemClock,
    storeDirectory: storeDirectory(base),
    limits,
    scheduler: build.scheduler,
    keepGoing: options.keepGoing,
    onlyRestore: options.setsceneOnly,
    enforcement: build.setscene.enforcement,
  };
  for await (const event of recording.watch(runBuild({ ...inputs, signal }))) audience.tell(event);
  await unlessAborted(mirrors.finish(), signal);
  return { exitCode: await audience.end(), handlers };
}
