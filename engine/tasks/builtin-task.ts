import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import type { Artifact } from '../messages/task-outcome.ts';

/** What a built-in task may use: its order, and the ways to speak and to learn that it was cancelled. */
export interface TaskContext {
  readonly order: TaskOrder;
  /** Adds a line (or several) to the task's log. */
  log(text: string): void;
  /** One short line for the user interface; `fraction` from 0 to 1 when the end is known. */
  progress(text: string, fraction?: number): void;
  /** Aborted when the task is cancelled; the task then stops what it started and throws. */
  readonly signal: AbortSignal;
}

/** What a built-in task hands back besides the directories it filled. */
export interface TaskProduct {
  readonly artifacts?: readonly Artifact[];
  readonly warnings?: readonly StoredDiagnostic[];
  /** Fetched. */
  readonly bytes?: number | undefined;
}

/** A built-in task. It throws StxError for whatever the user can act on. */
export type BuiltinTask = (context: TaskContext) => Promise<TaskProduct>;
