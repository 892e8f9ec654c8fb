import { BitSet } from './bit-set.ts';
import { flagWords } from './task-flags.ts';
import type { TaskNodes } from './task-nodes.ts';

/** A task with [recrdeptask], and how far its search has come. */
interface RecursiveTask {
  readonly node: number;
  readonly names: readonly string[];
  /** Tasks of [recideptask]: further starts of the search. */
  readonly starts: readonly number[];
  /** What it needs, as far as it is known. */
  readonly needs: BitSet;
  /** Recipes whose tasks lie below. */
  readonly recipes: BitSet;
  /** Nodes from which the search went down. */
  readonly searched: BitSet;
  /** Other recursive tasks -> their version when they were looked at. */
  readonly looked: Map<RecursiveTask, number>;
  /** Counts up when something is added. */
  version: number;
}

/**
 * `[recrdeptask]`: the named tasks of every recipe that can be reached from the task over edges that are not recursive
 * themselves, `[recideptask]` adding places to start from; and of what recursive tasks that it waits for have gained, the
 * tasks of those names. BitBake: runqueue.prepare, part B. Below a task with `[norecrdeptask]` (ours) no such search looks.
 */
export function addRecursiveEdges(graph: TaskNodes): void {
  const tasks = [...graph.nodes.keys()].flatMap((node) => recursiveTask(node, graph) ?? []);
  if (tasks.length === 0) return;
  const search = new RecursiveSearch(graph, tasks);
  while (search.extendAll());
  for (const { node, needs } of tasks) for (const need of needs.values()) graph.needs[node]?.add(need);
  dropMutualEdges(graph, tasks);
}

function recursiveTask(node: number, graph: TaskNodes): RecursiveTask | undefined {
  const { placed, task, recipe } = graph.nodes[node] ?? {};
  if (placed === undefined || task === undefined || recipe === undefined) return undefined;
  const names = flagWords(placed.recipe, task, 'recrdeptask');
  if (names.length === 0) return undefined;
  const starts = flagWords(placed.recipe, task, 'recideptask').flatMap((name) => graph.number(recipe, name) ?? []);
  const needs = new BitSet(graph.nodes.length);
  for (const need of graph.needs[node] ?? []) needs.add(need);
  return {
    node,
    names,
    starts,
    needs,
    recipes: new BitSet(graph.recipes.length),
    searched: new BitSet(graph.nodes.length),
    looked: new Map(),
    version: 0,
  };
}

class RecursiveSearch {
  readonly #graph: TaskNodes;
  readonly #tasks: ReadonlyMap<number, RecursiveTask>;
  readonly #below: readonly BitSet[];
  readonly #named = new Map<string, BitSet>();

  constructor(graph: TaskNodes, tasks: readonly RecursiveTask[]) {
    this.#graph = graph;
    this.#tasks = new Map(tasks.map((task) => [task.node, task]));
    this.#below = recipesBelow(graph);
  }

  /** One round over all tasks; false when nothing was new. */
  extendAll(): boolean {
    let isChanged = false;
    for (const task of this.#tasks.values()) {
      const isLonger = this.#goDown(task);
      const isRicher = this.#takeOver(task);
      if (!isLonger && !isRicher) continue;
      task.version += 1;
      isChanged = true;
    }
    return isChanged;
  }

  /** The named tasks of the recipes below what the task needs and below its further starts. */
  #goDown(task: RecursiveTask): boolean {
    const { needs: edges } = this.#graph;
    let hasMore = false;
    for (const from of [
      ...task.needs.values(),
      ...task.starts,
      ...task.starts.flatMap((each) => [...(edges[each] ?? [])]),
    ]) {
      if (task.searched.has(from)) continue;
      task.searched.add(from);
      const below = this.#below[from];
      if (below && task.recipes.addAll(below)) hasMore = true;
    }
    return hasMore && this.#addNamed(task);
  }

  #addNamed({ node, names, needs, recipes }: RecursiveTask): boolean {
    let isChanged = false;
    for (const recipe of recipes.values()) {
      for (const name of names) {
        const number = this.#graph.number(recipe, name);
        if (number === undefined || number === node || needs.has(number)) continue;
        needs.add(number);
        isChanged = true;
      }
    }
    return isChanged;
  }

  /** What recursive tasks that this one waits for need, as far as it is asked for here too. */
  #takeOver(task: RecursiveTask): boolean {
    const named = this.#nodesNamed(task.names);
    let isChanged = false;
    for (const node of task.needs.values()) {
      const other = this.#tasks.get(node);
      if (other === undefined || task.looked.get(other) === other.version) continue;
      task.looked.set(other, other.version);
      if (task.needs.addAll(other.needs, named)) isChanged = true;
    }
    return isChanged;
  }

  #nodesNamed(names: readonly string[]): BitSet {
    const key = names.join(' ');
    const known = this.#named.get(key);
    if (known) return known;
    const { nodes } = this.#graph;
    const named = new BitSet(nodes.length);
    for (const [index, { task }] of nodes.entries()) if (names.includes(task)) named.add(index);
    this.#named.set(key, named);
    return named;
  }
}

/** For each node the recipes of all tasks below it, where a search may look. Nodes on a circle know only what lies below the circle. */
function recipesBelow(graph: TaskNodes): readonly BitSet[] {
  const below = graph.nodes.map(() => new BitSet(graph.recipes.length));
  const ends = graph.nodes.map(({ placed, task }) => flagWords(placed.recipe, task, 'norecrdeptask')[0] === '1');
  const dependents: number[][] = graph.nodes.map(() => []);
  const open = graph.needs.map((needs) => needs.size);
  for (const [node, needs] of graph.needs.entries()) for (const need of needs) dependents[need]?.push(node);
  const ready = [...graph.nodes.keys()].filter((node) => open[node] === 0);
  const tell = (each: number, from: number): void => {
    if (ends[each]) return;
    const own = below[from];
    below[each]?.add(graph.nodes[from]?.recipe ?? 0);
    if (own) below[each]?.addAll(own);
  };
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    for (const each of dependents[node] ?? []) {
      tell(each, node);
      const left = (open[each] ?? 0) - 1;
      open[each] = left;
      if (left === 0) ready.push(each);
    }
  }
  return below;
}

/** With `do_a[recrdeptask] = "do_a do_b"` the do_a tasks do not wait for each other. */
function dropMutualEdges(graph: TaskNodes, tasks: readonly RecursiveTask[]): void {
  const namesItself = ({ node, names }: RecursiveTask): boolean => names.includes(graph.nodes[node]?.task ?? '');
  const mutual = tasks.filter(namesItself).map(({ node }) => node);
  for (const node of mutual) for (const other of mutual) graph.needs[node]?.delete(other);
}
