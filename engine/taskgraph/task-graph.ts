import type { TaskId } from '../base/task-id.ts';
import type { Recipe } from '../metadata/recipe.ts';

/** Text form of a TaskId (formatTaskId), used as the key of maps. */
export type TaskKey = string;

/** A task of the graph. */
export interface Task {
  readonly id: TaskId;
  readonly key: TaskKey;
  readonly recipe: Recipe;
}

/** Tasks and "needs" edges; acyclic. Neighbours are in code point order of their keys. */
export interface TaskGraph {
  /** Keys of the tasks that were asked for. */
  readonly targets: readonly TaskKey[];
  readonly size: number;
  task(key: TaskKey): Task;
  has(key: TaskKey): boolean;
  keys(): readonly TaskKey[];
  /** What the task needs done first. */
  dependencies(key: TaskKey): readonly TaskKey[];
  dependents(key: TaskKey): readonly TaskKey[];
  /** Dependencies first; ties by key, so the order is stable. */
  topologicalOrder(): readonly TaskKey[];
}
