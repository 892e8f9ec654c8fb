import { systemClock } from '../base/clock.ts';
import { throwErrors } from '../base/stx-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/planned-task.ts';
import { describeTasks } from '../signatures/describe-tasks.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import { sweepTemporaryFiles } from '../sstate/local-store.ts';
import { useStore } from '../sstate/store-users.ts';
import { buildTaskGraph } from '../taskgraph/build-task-graph.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { requireWritable } from './build-directory.ts';
import { buildLimits } from './build-limits.ts';
import { takeBuildLock } from './build-lock.ts';
import { openBuildMirrors } from './build-mirrors.ts';
import { makePlanInputs, storeDirectory } from './build-ports.ts';
import { carryOut } from './carry-out.ts';
import { checkVendorPackages } from './check-vendor-packages.ts';
import { targetsOf } from './chosen-targets.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { describePorts } from './describe-ports.ts';
import { keepBuilt, type LongWay } from './described/keep-described.ts';
import { ensureHostTools } from './ensure-host-tools.ts';
import { exitCodes } from './exit-codes.ts';
import { forcedTasks } from './forced-tasks.ts';
import { hostPurposes } from './host-purposes.ts';
import { abortOnSignals, sayInterrupted, unlessAborted } from './interrupt.ts';
import { someoneReads } from './live/events-file.ts';
import { loadMetadata } from './load-metadata.ts';
import { describeLocked } from './missing-locks.ts';
import { printPlan } from './print-plan.ts';
import { printDiagnostics, saidDiagnostics } from './say-diagnostics.ts';
import { openSetscene } from './setscene.ts';
import { keepSettled } from './settled/keep-settled.ts';
import { PresenceNotes, Witness } from './settled/witness.ts';
import { choosePlanInputs, shownPlan } from './stored-results-choice.ts';
import { watchOthers } from './system-load.ts';
import { targetGraph } from './target-graph.ts';

/** `stx-bake TARGET...`. With `-k`, targets without a lock are left out; that they were is told, and no success. */
export async function buildCommand(options: BuildCall): Promise<number> {
  const leftOut: TaskKey[] = [];
  const exitCode = await buildTargets(options, leftOut);
  if (leftOut.length === 0) return exitCode;
  process.stderr.write(`stx-bake: left out, for want of a lock: ${leftOut.join(', ')}\n`);
  return exitCode === exitCodes.ok ? exitCodes.failed : exitCode;
}

/** The stages in order, each taking what the one before gives (docs/architecture.md, section 4); what is left out goes to `leftOut`. */
async function buildTargets(options: BuildCall, leftOut: TaskKey[]): Promise<number> {
  const startMs = systemClock.monotonicMs();
  const watched = watchOthers();
  // Built-in tasks work in this process: what they leave must not depend on who builds.
  process.umask(0o022);
  const witness = new Witness();
  const { buildDirectory, workspace, base } = await loadMetadata(options, witness);
  const metadataSaid = [...saidDiagnostics];
  const { limits, scheduler, warnings } = buildLimits(base.datastore);
  printDiagnostics(warnings);
  using interrupt = abortOnSignals();
  if (!options.dryRun) requireWritable(buildDirectory);
  using _lock = options.dryRun ? undefined : takeBuildLock(buildDirectory);
  const loaded = { buildDirectory, workspace, base, witness, said: metadataSaid };
  const { targets, forced, described, keep, without } = await describeBuild(options, loaded);
  leftOut.push(...without);
  using _use = options.dryRun ? undefined : useStore(storeDirectory(base));
  await using mirrors = await openBuildMirrors(base, { buildDirectory, readOnly: options.dryRun });
  const presence = new PresenceNotes();
  const askable = presence.watching(makePlanInputs(described, base, forced, mirrors.team));
  await using setscene = openSetscene(described, base, { ...options, signal: interrupt.signal });
  const planInputs = choosePlanInputs({ ...askable, scene: setscene.tasks }, options);
  // Mirrors may be asked for results: somebody who does not want to wait for them is heard.
  const plan = await unlessAborted(makePlan(planInputs), interrupt.signal);
  if (plan === undefined) return sayInterrupted(startMs);
  const { slots } = limits;
  const others = watched();
  if (options.dryRun) {
    keep({ plan });
    const shown = { plan: shownPlan(plan, options), described, buildDirectory, slots, others };
    return printPlan({ ...shown, mirrors: mirrors.team });
  }
  for (const [name, purposes] of hostPurposes(plan, described))
    ensureHostTools((workspace.configurations.get(name)?.base ?? base).datastore, purposes, options);
  await sweepTemporaryFiles(storeDirectory(base));

  using reader = await someoneReads(options.events, interrupt.signal);
  if (reader === undefined) return sayInterrupted(startMs);
  const made = { base, buildDirectory, targets, described, planInputs, plan, limits, scheduler };
  const build = { options, startMs, others, ...made };
  const { exitCode, handlers } = await carryOut({ ...build, mirrors, setscene, signal: interrupt.signal });
  const names = targets.map((target) => target.name);
  const ended = { call: options, names, described, planInputs, plan, handlers, witness, presence };
  if (exitCode === exitCodes.ok && without.length === 0) await keepSettled({ ...ended, buildDirectory, keep });
  return exitCode;
}

interface DescribedBuild {
  readonly targets: readonly Target[];
  readonly forced: ReadonlySet<TaskKey>;
  readonly described: DescribedTaskGraph;
  /** Tasks that were asked for and left out: they need a lock that is not there yet. */
  readonly without: readonly TaskKey[];
  /** Leaves it for later calls. */
  keep(planned?: { readonly plan: Plan; readonly presence?: PresenceNotes }): void;
}

/** The tasks of the targets, checked and described; `said` is what loading the metadata said. */
async function describeBuild(
  options: BuildCall,
  loaded: Pick<LongWay, 'buildDirectory' | 'workspace' | 'witness' | 'said'> & { readonly base: BaseConfiguration },
): Promise<DescribedBuild> {
  const { base, ...way } = loaded;
  const { workspace, witness } = way;
  const asked = targetsOf(options, workspace);
  const begun = saidDiagnostics.length;
  const whole = targetGraph(workspace, asked, options);
  checkVendorPackages(whole, workspace, witness);
  const saidOfGraph = saidDiagnostics.slice(begun);
  const { graph, described, leftOut, others } = await describeLocked(whole, {
    graphOf: options.keepGoing ? (chosen) => throwErrors(buildTaskGraph(workspace, chosen, options)) : undefined,
    describe: (found) => describeTasks(found, describePorts(base, forcedTasks(found, options), witness)),
  });
  const said = [...way.said, ...saidOfGraph];
  const built = { ...way, options, described, said, graphSaid: saidOfGraph.length };
  return {
    targets: others ?? asked,
    forced: forcedTasks(graph, options),
    described,
    without: leftOut,
    keep: (planned) => (others === undefined ? keepBuilt(built, planned) : undefined),
  };
}
