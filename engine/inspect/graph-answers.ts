import { breakText, type Hop, hopText, weakestHop } from '../taskgraph/explain-circle.ts';
import { findCycle } from '../taskgraph/find-cycle.ts';
import { topologicalOrder } from '../taskgraph/topological-order.ts';
import type { DependencyGraph } from './dependency-graph.ts';
import { type Place, placeOf } from './place.ts';

/** Along which way a tree is followed. */
export type Direction = 'deps' | 'rdeps';

/** A hop as data. */
export interface HopAnswer {
  readonly from: string;
  readonly to: string;
  /** The statement: `addtask`, `DEPENDS`, `RDEPENDS:lib`, `do_build[depends]`. */
  readonly by: string;
  readonly word: string | null;
  readonly place: Place | null;
}

/** What can be reached from a node, as far as a tree shows it. */
export interface ReachAnswer {
  readonly of: string;
  readonly direction: Direction;
  /** Behind each name what it leads to; those at the limit of depth are left out. */
  readonly nodes: readonly { readonly name: string; readonly about: string; readonly next: readonly string[] }[];
  /** How many there are in all, whatever the depth. */
  readonly total: number;
}

/** What `start` leads to, at most `depth` steps away. */
export function reach(
  graph: DependencyGraph,
  start: string,
  how: { direction: Direction; depth: number },
): ReachAnswer {
  const { direction, depth } = how;
  const away = new Map([[start, 0]]);
  // A Map yields what is added to it during the loop: breadth first.
  for (const [name, steps] of away)
    for (const next of nextOf(graph, name, direction)) if (!away.has(next)) away.set(next, steps + 1);
  const shown = [...away].filter(([, steps]) => steps <= depth);
  return {
    of: graph.kind,
    direction,
    nodes: shown.map(([name, steps]) => ({
      name,
      about: graph.about(name),
      next: steps < depth ? nextOf(graph, name, direction) : [],
    })),
    total: away.size - 1,
  };
}

/** The answer as a tree; what was shown above is not shown again. */
export function reachText(graph: DependencyGraph, answer: ReachAnswer): string {
  const tree = new Tree(graph, answer);
  const start = answer.nodes[0]?.name ?? '';
  const verb = answer.direction === 'deps' ? 'needs' : 'is needed by';
  return `${tree.text(start)}${start} ${verb} ${count(answer.total, answer.of)}\n`;
}

interface Branch {
  readonly name: string;
  readonly indent: string;
  readonly mark: string;
  readonly isRepeated: boolean;
}

class Tree {
  readonly #graph: DependencyGraph;
  readonly #direction: Direction;
  readonly #nodes: ReadonlyMap<string, ReachAnswer['nodes'][number]>;
  readonly #seen = new Set<string>();

  constructor(graph: DependencyGraph, { direction, nodes }: ReachAnswer) {
    this.#graph = graph;
    this.#direction = direction;
    this.#nodes = new Map(nodes.map((each) => [each.name, each]));
  }

  /** With a stack of its own: a chain may be longer than the engine's call stack. */
  text(start: string): string {
    this.#seen.add(start);
    const lines: string[] = [];
    const stack: Branch[] = [{ name: start, indent: '', mark: '', isRepeated: false }];
    for (let branch = stack.pop(); branch !== undefined; branch = stack.pop()) {
      lines.push(`${branch.indent}${branch.mark}${this.#label(branch)}\n`);
      stack.push(...this.#below(branch).reverse());
    }
    return lines.join('');
  }

  #label({ name, isRepeated }: Branch): string {
    if (isRepeated) return `${name} (above)`;
    const node = this.#nodes.get(name);
    const hidden = node?.next.length === 0 ? nextOf(this.#graph, name, this.#direction).length : 0;
    const about = node === undefined || node.about === '' ? name : `${name} (${node.about})`;
    return hidden > 0 ? `${about} … ${hidden} more` : about;
  }

  #below({ name, indent, mark, isRepeated }: Branch): Branch[] {
    if (isRepeated) return [];
    const inner = mark === '' ? '' : `${indent}${mark === last ? '   ' : '│  '}`;
    const next = this.#nodes.get(name)?.next ?? [];
    return next.map((each, index) => {
      const isKnown = this.#seen.has(each) && nextOf(this.#graph, each, this.#direction).length > 0;
      this.#seen.add(each);
      return { name: each, indent: inner, mark: index === next.length - 1 ? last : '├─ ', isRepeated: isKnown };
    });
  }
}

const last = '└─ ';

/** The order in which everything that `start` needs can be done, and a circle that stands in the way of one. */
export interface OrderAnswer {
  readonly of: string;
  readonly order: readonly string[];
  readonly circle: readonly HopAnswer[];
  /** The hop of the circle to take out, and how. */
  readonly breakAt: HopAnswer | null;
}

/** Dependencies first. On a circle the order begins as if the hop that is most easily done without were not there. */
export function order(graph: DependencyGraph, start: string): OrderAnswer & { readonly hops: readonly Hop[] } {
  const wanted = new Set([start]);
  for (const name of wanted) for (const next of graph.dependencies(name)) wanted.add(next);
  const names = [...wanted];
  const cut = new Set<string>();
  const needs = (name: string): readonly string[] =>
    graph.dependencies(name).filter((next) => next !== name && !cut.has(`${name} ${next}`));
  let first: readonly Hop[] = [];
  for (;;) {
    const circle = findCycle({ keys: () => names, dependencies: needs });
    if (circle === undefined) break;
    const hops = hopsOf(graph, [...circle, circle[0] ?? '']);
    if (first.length === 0) first = hops;
    const weakest = weakestHop(hops);
    cut.add(`${weakest?.from} ${weakest?.to}`);
  }
  const weakest = weakestHop(first);
  return {
    of: graph.kind,
    order: topologicalOrder({ keys: () => names, dependencies: needs }),
    circle: first.map(hopAnswer),
    breakAt: weakest === undefined ? null : hopAnswer(weakest),
    hops: first,
  };
}

/** One name a line; a circle is explained behind them. */
export function orderText(answer: OrderAnswer & { readonly hops: readonly Hop[] }, base: string): string {
  const lines = answer.order.map((name) => `${name}\n`).join('');
  const weakest = weakestHop(answer.hops);
  if (weakest === undefined) return lines;
  const hops = answer.hops.map((hop) => `  ${hopText(hop, base)}\n`).join('');
  return `${lines}a loop: each of these needs the next, and the last one the first\n${hops}to break it, take out ${breakText(weakest, base)}\n`;
}

/** A shortest way from one to another along what each needs; empty when there is none. */
export function path(graph: DependencyGraph, from: string, to: string): readonly Hop[] {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  for (const [name] of cameFrom) {
    if (name === to) break;
    for (const next of graph.dependencies(name)) if (!cameFrom.has(next)) cameFrom.set(next, name);
  }
  if (!cameFrom.has(to)) return [];
  const names: string[] = [];
  for (let name: string | undefined = to; name !== undefined; name = cameFrom.get(name)) names.push(name);
  return hopsOf(graph, names.reverse());
}

/** A hop as data. */
export function hopAnswer({ from, to, reason }: Hop): HopAnswer {
  return { from, to, by: reason.by, word: reason.word ?? null, place: placeOf(reason.span()) };
}

/** Names and what each leads to, for Graphviz. */
export function dotText(edges: readonly (readonly [from: string, to: string])[], names: readonly string[]): string {
  const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const lines = [...names.map(quoted), ...edges.map(([from, to]) => `${quoted(from)} -> ${quoted(to)}`)];
  return `digraph depends {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}

/** The edges of a reach, from who needs to what is needed. */
export function reachEdges({ nodes, direction }: ReachAnswer): readonly (readonly [string, string])[] {
  return nodes.flatMap(({ name, next }) =>
    next.map((each) => (direction === 'deps' ? ([name, each] as const) : ([each, name] as const))),
  );
}

function hopsOf(graph: DependencyGraph, names: readonly string[]): readonly Hop[] {
  return names.slice(1).map((to, index) => {
    const from = names[index] ?? '';
    return { from, to, reason: graph.reason(from, to) };
  });
}

function nextOf(graph: DependencyGraph, name: string, direction: Direction): readonly string[] {
  return direction === 'deps' ? graph.dependencies(name) : graph.dependents(name);
}

function count(number: number, kind: string): string {
  return number === 1 ? `1 ${kind.slice(0, -1)}` : `${number} ${kind}`;
}
