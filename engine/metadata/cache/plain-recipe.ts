import type { Recipe, RecipeTask } from '../recipe.ts';

type Relation = 'runtimeProvides' | 'runtimeDepends' | 'runtimeRecommends';
type Evaluated = 'datastore' | 'filesRead' | 'filesLookedFor';
type Names = readonly (readonly [string, readonly string[]])[];

/** A recipe as plain data: what graphs, providers and lists need, without its variables, files and places. */
export interface PlainRecipe extends Omit<Recipe, Relation | Evaluated | 'tasks'> {
  readonly tasks: readonly Omit<RecipeTask, 'span'>[];
  readonly runtimeProvides: Names;
  readonly runtimeDepends: Names;
  readonly runtimeRecommends: Names;
}

/** What a recipe made from plain data is asked for only now and then; `evaluated` reads the recipe file again. */
export interface RecipeSource {
  readonly filesRead: () => readonly string[];
  readonly filesLookedFor: () => readonly string[];
  readonly evaluated: () => Pick<Recipe, 'datastore' | 'tasks'>;
}

/** The plain data of a recipe. */
export function plainRecipe(recipe: Recipe): PlainRecipe {
  const { datastore: _, filesRead: _read, filesLookedFor: _lookedFor, tasks, ...rest } = recipe;
  return {
    ...rest,
    tasks: [...tasks.values()].map(({ span: _span, ...task }) => task),
    runtimeProvides: [...recipe.runtimeProvides],
    runtimeDepends: [...recipe.runtimeDepends],
    runtimeRecommends: [...(recipe.runtimeRecommends ?? [])],
  };
}

/** The recipe again; its variables, and the places of its tasks, come from `source` when they are asked for. */
export function reviveRecipe(plain: PlainRecipe, source: RecipeSource): Recipe {
  const tasks = once(() => new Map(plain.tasks.map((task) => [task.name, reviveTask(task, source)])));
  const provides = once(() => new Map(plain.runtimeProvides));
  const depends = once(() => new Map(plain.runtimeDepends));
  const recommends = once(() => new Map(plain.runtimeRecommends));
  return {
    ...plain,
    get tasks() {
      return tasks();
    },
    get runtimeProvides() {
      return provides();
    },
    get runtimeDepends() {
      return depends();
    },
    get runtimeRecommends() {
      return recommends();
    },
    get datastore() {
      return source.evaluated().datastore;
    },
    get filesRead() {
      return source.filesRead();
    },
    get filesLookedFor() {
      return source.filesLookedFor();
    },
  };
}

function reviveTask(task: Omit<RecipeTask, 'span'>, source: RecipeSource): RecipeTask {
  return {
    ...task,
    get span() {
      return source.evaluated().tasks.get(task.name)?.span;
    },
  };
}

/** A function that computes at its first call. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
