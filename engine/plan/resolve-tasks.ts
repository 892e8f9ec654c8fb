import type { TaskSignature } from '../base/brands.ts';
import { type Digest, formatDigest } from '../base/digest.ts';
import type { Artifact } from '../messages/task-outcome.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { type Decided, decideTask, type TaskFacts, wantsResult } from './decide-task.ts';
import { isKept, type KeepRule } from './keep-what-is-there.ts';
import type { KnownResult, ResultLookup } from './result-lookup.ts';
import type { SetsceneTasks } from './setscene-tasks.ts';
import type { Stamp } from './stamp.ts';

/** How far a task has come in the build that is going on. */
export type TaskProgress =
  | {
      readonly state: 'running';
      readonly decided: Decided;
      readonly signature: TaskSignature;
      readonly output: Digest | undefined;
    }
  | { readonly state: 'done'; readonly signature: TaskSignature; readonly output: Digest | undefined };

/** What a plan is made from. */
export interface PlanInputs {
  readonly described: DescribedTaskGraph;
  /** Read ahead; a task without one was never done here. */
  readonly stamps: ReadonlyMap<TaskKey, Stamp>;
  readonly results: ResultLookup;
  /** Tasks to run although they are up to date. */
  readonly forced?: ReadonlySet<TaskKey> | undefined;
  /** Whether a file that a stamp names (or an output directory, without a size) is still there. */
  isPresent(artifact: Artifact): boolean;
  /** Decisions that are known to hold: on tasks for which nothing has changed since an earlier plan. */
  decided?(task: TaskKey): Decided | undefined;
  /** Tasks that were started in this build; they are not decided again. */
  readonly progress?: ReadonlyMap<TaskKey, TaskProgress> | undefined;
  /** Tasks whose stored result could not be used in this build, with what went wrong. */
  readonly restoreFailures?: ReadonlyMap<TaskKey, string> | undefined;
  /** Tasks that failed in this build. */
  readonly failed?: ReadonlySet<TaskKey> | undefined;
  /** Tasks with equal signatures each run for themselves: stored results are not to be used. */
  readonly keepsApart?: boolean | undefined;
  /** What is taken as it is, although it may be out of date. */
  readonly keep?: KeepRule | undefined;
  /** Tasks of foreign recipes that bring a `do_X_setscene`; absent: there are none, or they are not to be used. */
  readonly scene?: SetsceneTasks | undefined;
}

/** Decisions for all tasks as if each were needed, and what each hands on as far as that is known. */
export interface Resolution {
  readonly decisions: ReadonlyMap<TaskKey, Decided>;
  /** Output digest or signature; absent where it is not known yet. */
  readonly digests: ReadonlyMap<TaskKey, string>;
}

/**
 * Decides all tasks from the bottom up. `laterPredecessors` are those found by an earlier round of the same plan. The
 * stored results of all tasks that can be asked for at the same time are asked for in one batch.
 */
export async function resolveTasks(
  inputs: PlanInputs,
  laterPredecessors: ReadonlyMap<TaskKey, TaskKey>,
): Promise<Resolution> {
  const { graph } = inputs.described;
  const decisions = new Map<TaskKey, Decided>();
  const digests = new Map<TaskKey, string>();
  const note = (key: TaskKey, decided: Decided): void => {
    decisions.set(key, decided);
    const digest = handedOn(inputs, decided);
    if (digest !== undefined) digests.set(key, digest);
  };
  for (const decided of knownBefore(inputs, laterPredecessors)) note(decided.task, decided);
  const waiting = waitingTasks(graph, decisions);
  let ready = [...waiting.keys()].filter((key) => waiting.get(key) === 0);
  const settle = (key: TaskKey, decided: Decided): void => {
    note(key, decided);
    for (const dependent of graph.dependents(key)) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) ready.push(dependent);
    }
  };
  while (ready.length > 0) {
    const asking: Omit<TaskFacts, 'known'>[] = [];
    for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
      const started = inputs.progress?.get(key);
      if (started) {
        settle(key, asDecided(key, started));
        continue;
      }
      const facts = gatherFacts(inputs, key, { digests, laterPredecessors });
      if (wantsResult(facts)) asking.push(facts);
      else settle(key, decideTask({ ...facts, known: undefined }));
    }
    ready = [];
    const found = asking.length > 0 ? await findResults(inputs, asking) : new Map<TaskKey, KnownResult>();
    for (const facts of asking) settle(facts.task, decideTask({ ...facts, known: found.get(facts.task) }));
  }
  return { decisions, digests };
}

/** The decisions that hold without a look at anything. */
function knownBefore(inputs: PlanInputs, laterPredecessors: ReadonlyMap<TaskKey, TaskKey>): readonly Decided[] {
  if (inputs.decided === undefined) return [];
  const known: Decided[] = [];
  for (const key of inputs.described.graph.keys()) {
    const isOpen = laterPredecessors.has(key) || inputs.progress?.has(key);
    const decided = isOpen ? undefined : inputs.decided(key);
    if (decided !== undefined) known.push(decided);
  }
  return known;
}

/** The tasks that nothing is decided on, each with how many such ones it needs. */
function waitingTasks(
  graph: DescribedTaskGraph['graph'],
  decisions: ReadonlyMap<TaskKey, Decided>,
): Map<TaskKey, number> {
  const waiting = new Map<TaskKey, number>();
  for (const key of graph.keys()) {
    if (decisions.has(key)) continue;
    let count = 0;
    for (const need of graph.dependencies(key)) if (!decisions.has(need)) count++;
    waiting.set(key, count);
  }
  return waiting;
}

/** What a task hands on to the signatures of its dependants. */
function handedOn(inputs: PlanInputs, decided: Decided): string | undefined {
  if (decided.decision === 'open') return undefined;
  const described = inputs.described.task(decided.task);
  if (!described.captures) return decided.signature;
  if (decided.decision !== 'run') return decided.output && formatDigest(decided.output);
  return undefined;
}

function asDecided(task: TaskKey, started: TaskProgress): Decided {
  if (started.state === 'running') return started.decided;
  return { task, decision: 'up-to-date', signature: started.signature, output: started.output };
}

async function findResults(
  inputs: PlanInputs,
  asking: readonly Omit<TaskFacts, 'known'>[],
): Promise<ReadonlyMap<TaskKey, KnownResult>> {
  const keys = new Map<TaskKey, string>();
  for (const { task, signature } of asking) {
    const key = signature && inputs.described.task(task).actionKey(signature);
    if (key !== undefined) keys.set(task, key);
  }
  const found = await inputs.results.find([...keys.values()]);
  const results = new Map<TaskKey, KnownResult>();
  for (const [task, key] of keys) {
    const result = found.get(key);
    if (result) results.set(task, result);
  }
  return results;
}

function gatherFacts(
  inputs: PlanInputs,
  key: TaskKey,
  known: {
    readonly digests: ReadonlyMap<TaskKey, string>;
    readonly laterPredecessors: ReadonlyMap<TaskKey, TaskKey>;
  },
): Omit<TaskFacts, 'known'> {
  const described = inputs.described.task(key);
  const stamp = inputs.stamps.get(key);
  const { captures, nostamp } = described;
  const forced = inputs.forced?.has(key) ?? false;
  const laterPredecessor = known.laterPredecessors.get(key) ?? laterByStamp(inputs, described, stamp);
  const restoreFailure = inputs.restoreFailures?.get(key);
  const facts = { task: key, captures, nostamp, forced, stamp, laterPredecessor, restoreFailure };
  const mayKeep = !forced && laterPredecessor === undefined && restoreFailure === undefined;
  const found = { stamp, graph: inputs.described, digests: known.digests };
  if (mayKeep && stamp !== undefined && isKept(inputs.keep, described, found)) {
    const missing = missingArtifact(inputs, described, stamp);
    if (missing === undefined)
      return { ...facts, signature: stamp.signature, waitsFor: [], missingArtifact: undefined };
  }
  const waitsFor = inputs.described.graph.dependencies(key).filter((dependency) => !known.digests.has(dependency));
  const signature = waitsFor.length === 0 ? described.signature(known.digests) : undefined;
  const isCurrent = stamp !== undefined && stamp.signature === signature;
  const missing = isCurrent ? missingArtifact(inputs, described, stamp) : undefined;
  return { ...facts, signature, waitsFor, missingArtifact: missing };
}

function missingArtifact(inputs: PlanInputs, described: DescribedTask, stamp: Stamp): string | undefined {
  const directories = described.outputs.map(({ to }) => ({ path: to }));
  return [...stamp.artifacts, ...directories].find((artifact) => !inputs.isPresent(artifact))?.path;
}

function laterByStamp(inputs: PlanInputs, described: DescribedTask, stamp: Stamp | undefined): TaskKey | undefined {
  if (stamp === undefined || (stamp.restored && !described.captures)) return undefined;
  return sharedPredecessors(inputs.described, described).find((key) => {
    const before = inputs.stamps.get(key);
    return before !== undefined && !before.restored && before.finishedAtMs > stamp.finishedAtMs;
  });
}

/** Direct dependencies in the same recipe that capture nothing: they share its work directory. */
export function sharedPredecessors(graph: DescribedTaskGraph, described: DescribedTask): readonly TaskKey[] {
  const { configuration, recipe } = described.task.id;
  return graph.graph.dependencies(described.key).filter((key) => {
    const other = graph.task(key);
    return !other.captures && other.task.id.recipe === recipe && other.task.id.configuration === configuration;
  });
}
