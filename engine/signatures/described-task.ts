import type { BaseHash, TaskHash, TaskSignature } from '../base/brands.ts';
import type { TaskInputs } from '../messages/task-inputs.ts';
import type { OutputDirectory } from '../messages/task-order.ts';
import type { LocalSource } from '../metadata/local-files.ts';
import type { TaskType } from '../task-types/task-type.ts';
import type { Task, TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** A file or folder whose digest a task takes in. */
export interface FileRead {
  /** As `OutsideInputs.files` names it. */
  readonly name: string;
  readonly path: string;
  /** Names of folders in it that do not count. */
  readonly leftOut?: readonly string[] | undefined;
  /** It is no input at all while nothing lies there. */
  readonly ifThere?: boolean | undefined;
}

/** A task with everything about it that is known before anything runs. */
export interface DescribedTask {
  readonly key: TaskKey;
  readonly task: Task;
  readonly inputs: TaskInputs;
  readonly baseHash: BaseHash;
  readonly taskHash: TaskHash;
  /** Record of a built-in task; absent for shell tasks and tasks without a body. */
  readonly type: TaskType | undefined;
  /** It declares outputs: they are stored, restored, and stand for it in its dependants' signatures. */
  readonly captures: boolean;
  readonly nostamp: boolean;
  readonly noexec: boolean;
  readonly outputs: readonly OutputDirectory[];
  /** The `file://` entries of the recipe's SRC_URI with where they were found. */
  readonly localSources: readonly LocalSource[];
  /** What it was asked the digests of; absent: that is not told. */
  readonly reads?: readonly FileRead[] | undefined;
  /** Kept in the stamp of a task that was forced, so that its signature stays what it was made with. */
  readonly taint: string | undefined;
  /** The signature, from what each direct dependency hands on: output digest if it captures, else its signature. */
  signature(dependencyDigests: ReadonlyMap<TaskKey, string>): TaskSignature;
  /** The canonical texts behind its hashes: that of the signature (from the same digests), and that of the base hash. */
  records(dependencyDigests: ReadonlyMap<TaskKey, string>): TaskRecords;
  /** Key of its result in the action cache; absent for tasks that capture nothing. */
  actionKey(signature: TaskSignature): string | undefined;
}

/** Canonical JSON whose SHA-256 is the signature of a task, and the one behind the `base` that it names. */
export interface TaskRecords {
  readonly signature: string;
  readonly base: string;
}

/** The graph with its tasks described. */
export interface DescribedTaskGraph {
  readonly graph: TaskGraph;
  task(key: TaskKey): DescribedTask;
}
