import type { TaskSignature } from '../base/brands.ts';
import type { RunReason } from '../messages/reason.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { PlannedTask } from './planned-task.ts';
import type { KnownResult } from './result-lookup.ts';
import type { Stamp } from './stamp.ts';

/** Everything that the decision about one task depends on. */
export interface TaskFacts {
  readonly task: TaskKey;
  readonly captures: boolean;
  readonly nostamp: boolean;
  readonly forced: boolean;
  /** Absent while the output of a dependency is not known. */
  readonly signature: TaskSignature | undefined;
  /** Direct dependencies whose output (or signature) is not known yet. */
  readonly waitsFor: readonly TaskKey[];
  readonly stamp: Stamp | undefined;
  /** A file of the stamp, or an output directory, that is not there any more. */
  readonly missingArtifact: string | undefined;
  /** A direct predecessor of the same recipe, capturing nothing, that finished (or will finish) after this task. */
  readonly laterPredecessor: TaskKey | undefined;
  readonly known: KnownResult | undefined;
  /** Why its stored result could not be used, when that was tried in this build. */
  readonly restoreFailure: string | undefined;
}

/** A decision without regard to whether the task is needed at all. */
export type Decided = Exclude<PlannedTask, { readonly decision: 'not-needed' }>;

/** Decides about one task; used while planning, and again when an open task can be settled. */
export function decideTask(facts: TaskFacts): Decided {
  const { task, signature, known } = facts;
  const reason = reasonToRun(facts);
  if (signature === undefined) return { task, decision: 'open', waitsFor: facts.waitsFor, reason };
  if (isUpToDate(facts)) return { task, decision: 'up-to-date', signature, output: facts.stamp?.output };
  if (known !== undefined && mayRestore(facts)) return { task, decision: 'restore', signature, ...known };
  return { task, decision: 'run', signature, reason };
}

/** Whether a stored result would be used, so that it is worth asking for one. */
export function wantsResult(facts: Omit<TaskFacts, 'known'>): boolean {
  return facts.signature !== undefined && mayRestore(facts) && !isUpToDate(facts);
}

function mayRestore(facts: Omit<TaskFacts, 'known'>): boolean {
  return facts.captures && !facts.nostamp && !facts.forced && facts.restoreFailure === undefined;
}

function isUpToDate(facts: Omit<TaskFacts, 'known'>): boolean {
  const { stamp, signature } = facts;
  if (facts.nostamp || facts.forced || facts.restoreFailure !== undefined) return false;
  if (stamp === undefined || stamp.signature !== signature) return false;
  if (facts.captures && stamp.output === undefined) return false;
  return facts.missingArtifact === undefined && facts.laterPredecessor === undefined;
}

function reasonToRun(facts: Omit<TaskFacts, 'known'>): RunReason {
  const { stamp, signature } = facts;
  if (facts.nostamp) return { kind: 'nostamp' };
  if (facts.forced) return { kind: 'forced' };
  if (facts.restoreFailure !== undefined) return { kind: 'restore-failed', message: facts.restoreFailure };
  if (stamp === undefined)
    return facts.captures && signature !== undefined ? { kind: 'not-in-cache' } : { kind: 'no-stamp' };
  if (stamp.signature !== signature) return { kind: 'signature-changed' };
  if (facts.missingArtifact !== undefined) return { kind: 'artifact-missing', path: facts.missingArtifact };
  if (facts.laterPredecessor !== undefined)
    return { kind: 'predecessor-ran-later', predecessor: facts.laterPredecessor };
  return { kind: 'not-in-cache' };
}
