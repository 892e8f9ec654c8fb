import test from 'ava';
import { type DependencyGraph, taskDependencies } from '../../engine/inspect/dependency-graph.ts';
import { order, path, reach, reachEdges, reachText } from '../../engine/inspect/graph-answers.ts';
import { graphOf } from '../support/graph-of.ts';

/** A graph of names; every edge has the weakness that is given for it, else 1. */
function graphFrom(
  edges: Readonly<Record<string, readonly string[]>>,
  weakness: Readonly<Record<string, number>> = {},
): DependencyGraph {
  const dependents = (name: string) => Object.keys(edges).filter((each) => edges[each]?.includes(name));
  return {
    kind: 'recipes',
    keys: () => Object.keys(edges),
    has: (name) => edges[name] !== undefined,
    dependencies: (name) => edges[name] ?? [],
    dependents,
    about: () => '',
    reason: (from, to) => ({
      by: 'DEPENDS',
      word: to,
      weakness: weakness[`${from} ${to}`] ?? 1,
      span: () => undefined,
    }),
  };
}

test('a chain of 50,000 can be asked everything, without a stack overflow', (t) => {
  const length = 50_000;
  const edges: Record<string, string[]> = {};
  for (let number = 0; number < length; number++) edges[`n${number}`] = number + 1 < length ? [`n${number + 1}`] : [];
  const graph = graphFrom(edges);
  t.is(reach(graph, 'n0', { direction: 'deps', depth: Number.POSITIVE_INFINITY }).total, length - 1);
  t.is(path(graph, 'n0', `n${length - 1}`).length, length - 1);
  t.is(order(graph, 'n0').order[0], `n${length - 1}`);
  const shallow = reach(graph, 'n0', { direction: 'deps', depth: 2 });
  t.is(reachText(graph, shallow), 'n0\n└─ n1\n   └─ n2 … 1 more\nn0 needs 49999 recipes\n');
});

test('what was shown is not shown again, a leaf is', (t) => {
  const graph = graphFrom({ a: ['b', 'c', 'd'], b: ['c'], c: ['d'], d: [] });
  t.is(
    reachText(graph, reach(graph, 'a', { direction: 'deps', depth: 9 })),
    'a\n├─ b\n│  └─ c (above)\n├─ c\n│  └─ d\n└─ d\na needs 3 recipes\n',
  );
  t.deepEqual(reachEdges(reach(graph, 'd', { direction: 'rdeps', depth: 1 })), [
    ['a', 'd'],
    ['c', 'd'],
  ]);
});

test('of several circles the first is told; the order leaves out the weakest hop of each', (t) => {
  const graph = graphFrom({ a: ['b'], b: ['a', 'c'], c: ['b'] }, { 'b a': 3, 'c b': 2 });
  const { order: names, circle, breakAt } = order(graph, 'a');
  t.deepEqual(names, ['c', 'b', 'a']);
  t.deepEqual(
    circle.map(({ from, to }) => `${from} ${to}`),
    ['a b', 'b a'],
  );
  t.is(`${breakAt?.from} ${breakAt?.to}`, 'b a');
});

test('a path is a shortest one, and none is empty', (t) => {
  const graph = graphFrom({ a: ['b', 'c'], b: ['c'], c: [] });
  t.deepEqual(
    path(graph, 'a', 'c').map(({ from, to }) => `${from} ${to}`),
    ['a c'],
  );
  t.deepEqual(path(graph, 'c', 'a'), []);
});

test('tasks of a graph are asked as they are', (t) => {
  const graph = taskDependencies(graphOf({ 'a:do_x': [], 'a:do_y': ['a:do_x'] }));
  t.deepEqual(order(graph, 'a:do_y').order, ['a:do_x', 'a:do_y']);
  t.is(graph.reason('a:do_y', 'a:do_x').by, 'its recipe');
});
