import type { TaskHash, TaskSignature } from '../../base/brands.ts';
import type { Task, TaskKey } from '../../taskgraph/task-graph.ts';
import type { FoundRecipe } from './kept-recipes.ts';

/** What a kept task is read from; tasks, lists and texts have numbers. */
export interface TaskTables {
  readonly keys: readonly TaskKey[];
  numberOf(key: TaskKey): number | undefined;
  task(number: number): Task;
  recipeOf(number: number): FoundRecipe;
  /** A field of a task's row. */
  at(number: number, which: number): number;
  /** Whether a task has a bit. */
  has(number: number, flag: number): boolean;
  textAt(number: number | undefined): string;
  /** The list that a field names. */
  list(number: number, which: number): Int32Array;
  pairs(list: number): Readonly<Record<string, string | null>>;
  facts(list: number): Readonly<Record<string, string>>;
  /** Hash of the base, of the task, or the signature, as they were kept. */
  hash(number: number, which: 0 | 1 | 2): string;
  taskHash(number: number): TaskHash;
  filesOf(number: number): Readonly<Record<string, string>>;
  locksOf(number: number): Readonly<Record<string, string>>;
  taintOf(number: number): string | undefined;
  dependenciesOf(number: number): readonly TaskKey[];
  keptSignature(number: number, digests: ReadonlyMap<TaskKey, string>): TaskSignature | undefined;
}
