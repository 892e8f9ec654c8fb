import { compareCodePoints } from '../base/canonical-json.ts';
import { placeOfWord } from '../metadata/place-of-word.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog } from '../metadata/workspace.ts';
import { type EdgeReason, explainEdge } from '../taskgraph/explain-edge.ts';
import type { Task, TaskGraph } from '../taskgraph/task-graph.ts';

/** What the nodes of a graph are. */
export type GraphKind = 'tasks' | 'recipes' | 'packages';

/** Things and what each needs; circles are possible among recipes and packages. */
export interface DependencyGraph {
  readonly kind: GraphKind;
  /** Names in code point order. */
  keys(): readonly string[];
  has(name: string): boolean;
  dependencies(name: string): readonly string[];
  dependents(name: string): readonly string[];
  /** Who makes it, its file and the like; empty when there is nothing to add. */
  about(name: string): string;
  /** The statement behind an edge. */
  reason(from: string, to: string): EdgeReason;
}

/** The tasks of a graph. */
export function taskDependencies(graph: TaskGraph): DependencyGraph {
  return {
    kind: 'tasks',
    keys: () => graph.keys(),
    has: (name) => graph.has(name),
    dependencies: (name) => graph.dependencies(name),
    dependents: (name) => graph.dependents(name),
    about: () => '',
    reason: (from, to) => explainEdge(graph.task(from), graph.task(to)),
  };
}

/** The recipes of a task graph: one needs another when a task of it needs one of the other's. */
export function recipeDependencies(graph: TaskGraph): DependencyGraph {
  const edges = new Map<string, Map<string, readonly [Task, Task]>>();
  const recipes = new Map<string, Recipe>();
  for (const key of graph.keys()) {
    const task = graph.task(key);
    const name = recipeNameOf(task);
    recipes.set(name, task.recipe);
    const own = edges.get(name) ?? new Map<string, readonly [Task, Task]>();
    edges.set(name, own);
    for (const needed of graph.dependencies(key)) {
      const other = graph.task(needed);
      const to = recipeNameOf(other);
      if (to !== name && !own.has(to)) own.set(to, [task, other]);
    }
  }
  return {
    kind: 'recipes',
    ...fromEdges(new Map([...edges].map(([name, needs]) => [name, [...needs.keys()]]))),
    about: (name) => recipes.get(name)?.pv ?? '',
    reason: (from, to) => {
      const pair = edges.get(from)?.get(to);
      return pair === undefined ? unknownReason : explainEdge(...pair);
    },
  };
}

/** The packages of all recipes of a configuration, by RDEPENDS and RRECOMMENDS; names that no recipe makes are nodes, too. */
export function packageDependencies(catalog: RecipeCatalog): DependencyGraph {
  const makers = packageMakers(catalog);
  const reasons = new Map([...makers].map(([name, recipe]) => [name, packageNeeds(name, recipe, catalog)]));
  return {
    kind: 'packages',
    ...fromEdges(new Map([...reasons].map(([name, needs]) => [name, [...needs.keys()]]))),
    about: (name) => makers.get(name)?.pn ?? 'made by no recipe',
    reason: (from, to) => reasons.get(from)?.get(to) ?? unknownReason,
  };
}

function packageMakers(catalog: RecipeCatalog): ReadonlyMap<string, Recipe> {
  const makers = new Map<string, Recipe>();
  for (const recipe of catalog.recipes) {
    if (recipe.skipped !== undefined) continue;
    for (const name of recipe.packages) if (!makers.has(name)) makers.set(name, recipe);
  }
  return makers;
}

/** The packages that a package needs, each with the first word that says so. */
function packageNeeds(name: string, recipe: Recipe, catalog: RecipeCatalog): ReadonlyMap<string, EdgeReason> {
  const needs = new Map<string, EdgeReason>();
  for (const { by, words, weakness } of runtimeNeeds(recipe, name)) {
    for (const word of words) {
      const to = packageOf(word, catalog);
      const span = () => placeOfWord(word, by, recipe.datastore);
      if (to !== name && !needs.has(to)) needs.set(to, { by, word, weakness, span });
    }
  }
  return needs;
}

function runtimeNeeds({ runtimeDepends, runtimeRecommends }: Recipe, name: string) {
  return [
    { by: `RDEPENDS:${name}`, words: runtimeDepends.get(name) ?? [], weakness: 3 },
    { by: `RRECOMMENDS:${name}`, words: runtimeRecommends?.get(name) ?? [], weakness: 4 },
  ];
}

function packageOf(word: string, catalog: RecipeCatalog): string {
  const [maker] = catalog.runtimeProviders(word);
  return maker?.packages.find((each) => maker.runtimeProvides.get(each)?.includes(word)) ?? word;
}

const unknownReason: EdgeReason = { by: 'its recipe', weakness: 0, span: () => undefined };

/** The name of a task's recipe, with its configuration. */
export function recipeNameOf({ id }: Task): string {
  return id.configuration === '' ? id.recipe : `mc:${id.configuration}:${id.recipe}`;
}

function fromEdges(
  edges: ReadonlyMap<string, readonly string[]>,
): Pick<DependencyGraph, 'keys' | 'has' | 'dependencies' | 'dependents'> {
  const needs = new Map<string, readonly string[]>();
  const needed = new Map<string, string[]>();
  for (const [from, found] of edges) {
    needs.set(from, [...found].sort(compareCodePoints));
    for (const to of found) needed.set(to, [...(needed.get(to) ?? []), from]);
  }
  for (const name of needed.keys()) if (!needs.has(name)) needs.set(name, []);
  for (const names of needed.values()) names.sort(compareCodePoints);
  return {
    keys: () => [...needs.keys()].sort(compareCodePoints),
    has: (name) => needs.has(name),
    dependencies: (name) => needs.get(name) ?? [],
    dependents: (name) => needed.get(name) ?? [],
  };
}
