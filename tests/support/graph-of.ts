import { formatTaskId, parseTaskId } from '../../engine/base/task-id.ts';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import type { Recipe } from '../../engine/metadata/recipe.ts';
import type { DescribePorts } from '../../engine/signatures/describe-task.ts';
import type { Task, TaskGraph } from '../../engine/taskgraph/task-graph.ts';
import { memoryFiles } from './memory-files.ts';

/** Variables by name, flags as `NAME[flag]`; a body that ends in a newline makes the name a shell function. */
export type Settings = Readonly<Record<string, string>>;

/** A sealed datastore with just these settings; inline expressions give `<code>`. */
export function datastoreOf(settings: Settings): Datastore {
  const builder = createDatastore({ evaluator: { evaluate: (code) => `<${code}>` } });
  for (const [name, value] of Object.entries(settings)) {
    const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
    if (flagged) builder.assignFlag(flagged[1] ?? '', flagged[2] ?? '', '=', value);
    else {
      if (value.endsWith('\n')) builder.setFlag(name, 'func', '1');
      builder.assign(name, '=', value);
    }
  }
  return builder.seal();
}

/** A recipe that holds nothing but a name and a datastore. */
export function recipeOf(pn: string, settings: Settings): Recipe {
  return {
    file: `/layer/${pn}_1.0.bb`,
    variant: '',
    pn,
    pe: '',
    pv: '1.0',
    pr: 'r0',
    layer: 'test',
    datastore: datastoreOf({ PN: pn, ...settings }),
    tasks: new Map(),
    provides: [pn],
    depends: [],
    packages: [],
    packagesDynamic: [],
    excludedFromWorld: false,
    runtimeProvides: new Map(),
    runtimeDepends: new Map(),
    defaultPreference: 0,
    layerPriority: 0,
    filesRead: [],
    filesLookedFor: [],
  };
}

/**
 * A graph written by hand: `recipe:do_task` or `mc:NAME:recipe:do_task` -> what it needs; targets are the tasks that nothing
 * needs. Settings are those of `mc:NAME:recipe`, or of `recipe`.
 */
export function graphOf(
  edges: Readonly<Record<string, readonly string[]>>,
  recipes: Readonly<Record<string, Settings>> = {},
  targets?: readonly string[],
): TaskGraph {
  const made = new Map<string, Recipe>();
  const tasks = new Map<string, Task>();
  const dependents = new Map<string, string[]>();
  for (const key of Object.keys(edges)) {
    const id = parseTaskId(key) ?? fail(key);
    const name = key.slice(0, key.lastIndexOf(':'));
    const recipe = made.get(name) ?? recipeOf(id.recipe, recipes[name] ?? recipes[id.recipe] ?? {});
    made.set(name, recipe);
    tasks.set(key, { id, key: formatTaskId(id), recipe });
    dependents.set(key, []);
  }
  for (const [key, needs] of Object.entries(edges)) for (const need of needs) dependents.get(need)?.push(key);
  const order = topological(edges);
  return {
    targets: targets ?? order.filter((key) => dependents.get(key)?.length === 0),
    size: tasks.size,
    task: (key) => tasks.get(key) ?? fail(key),
    has: (key) => tasks.has(key),
    keys: () => [...tasks.keys()],
    dependencies: (key) => edges[key] ?? [],
    dependents: (key) => dependents.get(key) ?? [],
    topologicalOrder: () => order,
  };
}

/** Ports that find no file and no lock record. */
export function describePorts(changes: Partial<DescribePorts> = {}): DescribePorts {
  return {
    files: { digest: async () => 'missing' },
    sources: memoryFiles({}),
    lockRecords: async () => 'none',
    layers: [],
    identity: {},
    taint: () => undefined,
    buildNonce: 'nonce',
    ...changes,
  };
}

function topological(edges: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const order: string[] = [];
  const left = new Map(Object.entries(edges).map(([key, needs]) => [key, needs.length]));
  const above = new Map<string, string[]>();
  for (const [key, needs] of Object.entries(edges))
    for (const need of needs) above.set(need, [...(above.get(need) ?? []), key]);
  const ready = Object.keys(edges).filter((key) => left.get(key) === 0);
  for (let key = ready.shift(); key !== undefined; key = ready.shift()) {
    order.push(key);
    for (const each of above.get(key) ?? []) {
      left.set(each, (left.get(each) ?? 0) - 1);
      if (left.get(each) === 0) ready.push(each);
    }
  }
  return order;
}

function fail(key: string): never {
  throw new Error(`no task ${key}`);
}
