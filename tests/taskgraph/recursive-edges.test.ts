import test from 'ava';
import fc from 'fast-check';
import { buildTaskGraph } from '../../engine/taskgraph/build-task-graph.ts';
import { type RecipeSketch, sketchWorkspace } from '../support/hand-made-workspace.ts';

type Edges = ReadonlyMap<string, ReadonlySet<string>>;

interface Shape {
  /** For each recipe the smaller ones that it depends on. */
  readonly depends: readonly (readonly number[])[];
  /** For each recipe the names in its `do_b[recrdeptask]`. */
  readonly names: readonly (readonly string[])[];
}

const tasks = { do_a: [], do_b: ['do_a'], do_c: ['do_a'] };

function sketches({ depends, names }: Shape): Readonly<Record<string, RecipeSketch>> {
  return Object.fromEntries(
    depends.map((each, index) => {
      const flags = { do_a: { deptask: 'do_c' }, do_b: { recrdeptask: (names[index] ?? []).join(' ') } };
      return [`r${index}`, { depends: each.map((other) => `r${other}`), tasks, flags }];
    }),
  );
}

function directEdges({ depends, names }: Shape): Edges {
  const entries = depends.flatMap((each, index) => {
    const of = (wanted: readonly string[]) => each.flatMap((other) => wanted.map((name) => `r${other}:${name}`));
    return [
      [`r${index}:do_a`, new Set(of(['do_c']))],
      [`r${index}:do_b`, new Set([`r${index}:do_a`, ...of(names[index] ?? [])])],
      [`r${index}:do_c`, new Set([`r${index}:do_a`])],
    ] as const;
  });
  // A recipe that depends on itself (the first one) does not wait for itself.
  return new Map(entries.map(([key, needs]) => [key, new Set([...needs].filter((each) => each !== key))]));
}

function tasksBelow(key: string, direct: Edges): ReadonlySet<string> {
  const found = new Set(direct.get(key));
  for (const each of found) for (const next of direct.get(each) ?? []) found.add(next);
  return found;
}

interface Known {
  readonly direct: Edges;
  readonly edges: Edges;
  readonly recursive: ReadonlyMap<string, readonly string[]>;
}

/** What a recursive task gains through one task that it needs. */
function gained(wanted: readonly string[], need: string, { direct, edges, recursive }: Known): readonly string[] {
  const deep = [...tasksBelow(need, direct)].flatMap((key) => wanted.map((name) => `${key.split(':')[0]}:${name}`));
  const theirs = recursive.has(need) ? [...(edges.get(need) ?? [])] : [];
  return [...deep, ...theirs.filter((key) => wanted.includes(key.split(':')[1] ?? ''))];
}

/** The slow and obvious way: sets of names, again and again until nothing changes. */
function model(shape: Shape): Edges {
  const direct = directEdges(shape);
  const edges = new Map([...direct].map(([key, needs]) => [key, new Set(needs)]));
  const named = shape.names.map((wanted, index) => [`r${index}:do_b`, wanted] as const);
  const recursive = new Map(named.filter(([, wanted]) => wanted.length > 0));
  for (let size = -1; size !== total(edges); ) {
    size = total(edges);
    for (const [key, wanted] of recursive) {
      const own = edges.get(key) ?? new Set();
      const more = [...own].flatMap((need) => gained(wanted, need, { direct, edges, recursive }));
      for (const each of more) own.add(each);
    }
  }
  const mutual = [...recursive].flatMap(([key, wanted]) => (wanted.includes('do_b') ? [key] : []));
  for (const key of mutual) for (const other of mutual) edges.get(key)?.delete(other);
  for (const [key, needs] of edges) needs.delete(key);
  return edges;
}

function total(edges: Edges): number {
  return [...edges.values()].reduce((sum, needs) => sum + needs.size, 0);
}

test('recursive dependencies are those of the slow model', (t) => {
  const count = 6;
  const below = (index: number) => fc.uniqueArray(fc.nat({ max: Math.max(0, index - 1) }), { maxLength: index });
  const shape = fc.record({
    depends: fc.tuple(...Array.from({ length: count }, (_, index) => below(index))),
    names: fc.array(fc.subarray(['do_a', 'do_b', 'do_c']), { minLength: count, maxLength: count }),
  });
  fc.assert(
    fc.property(shape, (given) => {
      const targets = given.depends.map((_, index) => ({ configuration: '', name: `r${index}`, task: 'do_b' }));
      const { value, diagnostics } = buildTaskGraph(sketchWorkspace({ '': sketches(given) }), targets);
      t.deepEqual(diagnostics, []);
      const expected = model(given);
      for (const key of value.keys()) t.deepEqual(value.dependencies(key), [...(expected.get(key) ?? [])].sort(), key);
    }),
  );
});
