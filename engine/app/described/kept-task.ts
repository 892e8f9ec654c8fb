import type { BaseHash, TaskHash, TaskSignature } from '../../base/brands.ts';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { InternalError } from '../../base/stx-error.ts';
import { formatTaskId } from '../../base/task-id.ts';
import type { MetadataInputs, OutsideInputs, TaskInputs } from '../../messages/task-inputs.ts';
import type { OutputDirectory } from '../../messages/task-order.ts';
import type { LocalSource } from '../../metadata/local-files.ts';
import type { DescribedTask, TaskRecords } from '../../signatures/described-task.ts';
import {
  baseHash,
  baseRecord,
  type OwnInputs,
  signatureRecord,
  taskSignature,
} from '../../signatures/task-signature.ts';
import type { TaskType } from '../../task-types/task-type.ts';
import { taskTypeTable } from '../../task-types/task-type-table.ts';
import type { Task, TaskKey } from '../../taskgraph/task-graph.ts';
import { bit, column, none } from './described-record.ts';
import type { TaskTables } from './task-tables.ts';

const noText: MetadataInputs = { body: null, variables: {}, surroundings: {} };

/** A described task out of the table; everything is read when it is asked for. */
export class KeptTask implements DescribedTask {
  readonly key: TaskKey;
  readonly #store: TaskTables;
  readonly #number: number;
  #inputs: KeptInputs | undefined;

  constructor(store: TaskTables, number: number) {
    this.#store = store;
    this.#number = number;
    this.key = store.keys[number] ?? '';
  }

  get task(): Task {
    return this.#store.task(this.#number);
  }

  get inputs(): TaskInputs {
    this.#inputs ??= new KeptInputs(this.#store, this.#number);
    return this.#inputs;
  }

  get baseHash(): BaseHash {
    return this.#store.hash(this.#number, 0) as BaseHash;
  }

  get taskHash(): TaskHash {
    return this.#store.taskHash(this.#number);
  }

  get type(): TaskType | undefined {
    const name = this.#text(column.type);
    return name === undefined ? undefined : taskTypeTable.get(name);
  }

  get captures(): boolean {
    return this.#store.at(this.#number, column.outputs) !== 0;
  }

  get nostamp(): boolean {
    return this.#store.has(this.#number, bit.nostamp);
  }

  get noexec(): boolean {
    return this.#store.has(this.#number, bit.noexec);
  }

  get outputs(): readonly OutputDirectory[] {
    const found: OutputDirectory[] = [];
    const list = this.#store.list(this.#number, column.outputs);
    for (let at = 0; at < list.length; at += 3) {
      const directory = { from: this.#store.textAt(list[at]), to: this.#store.textAt(list[at + 1]) };
      found.push(list[at + 2] === 1 ? { ...directory, plain: true } : directory);
    }
    return found;
  }

  get localSources(): readonly LocalSource[] {
    return this.#store.recipeOf(this.#number).kept.localSources;
  }

  get taint(): string | undefined {
    return this.#store.taintOf(this.#number);
  }

  signature(digests: ReadonlyMap<TaskKey, string>): TaskSignature {
    const kept = this.#store.keptSignature(this.#number, digests);
    return kept ?? taskSignature(this.#own(), this.#named(digests));
  }

  records(digests: ReadonlyMap<TaskKey, string>): TaskRecords {
    const { noexec } = this;
    const inputs = this.#plain();
    const own = this.#own();
    const named = this.#named(digests);
    return {
      signature: signatureRecord(own, named),
      get base() {
        return baseRecord(noexec ? noText : inputs.metadata);
      },
    };
  }

  actionKey(signature: TaskSignature): string | undefined {
    return this.captures ? signature : undefined;
  }

  /** What the task hash is made from besides those of its dependencies, by their names. */
  hashInputs(): { readonly own: OwnInputs; readonly names: ReadonlyMap<TaskKey, string> } {
    return { own: { ...this.#own(), base: this.baseHash }, names: dependencyNames(this.#store, this.#number) };
  }

  #own(): OwnInputs {
    const { metadata, outside } = this.#plain();
    const base = this.noexec ? baseHash(noText) : this.baseHash;
    return { base, surroundings: metadata.surroundings, outside };
  }

  #plain(): TaskInputs {
    this.#inputs ??= new KeptInputs(this.#store, this.#number);
    return this.#inputs.toJSON();
  }

  #named(digests: ReadonlyMap<TaskKey, string>): Record<string, string> {
    const named: Record<string, string> = {};
    for (const [key, name] of dependencyNames(this.#store, this.#number)) {
      const digest = digests.get(key);
      if (digest === undefined) throw new InternalError(`no digest for \`${name}\``);
      named[name] = digest;
    }
    return named;
  }

  #text(which: number): string | undefined {
    return optionalText(this.#store, this.#number, which);
  }
}

function optionalText(store: TaskTables, number: number, which: number): string | undefined {
  const text = store.at(number, which);
  return text === none ? undefined : store.textAt(text);
}

/** As signatures name them: the configuration only where it is another one. */
function dependencyNames(store: TaskTables, number: number): ReadonlyMap<TaskKey, string> {
  const { configuration } = store.task(number).id;
  const names = new Map<TaskKey, string>();
  for (const key of store.dependenciesOf(number)) {
    const { id } = store.task(store.numberOf(key) ?? 0);
    names.set(key, formatTaskId(id.configuration === configuration ? { ...id, configuration: '' } : id));
  }
  return names;
}

/** What a task takes in; written out (`toJSON`) it is the plain object that was described. */
class KeptInputs implements TaskInputs {
  readonly #store: TaskTables;
  readonly #number: number;
  #metadata: MetadataInputs | undefined;
  #outside: KeptOutside | undefined;

  constructor(store: TaskTables, number: number) {
    this.#store = store;
    this.#number = number;
  }

  get metadata(): MetadataInputs {
    this.#metadata ??= {
      body: optionalText(this.#store, this.#number, column.body) ?? null,
      variables: this.#store.pairs(this.#store.at(this.#number, column.variables)),
      surroundings: this.#store.pairs(this.#store.at(this.#number, column.surroundings)),
    };
    return this.#metadata;
  }

  get outside(): KeptOutside {
    this.#outside ??= new KeptOutside(this.#store, this.#number);
    return this.#outside;
  }

  toJSON(): TaskInputs {
    return { metadata: this.metadata, outside: this.outside.toJSON() };
  }
}

class KeptOutside implements OutsideInputs {
  readonly #store: TaskTables;
  readonly #number: number;

  constructor(store: TaskTables, number: number) {
    this.#store = store;
    this.#number = number;
  }

  get recipe(): string {
    return this.#store.task(this.#number).id.recipe;
  }

  get task(): string {
    return this.#store.task(this.#number).id.task;
  }

  get files(): Readonly<Record<string, string>> {
    return this.#store.filesOf(this.#number);
  }

  get locks(): Readonly<Record<string, string>> {
    return this.#store.locksOf(this.#number);
  }

  get outputs(): readonly string[] {
    return [...this.#store.list(this.#number, column.outputTexts)].map((each) => this.#store.textAt(each));
  }

  get dependencies(): readonly string[] {
    return [...dependencyNames(this.#store, this.#number).values()].sort(compareCodePoints);
  }

  get identity(): Readonly<Record<string, string>> {
    return this.#store.facts(this.#store.at(this.#number, column.identity));
  }

  get taint(): string | undefined {
    return this.#store.taintOf(this.#number);
  }

  /** In the order in which they are described. */
  toJSON(): OutsideInputs {
    const { recipe, task, files, locks, outputs, dependencies, identity, taint } = this;
    return { recipe, task, files, locks, outputs, dependencies, identity, taint };
  }
}
