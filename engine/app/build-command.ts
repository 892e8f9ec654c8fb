import { systemClock } from '../base/clock.ts';
import { makePlan } from '../plan/make-plan.ts';
import { runBuild } from '../runqueue/runqueue.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import { describeTasks } from '../signatures/describe-tasks.ts';
import { sweepTemporaryFiles } from '../sstate/local-store.ts';
import { parseTarget } from '../taskgraph/parse-target.ts';
import { LineUi } from '../ui/line-ui.ts';
import { createEventHandlers } from '../worker/event-handlers.ts';
import { createWorkerPool } from '../worker/worker-pool.ts';
import { requireWritable } from './build-directory.ts';
import { takeBuildLock } from './build-lock.ts';
import { describePorts, makePlanInputs, storeDirectory } from './build-ports.ts';
import { BuildSummary } from './build-summary.ts';
import { checkVendorPackages } from './check-vendor-packages.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { ensureHostTools } from './ensure-host-tools.ts';
import { forcedTasks } from './forced-tasks.ts';
import { hostPurposes } from './host-purposes.ts';
import { abortOnSignals } from './interrupt.ts';
import { loadMetadata } from './load-metadata.ts';
import { numberOfThreads } from './number-of-threads.ts';
import { printPlan } from './print-plan.ts';
import { targetGraph } from './target-graph.ts';
import { terminalOutput } from './terminal-output.ts';

/** `stx-bake TARGET...`: the stages in order, each taking what the one before gives (docs/architecture.md, section 4). */
export async function buildCommand(options: BuildCall): Promise<number> {
  const startMs = systemClock.monotonicMs();
  const { buildDirectory, workspace, base } = await loadMetadata(options);
  const slots = { processor: numberOfThreads(base.datastore), network: 2 };
  using interrupt = abortOnSignals();
  if (!options.dryRun) requireWritable(buildDirectory);
  using _lock = options.dryRun ? undefined : takeBuildLock(buildDirectory);
  const targets = options.words.map(parseTarget);
  const graph = targetGraph(workspace, targets, options);
  checkVendorPackages(graph, workspace);
  const forced = forcedTasks(graph, options);
  const described = await describeTasks(graph, describePorts(base, forced));
  const planInputs = makePlanInputs(described, base, forced);
  const plan = await makePlan(planInputs);
  if (options.dryRun) return printPlan(plan, described);
  ensureHostTools(base.datastore, hostPurposes(plan, described), options);
  await sweepTemporaryFiles(storeDirectory(base));

  const ui = new LineUi(terminalOutput(), { base: process.cwd(), quiet: options.quiet });
  const summary = new BuildSummary({
    targets,
    startMs,
    signal: interrupt.signal,
    buildDirectory: options.buildDirectory,
  });
  await using runner = createWorkerPool({ threads: slots.processor + slots.network });
  const onNote = (text: string): void => ui.show({ kind: 'note', text });
  await using handlers = createEventHandlers({ datastore: base.datastore, signal: interrupt.signal, onNote });
  const keepGoing = options.keepGoing;
  const inputs = { planInputs, plan, runner, stamps: fileStamps, clock: systemClock, slots, keepGoing, handlers };
  for await (const event of runBuild({ ...inputs, signal: interrupt.signal })) {
    ui.show(event);
    summary.take(event);
  }
  return summary.print();
}
