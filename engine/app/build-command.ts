import { systemClock } from '../base/clock.ts';
import { throwErrors } from '../base/stx-error.ts';
import { makePlan } from '../plan/make-plan.ts';
import { runBuild } from '../runqueue/runqueue.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import { describeTasks } from '../signatures/describe-tasks.ts';
import { sweepTemporaryFiles } from '../sstate/local-store.ts';
import { buildTaskGraph } from '../taskgraph/build-task-graph.ts';
import { parseTarget } from '../taskgraph/parse-target.ts';
import { LineUi } from '../ui/line-ui.ts';
import { createWorkerPool } from '../worker/worker-pool.ts';
import { requireWritable } from './build-directory.ts';
import { takeBuildLock } from './build-lock.ts';
import { describePorts, makePlanInputs, storeDirectory } from './build-ports.ts';
import { BuildSummary } from './build-summary.ts';
import { ensureHostTools } from './ensure-host-tools.ts';
import { hostPurposes } from './host-purposes.ts';
import { abortOnSignals } from './interrupt.ts';
import { loadMetadata } from './load-metadata.ts';
import { numberOfThreads } from './number-of-threads.ts';
import type { Options } from './options.ts';
import { printPlan } from './print-plan.ts';
import { terminalOutput } from './terminal-output.ts';

/** `stx-bake TARGET...`: the stages in order, each taking what the one before gives (docs/architecture.md, section 4). */
export async function buildCommand(options: Options): Promise<number> {
  const startMs = systemClock.monotonicMs();
  const { buildDirectory, workspace, base } = loadMetadata(options);
  const slots = { processor: numberOfThreads(base.datastore), network: 2 };
  using interrupt = abortOnSignals();
  if (!options.dryRun) requireWritable(buildDirectory);
  using _lock = options.dryRun ? undefined : takeBuildLock(buildDirectory);
  const targets = options.words.map(parseTarget);
  const graph = throwErrors(buildTaskGraph(workspace, targets, { defaultTask: options.task }));
  const forced = new Set(options.force ? graph.targets : []);
  const described = await describeTasks(graph, describePorts(base, forced));
  const planInputs = makePlanInputs(described, base, forced);
  const plan = await makePlan(planInputs);
  if (options.dryRun) return printPlan(plan, described);
  ensureHostTools(base.datastore, hostPurposes(plan, described), options);
  await sweepTemporaryFiles(storeDirectory(base));

  const ui = new LineUi(terminalOutput(), { base: process.cwd(), quiet: options.quiet });
  const summary = new BuildSummary({ targets, startMs, signal: interrupt.signal });
  await using runner = createWorkerPool({ threads: slots.processor + slots.network });
  const keepGoing = options.keepGoing;
  const inputs = { planInputs, plan, runner, stamps: fileStamps, clock: systemClock, slots, keepGoing };
  for await (const event of runBuild({ ...inputs, signal: interrupt.signal })) {
    ui.show(event);
    summary.take(event);
  }
  return summary.print();
}
