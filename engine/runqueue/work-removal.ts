import type { TaskOrder } from '../messages/task-order.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { lies } from './clearing.ts';
import { emptyingRules } from './make-task-order.ts';

/** How tasks of this build stand. */
export interface BuildStanding {
  /** It runs, or may still run or be restored, or it failed. */
  isUnfinished(key: TaskKey): boolean;
  /** It ran well in this build. */
  hasRun(key: TaskKey): boolean;
}

/**
 * Says which work directories can go (class rm_work): those of recipes that are done with in this build, unless a later
 * build that has nothing to do would miss them.
 */
export class WorkRemoval {
  readonly #graph: DescribedTaskGraph;
  /** Recipes whose work may go, with their tasks; read when the first task has ended. */
  #recipes: ReadonlyMap<string, readonly TaskKey[]> | undefined;
  readonly #removed = new Set<string>();
  #exposed: ReadonlySet<TaskKey> | undefined;

  constructor(graph: DescribedTaskGraph) {
    this.#graph = graph;
  }

  /** Recipes whose work directories can go now that a task has ended: one task of each. */
  removable(ended: TaskKey, standing: BuildStanding): readonly DescribedTask[] {
    this.#recipes ??= removingRecipes(this.#graph);
    const recipes = this.#recipes;
    if (recipes.size === 0) return [];
    const near = [ended, ...this.#graph.graph.dependencies(ended)].map((key) => recipeName(this.#graph.task(key)));
    return [...new Set(near)].flatMap((name) => {
      const keys = recipes.get(name) ?? [];
      const [first] = keys;
      if (first === undefined || this.#removed.has(name) || !this.#isDoneWith(keys, standing)) return [];
      this.#removed.add(name);
      return [this.#graph.task(first)];
    });
  }

  #isDoneWith(keys: readonly TaskKey[], standing: BuildStanding): boolean {
    const working = keys.filter((key) => this.#worksThere(key));
    if (!working.some((key) => standing.hasRun(key))) return false;
    if (working.some((key) => this.#exposedTasks().has(key))) return false;
    // A task of another recipe may look into the work directory after the task that it depends on.
    const readers = working.flatMap((key) => this.#graph.graph.dependents(key));
    return ![...keys, ...readers].some((key) => standing.isUnfinished(key));
  }

  #worksThere(key: TaskKey): boolean {
    const { captures, noexec, type } = this.#graph.task(key);
    return !captures && !noexec && type?.pool !== 'network' && type?.name !== 'unpack-root';
  }

  /** Tasks that must be up to date themselves for a build to have nothing to do: no captured output covers them. */
  #exposedTasks(): ReadonlySet<TaskKey> {
    if (this.#exposed !== undefined) return this.#exposed;
    const exposed = new Set<TaskKey>(this.#graph.graph.targets);
    // A Set yields what is added to it during the loop.
    for (const key of exposed)
      if (!this.#graph.task(key).captures) for (const need of this.#graph.graph.dependencies(key)) exposed.add(need);
    this.#exposed = exposed;
    return exposed;
  }
}

function removingRecipes({ graph, task }: DescribedTaskGraph): ReadonlyMap<string, readonly TaskKey[]> {
  const recipes = new Map<string, TaskKey[]>();
  const removes = new Map<Recipe, boolean>();
  for (const key of graph.keys()) {
    const { recipe } = graph.task(key);
    const isRemoved = removes.get(recipe) ?? removesWork(recipe);
    removes.set(recipe, isRemoved);
    if (!isRemoved) continue;
    const name = recipeName(task(key));
    const list = recipes.get(name);
    if (list) list.push(key);
    else recipes.set(name, [key]);
  }
  return recipes;
}

type Recipe = DescribedTask['task']['recipe'];

function removesWork({ pn, datastore }: Recipe): boolean {
  return datastore.get('RM_WORK') === '1' && !(datastore.get('RM_WORK_EXCLUDE') ?? '').split(/\s+/).includes(pn);
}

function recipeName({ task }: DescribedTask): string {
  return `${task.id.configuration}:${task.id.recipe}`;
}

/** What a thread needs to empty the work directory of a recipe, but for logs and what the recipe wants to keep. */
export function workRemovalOrder({ task }: DescribedTask): TaskOrder {
  const { datastore } = task.recipe;
  const directory = datastore.get('WORKDIR') ?? '';
  const logs = datastore.get('T') ?? `${directory}/temp`;
  const except = (datastore.get('RM_WORK_EXCLUDE_ITEMS') ?? '').split(/\s+/).filter((name) => name !== '');
  if (lies(logs, directory)) except.push(logs.slice(directory.length + 1).split('/')[0] ?? '');
  for (const name of task.recipe.tasks.keys())
    for (const path of (datastore.flag(name, 'sstate-outputdirs') ?? '').split(/\s+/))
      if (path !== directory && lies(path, directory))
        except.push(path.slice(directory.length + 1).split('/')[0] ?? '');
  return {
    task: { ...task.id, task: 'do_rm_work' },
    work: { kind: 'nothing' },
    clearing: { directories: [], files: [], contents: { directory, except } },
    variables: {},
    cwd: '/',
    environment: {},
    directories: [],
    cleanDirectories: [],
    emptying: emptyingRules(datastore),
    dependencies: [],
    outputs: [],
    actionKey: undefined,
    storePath: '',
    logPath: `${logs}/log.do_rm_work`,
    umask: undefined,
    lockFiles: [],
    network: false,
    temporaryDirectory: `${datastore.get('TMPDIR') ?? ''}/work-temporary`,
  };
}
