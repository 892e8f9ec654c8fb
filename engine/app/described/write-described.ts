import { formatDigest } from '../../base/digest.ts';
import { parseTaskId } from '../../base/task-id.ts';
import type { Datastore } from '../../datastore/datastore.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import { plainRecipe } from '../../metadata/cache/plain-recipe.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import { taskName } from '../../metadata/task-table.ts';
import type { Workspace } from '../../metadata/workspace.ts';
import type { Plan, PlannedTask } from '../../plan/planned-task.ts';
import { fileStamps, stampPlace } from '../../runqueue/stamps.ts';
import type { DescribedTask, DescribedTaskGraph } from '../../signatures/described-task.ts';
import { assumedNames } from '../../taskgraph/assumed-names.ts';
import { defaultTaskOf } from '../../taskgraph/build-task-graph.ts';
import { expandTargets } from '../../taskgraph/expand-targets.ts';
import type { TaskKey } from '../../taskgraph/task-graph.ts';
import {
  fileIdentity,
  givenText,
  journalIdentity,
  linkIdentity,
  type SettledRecord,
} from '../settled/settled-record.ts';
import { digestKey, type Witness } from '../settled/witness.ts';
import { identities, identitiesOf, writeRecord } from '../settled/write-settled.ts';
import { describedPath } from './described-key.ts';
import {
  baseVariables,
  bit,
  column,
  columns,
  hashBytes,
  type KeptConfiguration,
  type KeptDigest,
  type KeptEvent,
  type KeptHead,
  type KeptLock,
  type KeptRecipe,
  type KeptState,
  type KeptValues,
  none,
  recipeVariables,
} from './described-record.ts';
import { encodeSections } from './sections.ts';
import { ListTable, TextTable } from './tables.ts';

/** So many graphs are kept; the others are made again when they are needed. */
const keptGraphs = 6;

/** A graph that was described the long way. */
export interface LongWayGraph {
  readonly buildDirectory: string;
  readonly workspace: Workspace;
  readonly described: DescribedTaskGraph;
  readonly witness: Witness;
  /** What was said until it was described, and whether making the graph was silent. */
  readonly said: readonly StoredDiagnostic[];
  readonly graphSaidNothing: boolean;
  /** It was checked as builds do before they begin. */
  readonly isChecked: boolean;
}

/** Such a graph with its key and what was planned for it. */
export interface DescribedFacts extends LongWayGraph {
  readonly key: string;
  readonly plan?: Plan | undefined;
  /** What a plan with nothing to do was told of files and stamps. */
  readonly settled?: Pick<SettledRecord, 'journals' | 'presence'> | undefined;
}

/** Leaves a described graph for later calls, or nothing when it would not be certain what it was made from. Never throws. */
export function writeDescribed(facts: DescribedFacts): void {
  try {
    if (facts.witness.isBlind) return;
    const path = describedPath(facts.buildDirectory, facts.key);
    const bytes = new RecordWriter(facts).encode();
    if (bytes !== undefined) writeRecord(path, bytes, keptGraphs);
  } catch {
    // Without it the next call finds out for itself.
  }
}

class RecordWriter {
  readonly #facts: DescribedFacts;
  readonly #texts = new TextTable();
  readonly #lists = new ListTable();
  readonly #numbers: ReadonlyMap<TaskKey, number>;
  readonly #recipes = new Map<Recipe, { readonly number: number; readonly tasks: DescribedTask[] }>();
  readonly #digests = new Map<
    string,
    { readonly number: number; readonly kept: Omit<KeptDigest, 'files' | 'links'> }
  >();
  readonly #locks = new Map<string, { readonly number: number; readonly kept: Omit<KeptLock, 'files'> }>();
  /** Lists by the objects that they were made from: tasks share many. */
  readonly #pairLists = new WeakMap<object, number>();

  constructor(facts: DescribedFacts) {
    this.#facts = facts;
    this.#numbers = new Map(facts.described.graph.keys().map((key, number) => [key, number]));
  }

  encode(): Buffer | undefined {
    const { described, witness, settled } = this.#facts;
    const checks = identitiesOf(witness);
    if (checks === undefined) return undefined;
    const keys = described.graph.keys();
    if (keys.some((key) => parseTaskId(key) === undefined)) return undefined;
    const rows = new Int32Array(keys.length * columns);
    const hashes = Buffer.alloc(keys.length * 3 * hashBytes);
    for (const [number, key] of keys.entries()) this.#addTask(number, described.task(key), { rows, hashes });
    const [recipes, plain] = [new TextTable(), new TextTable()];
    for (const [recipe, { number, tasks }] of this.#recipes) {
      recipes.of(JSON.stringify(this.#recipe(recipe, tasks)));
      // The number keeps apart recipes of two configurations.
      plain.of(JSON.stringify({ number, recipe: plainRecipe(recipe) }));
    }
    if (recipes.size !== this.#recipes.size) return undefined;
    const order = described.graph.topologicalOrder().map((key) => this.#numberOf(key));
    const [texts, lists] = [this.#texts.sections(), this.#lists.sections()];
    const [lines, plainLines] = [recipes.sections(), plain.sections()];
    const state: KeptState = { settled: settled ?? null, journals: this.#journals() };
    return encodeSections({
      head: JSON.stringify(this.#head()),
      checks: JSON.stringify(checks),
      digests: JSON.stringify([...this.#digests.values()].map(({ kept }) => this.#digest(kept))),
      locks: JSON.stringify([...this.#locks.values()].map(({ kept }) => this.#lock(kept))),
      state: JSON.stringify(state),
      keys: JSON.stringify(keys),
      owners: JSON.stringify(this.#owners()),
      ...this.#edges(keys),
      ...{ order: Int32Array.from(order), rows, hashes, 'text-ends': texts.ends, texts: texts.bytes },
      ...{ 'list-ends': lists.ends, lists: lists.items, 'recipe-ends': lines.ends, recipes: lines.bytes },
      ...{ 'plain-ends': plainLines.ends, plain: plainLines.bytes },
    });
  }

  #numberOf(key: TaskKey): number {
    return this.#numbers.get(key) ?? none;
  }

  #head(): KeptHead {
    const { key, buildDirectory, workspace, described, said, isChecked } = this.#facts;
    const { targets } = described.graph;
    const isPlain = this.#facts.graphSaidNothing && workspace.configurations.size === 1;
    const hasSetscene = described.graph.keys().some((each) => {
      const { id, recipe } = described.graph.task(each);
      return recipe.tasks.has(`${id.task}_setscene`);
    });
    return {
      ...{ key, buildDirectory, given: givenText(), said, isPlain, isChecked, hasSetscene },
      defaultTask: taskName(defaultTaskOf(workspace)),
      targets: targets.map((each) => this.#numberOf(each)),
      world: isPlain ? this.#world() : null,
      configurations: [...workspace.configurations].map(([name, { base }]): KeptConfiguration => {
        const values = keptValues(baseVariables, (each) => base.datastore.get(each));
        return { name, layers: base.layers, values };
      }),
    };
  }

  /** The tasks that `world` stands for; `null` when one of them is not here, or something is to be said of one. */
  #world(): readonly number[] | null {
    const { workspace } = this.#facts;
    const targets = expandTargets(
      [{ configuration: '', name: 'world' }],
      workspace,
      taskName(defaultTaskOf(workspace)),
    );
    const numbers: number[] = [];
    for (const { name, task } of targets) {
      const number = this.#numbers.get(`${name}:${task}`);
      if (number === undefined || !this.#ownsName(this.#facts.described.graph.task(`${name}:${task}`).recipe))
        return null;
      numbers.push(number);
    }
    return numbers.length === 0 ? null : numbers;
  }

  /** Recipes that alone answer to their names. */
  #owners(): readonly string[] {
    return [...this.#recipes.keys()].filter((recipe) => this.#ownsName(recipe)).map(({ pn }) => pn);
  }

  #edges(keys: readonly TaskKey[]): Readonly<Record<'edge-ends' | 'edges', Int32Array>> {
    const { graph } = this.#facts.described;
    const needs: number[] = [];
    const ends = keys.map((key) => {
      for (const each of graph.dependencies(key)) needs.push(this.#numberOf(each));
      return needs.length;
    });
    return { 'edge-ends': Int32Array.from(ends), edges: Int32Array.from(needs) };
  }

  #addTask(number: number, task: DescribedTask, to: { readonly rows: Int32Array; readonly hashes: Buffer }): void {
    const { metadata, outside } = task.inputs;
    const planned = this.#facts.plan?.tasks.get(task.key);
    const signature = this.#signatureOf(task, planned);
    const row: Record<keyof typeof column, number> = {
      recipe: this.#recipeNumber(task),
      task: this.#text(outside.task),
      bits:
        (task.nostamp ? bit.nostamp : 0) |
        (task.noexec ? bit.noexec : 0) |
        (planned?.decision === 'up-to-date' ? bit.upToDate : 0) |
        (signature === undefined ? 0 : bit.signed),
      type: this.#optional(task.type?.name),
      body: this.#optional(metadata.body ?? undefined),
      variables: this.#pairs(metadata.variables),
      surroundings: this.#pairs(metadata.surroundings),
      files: this.#files(task),
      locks: this.#lockList(task),
      outputTexts: this.#lists.of(outside.outputs.map((each) => this.#text(each))),
      outputs: this.#outputs(task),
      identity: this.#pairs(outside.identity),
      taint: task.nostamp ? none : this.#optional(task.taint),
      output: this.#output(task, planned),
    };
    for (const [name, at] of Object.entries(column)) {
      to.rows[number * columns + at] = row[name as keyof typeof column];
    }
    const texts = [task.baseHash, task.taskHash, signature ?? ''];
    for (const [at, text] of texts.entries()) to.hashes.write(text, (number * 3 + at) * hashBytes, 'hex');
  }

  #signatureOf(task: DescribedTask, planned: PlannedTask | undefined): string | undefined {
    if (planned !== undefined && 'signature' in planned) return planned.signature;
    return task.captures ? undefined : this.#facts.plan?.digests.get(task.key);
  }

  #output(task: DescribedTask, planned: PlannedTask | undefined): number {
    if (planned?.decision === 'up-to-date') return this.#optional(planned.output && formatDigest(planned.output));
    return this.#optional(task.captures ? this.#facts.plan?.digests.get(task.key) : undefined);
  }

  #recipeNumber(task: DescribedTask): number {
    const { recipe } = task.task;
    const known = this.#recipes.get(recipe) ?? { number: this.#recipes.size, tasks: [] };
    this.#recipes.set(recipe, known);
    known.tasks.push(task);
    return known.number;
  }

  #text(text: string): number {
    if (!text.isWellFormed()) throw new RangeError('a text that cannot be written');
    return this.#texts.of(text);
  }

  #optional(text: string | undefined): number {
    return text === undefined ? none : this.#text(text);
  }

  #pairs(pairs: Readonly<Record<string, string | null>>): number {
    const known = this.#pairLists.get(pairs);
    if (known !== undefined) return known;
    const list: number[] = [];
    for (const name in pairs) list.push(this.#text(name), this.#optional(pairs[name] ?? undefined));
    const number = this.#lists.of(list);
    this.#pairLists.set(pairs, number);
    return number;
  }

  #outputs({ outputs }: DescribedTask): number {
    return this.#lists.of(outputs.flatMap(({ from, to, plain }) => [this.#text(from), this.#text(to), plain ? 1 : 0]));
  }

  #files({ inputs: { outside }, reads }: DescribedTask): number {
    if (reads === undefined) throw new RangeError('it is not told what was read');
    const byName = new Map(reads.map((each) => [each.name, each]));
    const list: number[] = [];
    for (const [name, digest] of Object.entries(outside.files)) {
      const read = byName.get(name);
      if (read === undefined && digest !== 'missing') throw new RangeError('it is not told what was read');
      list.push(this.#text(name), read === undefined ? none : this.#digestNumber(read, digest));
    }
    // What is no input while it is missing is looked at again, too.
    for (const each of reads) if (!Object.hasOwn(outside.files, each.name)) this.#digestNumber(each, 'missing');
    return this.#lists.of(list);
  }

  #digestNumber(read: NonNullable<DescribedTask['reads']>[number], digest: string): number {
    const { path, leftOut = [], ifThere = false } = read;
    const key = `${ifThere} ${digestKey(path, leftOut)}`;
    const known = this.#digests.get(key) ?? { number: this.#digests.size, kept: { path, leftOut, ifThere, digest } };
    if (known.kept.digest !== digest) throw new RangeError('two digests of one source');
    this.#digests.set(key, known);
    return known.number;
  }

  #lockList({ inputs: { outside }, task }: DescribedTask): number {
    const list: number[] = [];
    for (const [root, digest] of Object.entries(outside.locks)) {
      const path = task.recipe.datastore.get('LOCK_FILE')?.trim() ?? '';
      const known = this.#locks.get(`${root}\n${path}`) ?? { number: this.#locks.size, kept: { path, root, digest } };
      this.#locks.set(`${root}\n${path}`, known);
      list.push(this.#text(root), known.number);
    }
    return this.#lists.of(list);
  }

  #digest(kept: Omit<KeptDigest, 'files' | 'links'>): KeptDigest {
    const seen = this.#facts.witness.digests.get(digestKey(kept.path, kept.leftOut));
    const files = seen && identities(seen.files, fileIdentity);
    const links = seen && identities(new Map([...seen.links].map((path) => [path, true])), linkIdentity);
    return { ...kept, files: files ?? null, links: links ?? null };
  }

  #lock(kept: Omit<KeptLock, 'files'>): KeptLock {
    return { ...kept, files: identities(new Map([[kept.path, true]]), fileIdentity) ?? null };
  }

  /** The journals that taints come from, as they are; one that cannot be when a taint is not that of the stamp. */
  #journals(): readonly string[] {
    const { graph } = this.#facts.described;
    const tasks = graph.keys().map((key) => this.#facts.described.task(key));
    const journals = new Set(tasks.map(({ task }) => stampPlace(task).journal));
    // Before stamps are read once more: what comes behind this is seen by the next call.
    const found = [...journals].flatMap((path) => [path, journalIdentity(path)]);
    const isOther = ({ nostamp, taint, task }: DescribedTask): boolean => !nostamp && fileStamps.taint(task) !== taint;
    return tasks.some(isOther) ? ['', 'another'] : found;
  }

  #recipe(recipe: Recipe, tasks: readonly DescribedTask[]): KeptRecipe {
    const { datastore } = recipe;
    const configuration = tasks[0]?.task.id.configuration ?? '';
    const base = this.#facts.workspace.configurations.get(configuration)?.base;
    const stampExtra: Record<string, string> = {};
    for (const { id } of tasks.map(({ task }) => task)) {
      const extra = datastore.flag(id.task, 'stamp-extra-info');
      if (extra !== undefined) stampExtra[id.task] = extra;
    }
    return {
      configuration,
      ...{ file: recipe.file, variant: recipe.variant, pn: recipe.pn, packages: recipe.packages },
      filesRead: this.#paths(recipe.filesRead, base?.filesRead ?? []),
      filesLookedFor: this.#paths(recipe.filesLookedFor, []),
      values: keptValues(recipeVariables, (name) => datastore.get(name)),
      stampExtra,
      localSources: tasks[0]?.localSources ?? [],
      sourceHistory: eventsOf(datastore, 'SRC_URI'),
    };
  }

  /** Paths as the list of what all recipes begin with, if this one does, and that of the rest. */
  #paths(paths: readonly string[], shared: readonly string[]): readonly [number, number] {
    const isShared = shared.every((each, at) => each === paths[at]);
    const common = isShared ? shared.length : 0;
    const list = (some: readonly string[]): number => this.#lists.of(some.map((path) => this.#text(path)));
    return [list(paths.slice(0, common)), list(paths.slice(common))];
  }

  /** Whether the recipe, and nothing else, is what a target of its name means, without a word about it. */
  #ownsName(recipe: Recipe): boolean {
    const loaded = this.#facts.workspace.configurations.get('');
    if (loaded === undefined || assumedNames(loaded.base, 'ASSUME_PROVIDED')(recipe.pn)) return false;
    const { eligible, preferences, diagnostics } = loaded.catalog.choice(recipe.pn);
    return eligible.length === 1 && eligible[0] === recipe && preferences <= 1 && diagnostics.length === 0;
  }
}

function keptValues(names: readonly string[], value: (name: string) => string | undefined): KeptValues {
  return Object.fromEntries(names.map((name) => [name, value(name) ?? null]));
}

function eventsOf(datastore: Datastore, name: string): readonly KeptEvent[] {
  return datastore.history(name).map(({ operation, override, flag, value, span }) => {
    const place = span && { path: span.source.path, line: span.source.position(span.start).line };
    return { operation, override, flag, value, ...place };
  });
}
