import { systemClock } from '../base/clock.ts';
import { makePlan } from '../plan/make-plan.ts';
import { runBuild } from '../runqueue/runqueue.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import { describeTasks } from '../signatures/describe-tasks.ts';
import { sweepTemporaryFiles } from '../sstate/local-store.ts';
import { useStore } from '../sstate/store-users.ts';
import { createEventHandlers } from '../worker/event-handlers.ts';
import { createWorkerPool } from '../worker/worker-pool.ts';
import { openAudience } from './build-audience.ts';
import { requireWritable } from './build-directory.ts';
import { targetsOf } from './build-file.ts';
import { buildLimits } from './build-limits.ts';
import { takeBuildLock } from './build-lock.ts';
import { openBuildMirrors } from './build-mirrors.ts';
import { describePorts, makePlanInputs, storeDirectory } from './build-ports.ts';
import { checkVendorPackages } from './check-vendor-packages.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { ensureHostTools } from './ensure-host-tools.ts';
import { exitCodes } from './exit-codes.ts';
import { forcedTasks } from './forced-tasks.ts';
import { hostPurposes } from './host-purposes.ts';
import { abortOnSignals } from './interrupt.ts';
import { loadMetadata, printDiagnostics } from './load-metadata.ts';
import { printPlan } from './print-plan.ts';
import { openSetscene } from './setscene.ts';
import { keepSettled } from './settled/keep-settled.ts';
import { PresenceNotes, Witness } from './settled/witness.ts';
import { choosePlanInputs } from './stored-results-choice.ts';
import { targetGraph } from './target-graph.ts';

/** `stx-bake TARGET...`: the stages in order, each taking what the one before gives (docs/architecture.md, section 4). */
export async function buildCommand(options: BuildCall): Promise<number> {
  const startMs = systemClock.monotonicMs();
  const witness = new Witness();
  const { buildDirectory, workspace, base } = await loadMetadata(options, witness);
  const { limits, scheduler, warnings } = buildLimits(base.datastore);
  printDiagnostics(warnings);
  using interrupt = abortOnSignals();
  if (!options.dryRun) requireWritable(buildDirectory);
  using _lock = options.dryRun ? undefined : takeBuildLock(buildDirectory);
  const targets = targetsOf(options, workspace);
  const graph = targetGraph(workspace, targets, options);
  checkVendorPackages(graph, workspace, witness);
  const forced = forcedTasks(graph, options);
  const described = await describeTasks(graph, describePorts(base, forced, witness));
  using _use = options.dryRun ? undefined : useStore(storeDirectory(base));
  await using mirrors = await openBuildMirrors(base, { buildDirectory, readOnly: options.dryRun });
  const presence = new PresenceNotes();
  const askable = presence.watching(makePlanInputs(described, base, forced, mirrors.team));
  await using setscene = openSetscene(described, base, { ...options, signal: interrupt.signal });
  const planInputs = choosePlanInputs({ ...askable, scene: setscene.tasks }, options);
  const plan = await makePlan(planInputs);
  if (options.dryRun) return printPlan({ plan, described, buildDirectory, slots: limits.slots, mirrors: mirrors.team });
  ensureHostTools(base.datastore, hostPurposes(plan, described), options);
  await sweepTemporaryFiles(storeDirectory(base));

  using audience = openAudience({ options, buildDirectory, targets, startMs, signal: interrupt.signal });
  await using runner = createWorkerPool({ threads: limits.slots.processor + limits.slots.network });
  mirrors.tellBy((event) => audience.tell(event));
  const onNote = (text: string): void => audience.tell({ kind: 'note', text });
  await using handlers = createEventHandlers({ datastore: base.datastore, signal: interrupt.signal, onNote });
  const work = { planInputs, plan, runner: await mirrors.runner(runner), stamps: fileStamps, handlers };
  mirrors.fetchAhead(plan, described);
  const { recordBuild } = await import('./record-build.ts');
  const about = { buildDirectory, datastore: base.datastore, described, plan, slots: limits.slots, startMs, onNote };
  const recording = recordBuild({ ...about, targets: options.words, signal: interrupt.signal });
  const inputs = {
    ...work,
    ...recording.inputs,
    clock: systemClock,
    limits,
    scheduler,
    keepGoing: options.keepGoing,
    onlyRestore: options.setsceneOnly,
    enforcement: setscene.enforcement,
  };
  for await (const event of recording.watch(runBuild({ ...inputs, signal: interrupt.signal }))) audience.tell(event);
  if (!interrupt.signal.aborted) await mirrors.finish();
  const exitCode = await audience.end();
  const names = targets.map((target) => target.name);
  const ended = { call: options, names, described, planInputs, plan, handlers, witness, presence, buildDirectory };
  if (exitCode === exitCodes.ok) await keepSettled(ended);
  return exitCode;
}
