import type { TaskKey } from '../taskgraph/task-graph.ts';

/** The tasks of a graph that a `do_X_setscene` of their recipe can stand in for, and what the metadata says of them. */
export interface SetsceneTasks {
  /** Such a task -> those whose setscene task must have done its work before (`do_X_setscene[depends]`). */
  readonly tasks: ReadonlyMap<TaskKey, readonly TaskKey[]>;
  /** BB_HASHCHECK_FUNCTION: those that have a stored result. `present`: how many others are done already. Rejects with StxError. */
  check(tasks: readonly TaskKey[], present: number): Promise<ReadonlySet<TaskKey>>;
  /** BB_SETSCENE_DEPVALID: whether a task can be left out where all of `dependents` are covered. Rejects with StxError. */
  isNotNeeded(task: TaskKey, dependents: readonly TaskKey[], notNeeded: ReadonlySet<TaskKey>): Promise<boolean>;
}
