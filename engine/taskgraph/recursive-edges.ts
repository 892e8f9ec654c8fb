import type { GraphBuilder } from './graph-builder.ts';
import type { PlacedRecipe } from './provider-lookup.ts';
import { flagWords, type PlacedTask } from './task-edges.ts';
import type { Task, TaskKey } from './task-graph.ts';

/** A task with [recrdeptask], and how far its search has come. */
interface RecursiveTask {
  readonly key: TaskKey;
  readonly names: readonly string[];
  /** Tasks of [recideptask]: further starts of the search. */
  readonly starts: readonly TaskKey[];
  readonly visited: Set<TaskKey>;
}

/**
 * `[recrdeptask]`: the named tasks of every recipe that can be reached from the task over edges that are not recursive
 * themselves, `[recideptask]` adding places to start from. BitBake: runqueue.prepare, part B.
 */
export function addRecursiveEdges(builder: GraphBuilder): void {
  const recursive = new Map<TaskKey, RecursiveTask>();
  const direct = new Map<TaskKey, readonly TaskKey[]>();
  for (let changed = true; changed; ) {
    for (const key of builder.keys()) {
      if (!direct.has(key)) direct.set(key, builder.dependencies(key));
      if (!recursive.has(key)) register(key, builder, recursive);
    }
    // Starts of recideptask are nodes whose own needs come with the next round.
    changed = builder.keys().length > direct.size;
    for (const task of recursive.values()) changed = extend(task, { builder, recursive, direct }) || changed;
    builder.addReachable();
  }
  dropMutualEdges(builder, recursive);
}

function register(key: TaskKey, builder: GraphBuilder, recursive: Map<TaskKey, RecursiveTask>): void {
  const task = builder.tasks.get(key);
  if (!task) return;
  const placed = place(task);
  const names = flagWords(placed, 'recrdeptask');
  if (names.length === 0) return;
  const starts = flagWords(placed, 'recideptask')
    .filter((name) => task.recipe.tasks.has(name))
    .map((name) => ({ ...placed, task: name }));
  recursive.set(key, { key, names, starts: starts.map((each) => builder.add(each)), visited: new Set() });
  builder.addReachable();
}

interface Search {
  readonly builder: GraphBuilder;
  readonly recursive: ReadonlyMap<TaskKey, RecursiveTask>;
  /** Edges as they were before recursive ones were added. */
  readonly direct: ReadonlyMap<TaskKey, readonly TaskKey[]>;
}

/** Adds what one task gains now; true when there was something new. */
function extend(task: RecursiveTask, search: Search): boolean {
  const gained = [...namedTasksBelow(task, search), ...namedTasksOfOthers(task, search)];
  return gained.filter((key) => search.builder.connect(task.key, key)).length > 0;
}

function namedTasksBelow(task: RecursiveTask, search: Search): readonly TaskKey[] {
  const { builder, direct } = search;
  const indirect = task.starts.flatMap((start) => direct.get(start) ?? []);
  const recipes = recipesBelow(task, [...builder.dependencies(task.key), ...task.starts, ...indirect], search);
  return recipes.flatMap((placed) =>
    task.names.filter((name) => placed.recipe.tasks.has(name)).map((name) => builder.add({ ...placed, task: name })),
  );
}

/** What recursive tasks that this one waits for have gained, as far as it is asked for here too. */
function namedTasksOfOthers(task: RecursiveTask, { builder, recursive }: Search): readonly TaskKey[] {
  const others = builder.dependencies(task.key).filter((key) => recursive.has(key));
  const theirs = others.flatMap((key) => builder.dependencies(key));
  return theirs.filter((key) => task.names.includes(builder.tasks.get(key)?.id.task ?? ''));
}

/** Recipes of the tasks that lie below `from` over direct edges and were not seen by an earlier call. */
function recipesBelow(
  task: RecursiveTask,
  from: readonly TaskKey[],
  { builder, direct }: Search,
): readonly PlacedRecipe[] {
  const recipes = new Map<string, PlacedRecipe>();
  const waiting = [...from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    const needs = direct.get(key);
    if (!needs || task.visited.has(key)) continue;
    task.visited.add(key);
    for (const need of needs) {
      const below = builder.tasks.get(need);
      if (below) recipes.set(`${below.id.configuration}:${below.id.recipe}`, place(below));
      waiting.push(need);
    }
  }
  return [...recipes.values()];
}

/** With `do_a[recrdeptask] = "do_a do_b"` the do_a tasks do not wait for each other. */
function dropMutualEdges(builder: GraphBuilder, recursive: ReadonlyMap<TaskKey, RecursiveTask>): void {
  const namesItself = ({ key, names }: RecursiveTask): boolean => names.includes(builder.tasks.get(key)?.id.task ?? '');
  const mutual = [...recursive.values()].filter(namesItself).map((task) => task.key);
  for (const key of mutual) for (const other of mutual) builder.edges.get(key)?.delete(other);
}

function place({ id, recipe }: Task): PlacedTask {
  return { configuration: id.configuration, recipe, task: id.task };
}
