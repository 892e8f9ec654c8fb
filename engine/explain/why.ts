import type { FileReader } from '../base/file-reader.ts';
import type { LockRecord } from '../base/lock-record.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { type CauseGraph, type CauseInputs, findCauses, type OwnCause } from './cause-finder.ts';
import { lockFileOf, pathOfInput, type SourcePaths } from './file-inputs.ts';
import { type CausePlace, placeOfFileName, placeOfName } from './place-of-cause.ts';

/** A package of a lock that changed; a missing version means that it is not there. */
export interface ChangedPackage {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** One first cause with what it leads to. */
export interface ExplainedCause {
  readonly cause: OwnCause;
  /** The recipe, or task, that it is about; absent when several share it. */
  readonly about: string | undefined;
  /** Where to look: the definition of a variable, the file that changed. */
  readonly place: CausePlace | undefined;
  /** Where that file is named. */
  readonly namedAt: CausePlace | undefined;
  readonly packages: readonly ChangedPackage[];
  /** Tasks that take it in themselves, in the order of the graph. */
  readonly direct: readonly TaskKey[];
  /** How many tasks are dirty by it, the direct ones included. */
  readonly dirties: number;
}

/** What explaining asks besides the search. */
export interface WhyInputs extends CauseInputs {
  readonly paths: SourcePaths;
  /** The present records of a root in a lock file (`lockRecordsText`); `undefined` when they cannot be read. */
  lockText(path: string, root: string): string | undefined;
  readonly files: Pick<FileReader, 'readText'>;
}

/** So many places are looked up: for each a recipe has to be evaluated. */
const mostPlaces = 60;

/** The first causes why tasks are dirty, those that lead to most first. */
export function explainDirty(inputs: WhyInputs): readonly ExplainedCause[] {
  const graph = findCauses(inputs);
  const groups = [...groupCauses(inputs, graph).values()];
  const placed = placeGroups(inputs, groups);
  const above = parentsOf(graph);
  const counted = countable(inputs, graph);
  const order = new Map(inputs.described.graph.topologicalOrder().map((key, index) => [key, index]));
  const found = placed.map(({ nodes, tasks, ...rest }): ExplainedCause => {
    const direct = [...tasks].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
    return { ...rest, direct, dirties: reached(nodes, above, counted) };
  });
  return found.filter(({ dirties }) => dirties > 0).sort((a, b) => b.dirties - a.dirties);
}

interface Group {
  readonly cause: OwnCause;
  readonly recipe: Recipe;
  readonly task: DescribedTask;
  readonly isShared: boolean;
  readonly tasks: Set<TaskKey>;
  readonly nodes: Set<string>;
}

function groupCauses({ described }: WhyInputs, graph: CauseGraph): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>();
  const texts = new WeakMap<OwnCause, string>();
  for (const [key, node] of graph.nodes) {
    const task = described.task(node.task);
    for (const cause of node.causes) {
      const scope = scopeOf(cause, task);
      const text = texts.get(cause) ?? JSON.stringify(cause);
      texts.set(cause, text);
      const id = `${scope}\n${text}`;
      const { recipe } = task.task;
      const group = groups.get(id) ?? {
        cause,
        recipe,
        task,
        isShared: scope === '',
        tasks: new Set(),
        nodes: new Set(),
      };
      groups.set(id, group);
      group.tasks.add(node.task);
      group.nodes.add(key);
    }
  }
  return groups;
}

/** What a cause is told apart by, besides what it says. */
function scopeOf(cause: OwnCause, { task }: DescribedTask): string {
  switch (cause.kind) {
    case 'variable':
    case 'word':
    case 'file':
      return `${task.id.configuration}:${task.id.recipe}`;
    case 'dependencies':
    case 'outputs':
    case 'other-output':
    case 'lost':
    case 'other-stamp':
      return task.key;
    default:
      return '';
  }
}

type Placed = Omit<ExplainedCause, 'direct' | 'dirties'> & Pick<Group, 'nodes' | 'tasks'>;

/** Finds the places, and joins what recipes have from one place: it is one cause. */
function placeGroups(inputs: WhyInputs, groups: readonly Group[]): readonly Placed[] {
  const placed: Placed[] = [];
  const sharedPlaces = new Map<string, (Placed & { readonly file: string })[]>();
  let looked = 0;
  for (const group of groups) {
    const text = JSON.stringify(group.cause);
    const candidates = isNamed(group.cause) ? (sharedPlaces.get(text) ?? []) : [];
    const same = candidates.find(({ file }) => file !== group.recipe.file && group.recipe.filesRead.includes(file));
    if (same !== undefined) {
      join(same, group);
      continue;
    }
    const place = looked < mostPlaces ? placesOf(inputs, group) : nowhere;
    looked += isNamed(group.cause) ? 1 : 0;
    const own: Placed = { cause: group.cause, about: aboutOf(group), ...place, tasks: group.tasks, nodes: group.nodes };
    placed.push(own);
    const file = place.place?.file;
    if (file !== undefined && isNamed(group.cause)) {
      sharedPlaces.set(text, [...candidates, Object.assign(own, { file })]);
    }
  }
  return placed;
}

function isNamed({ kind }: OwnCause): boolean {
  return kind === 'variable' || kind === 'word';
}

function join(same: Placed, group: Group): void {
  for (const each of group.tasks) same.tasks.add(each);
  for (const each of group.nodes) same.nodes.add(each);
  Object.assign(same, { about: undefined });
}

function aboutOf({ cause, task, isShared, tasks }: Group): string | undefined {
  if (isShared) return tasks.size === 1 && cause.kind !== 'lock' ? task.key : undefined;
  if (cause.kind === 'variable' || cause.kind === 'word' || cause.kind === 'file') return task.task.recipe.pn;
  return task.key;
}

const nowhere = { place: undefined, namedAt: undefined, packages: [] } as const;

function placesOf(inputs: WhyInputs, { cause, recipe, task }: Group): Pick<Placed, 'place' | 'namedAt' | 'packages'> {
  const { datastore } = recipe;
  switch (cause.kind) {
    case 'variable':
      return { ...nowhere, place: placeOfName(datastore, cause.name, cause.from) };
    case 'word':
      return { ...nowhere, place: placeOfName(datastore, cause.name, undefined) };
    case 'nostamp':
      return { ...nowhere, place: placeOfName(datastore, `${task.task.id.task}[nostamp]`, undefined) };
    case 'file': {
      const file = pathOfInput(cause.name, task, inputs.paths);
      const flag = { variable: task.task.id.task, flag: 'file-checksums' };
      const where = cause.name.startsWith('file://') ? [{ variable: 'SRC_URI' }] : [flag];
      return {
        ...nowhere,
        place: file === undefined ? undefined : { file },
        namedAt: placeOfFileName(datastore, cause.name, where),
      };
    }
    case 'lock':
      return lockPlace(inputs, cause, task);
    case 'dependencies': {
      const place = placeOfFileName(datastore, recipeOfKey([...cause.added, ...cause.removed][0] ?? ''), [
        { variable: task.task.id.task, flag: 'depends' },
        { variable: 'DEPENDS' },
      ]);
      return { ...nowhere, place };
    }
    default:
      return nowhere;
  }
}

function recipeOfKey(key: string): string {
  return key.split(':').at(-2) ?? key;
}

function lockPlace(
  inputs: WhyInputs,
  cause: Extract<OwnCause, { readonly kind: 'lock' }>,
  task: DescribedTask,
): Pick<Placed, 'place' | 'namedAt' | 'packages'> {
  const file = lockFileOf(task);
  const before = parseRecords(cause.from === undefined ? undefined : inputs.past.record(cause.from));
  const after = parseRecords(inputs.lockText(file, cause.root));
  const packages = before === undefined || after === undefined ? [] : changedPackages(before, after);
  return { place: file === '' ? undefined : lineOf(packages, file, inputs.files), namedAt: undefined, packages };
}

/** The first changed package that the lock file holds. */
function lineOf(packages: readonly ChangedPackage[], file: string, files: WhyInputs['files']): CausePlace {
  const lines = files.readText(file)?.split('\n') ?? [];
  const names = new Set(packages.map(({ name }) => `Package: ${name}`));
  const at = lines.findIndex((line) => names.has(line));
  return at === -1 ? { file } : { file, line: at + 1 };
}

type KnownRecord = Pick<LockRecord, 'name' | 'version' | 'sha256'>;

function parseRecords(text: string | undefined): readonly KnownRecord[] | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as KnownRecord[]);
}

function changedPackages(before: readonly KnownRecord[], after: readonly KnownRecord[]): readonly ChangedPackage[] {
  const old = new Map(before.map((each) => [each.name, each]));
  const now = new Map(after.map((each) => [each.name, each]));
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names
    .filter((name) => JSON.stringify(old.get(name)) !== JSON.stringify(now.get(name)))
    .map((name) => ({ name, from: old.get(name)?.version, to: now.get(name)?.version }));
}

/** Which nodes have something from a node. */
function parentsOf(graph: CauseGraph): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const [key, { inherits }] of graph.nodes) {
    for (const each of inherits) {
      const known = parents.get(each);
      if (known) known.push(key);
      else parents.set(each, [key]);
    }
  }
  return parents;
}

/** The nodes that are tasks to be explained; those that do nothing are not counted. */
function countable({ described }: WhyInputs, graph: CauseGraph): ReadonlySet<string> {
  return new Set([...graph.starts].filter(([task]) => !described.task(task).noexec).map(([, node]) => node));
}

function reached(
  from: ReadonlySet<string>,
  above: ReadonlyMap<string, readonly string[]>,
  counted: ReadonlySet<string>,
): number {
  const seen = new Set(from);
  let count = 0;
  for (const node of seen) {
    if (counted.has(node)) count++;
    for (const parent of above.get(node) ?? []) seen.add(parent);
  }
  return count;
}
