import test from 'ava';
import fc from 'fast-check';
import { compareCodePoints } from '../../engine/base/canonical-json.ts';
import { remainingWork } from '../../engine/taskgraph/critical-path.ts';
import { findCycle } from '../../engine/taskgraph/find-cycle.ts';
import { type Dependencies, topologicalOrder } from '../../engine/taskgraph/topological-order.ts';

function graphOf(needs: Readonly<Record<string, readonly string[]>>): Dependencies {
  return { keys: () => Object.keys(needs), dependencies: (key) => needs[key] ?? [] };
}

/** Random graphs of up to twelve nodes; with `acyclic` a node needs only nodes that come before it. */
function graphs(acyclic: boolean): fc.Arbitrary<Readonly<Record<string, readonly string[]>>> {
  return fc.integer({ min: 1, max: 12 }).chain((size) => {
    // Names whose code point order differs from the order in which they are made.
    const names = Array.from({ length: size }, (_, index) => `t${(index * 7) % 13}`);
    const needsOf = (index: number) => fc.subarray(acyclic ? names.slice(0, index) : names);
    return fc
      .tuple(...names.map((_, index) => needsOf(index)))
      .map((lists) => Object.fromEntries(names.map((name, index) => [name, lists[index] ?? []])));
  });
}

/** The slow model: again and again the smallest node all of whose needs are done. */
function slowOrder(needs: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const done: string[] = [];
  for (;;) {
    const ready = Object.keys(needs)
      .filter((key) => !done.includes(key) && (needs[key] ?? []).every((need) => done.includes(need)))
      .sort(compareCodePoints);
    if (ready[0] === undefined) return done;
    done.push(ready[0]);
  }
}

test('the order is that of the slow model, with and without cycles', (t) => {
  fc.assert(
    fc.property(fc.boolean().chain(graphs), (needs) => {
      t.deepEqual(topologicalOrder(graphOf(needs)), slowOrder(needs));
    }),
  );
});

test('a cycle is found exactly when the order leaves nodes out, and each of its hops is an edge', (t) => {
  fc.assert(
    fc.property(graphs(false), (needs) => {
      const cycle = findCycle(graphOf(needs));
      t.is(cycle === undefined, slowOrder(needs).length === Object.keys(needs).length);
      for (const [index, key] of (cycle ?? []).entries()) {
        t.true(needs[key]?.includes(cycle?.[(index + 1) % cycle.length] ?? ''));
      }
      t.is(new Set(cycle).size, cycle?.length ?? 0);
    }),
  );
});

test('the most remaining work is the heaviest of all chains', (t) => {
  const weight = (key: string): number => Number(key.slice(1)) + 1;
  fc.assert(
    fc.property(graphs(true), (needs) => {
      const heaviest = (key: string): number => weight(key) + Math.max(0, ...(needs[key] ?? []).map(heaviest));
      const most = Math.max(...remainingWork(graphOf(needs), weight).values());
      t.is(most, Math.max(...Object.keys(needs).map(heaviest)));
    }),
  );
});

test('remaining work counts a task and the longest chain of those that need it', (t) => {
  const graph = graphOf({ a: [], b: ['a'], c: ['b'], d: ['a'] });
  t.deepEqual(Object.fromEntries(remainingWork(graph, () => 1)), { a: 3, b: 2, c: 1, d: 1 });
});

test('a circle of 50,000 nodes is found without overflowing the stack', (t) => {
  const length = 50_000;
  const graph: Dependencies = {
    keys: () => Array.from({ length }, (_, index) => `n${index}`),
    dependencies: (key) => [`n${(Number(key.slice(1)) + 1) % length}`],
  };
  t.is(findCycle(graph)?.length, length);
});
