import type { Sha256Hex, TaskHash, TaskSignature } from '../../base/brands.ts';
import type { Digest } from '../../base/digest.ts';
import { InternalError } from '../../base/stx-error.ts';
import { formatTaskId, parseTaskId, type TaskId } from '../../base/task-id.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { Decided } from '../../plan/decide-task.ts';
import { taskHash } from '../../signatures/task-signature.ts';
import type { Task, TaskKey } from '../../taskgraph/task-graph.ts';
import { bit, column, columns, hashBytes, type KeptHead, none } from './described-record.ts';
import type { KeptEdges, KeptTasks } from './kept-graph.ts';
import { type FoundRecipe, RecipeShelf } from './kept-recipes.ts';
import { KeptTask } from './kept-task.ts';
import type { MetadataBehind } from './read-again.ts';
import type { Sections } from './sections.ts';
import { KeptLists, KeptTexts } from './tables.ts';
import type { TaskTables } from './task-tables.ts';

/** What is looked at anew in every call, by the numbers of the record. */
export interface PresentFacts {
  /** Digests of sources, with those that differ from the kept ones. */
  readonly digests: readonly string[];
  readonly changedDigests: ReadonlySet<number>;
  readonly locks: readonly string[];
  readonly changedLocks: ReadonlySet<number>;
  /** Taints of stamps, where the stamps are not those of the record; absent: the kept ones hold. */
  readonly taints: ((task: Task) => string | undefined) | undefined;
  /** The taint of tasks that run in every build. */
  readonly nonce: string;
  /** Whether decisions on tasks hold that nothing below has changed for. */
  readonly isSettled: boolean;
}

/** The tables of a record with what is looked at anew. */
export class KeptStore implements KeptTasks, TaskTables {
  readonly head: KeptHead;
  readonly keys: readonly TaskKey[];
  readonly edges: KeptEdges;
  readonly order: Int32Array;
  readonly recipes: RecipeShelf;
  readonly #facts: PresentFacts;
  readonly #rows: Int32Array;
  readonly #hashes: Buffer;
  readonly #texts: KeptTexts;
  readonly #lists: KeptLists;
  readonly #numbers: ReadonlyMap<TaskKey, number>;
  readonly #tasks: (Task | undefined)[] = [];
  readonly #described: (KeptTask | undefined)[] = [];
  readonly #pairs: (Readonly<Record<string, string | null>> | undefined)[] = [];
  readonly #paths: (readonly string[] | undefined)[] = [];
  readonly #signatures: (TaskSignature | undefined)[] = [];
  #changed: { readonly own: Uint8Array; readonly below: Uint8Array } | undefined;
  #taskHashes: Map<number, TaskHash> | undefined;

  constructor(from: {
    readonly sections: Sections;
    readonly head: KeptHead;
    readonly keys: readonly TaskKey[];
    readonly facts: PresentFacts;
    readonly behind: MetadataBehind;
  }) {
    const { sections } = from;
    this.head = from.head;
    this.keys = from.keys;
    this.#facts = from.facts;
    this.edges = { ends: sections.numbers('edge-ends'), needs: sections.numbers('edges') };
    this.order = sections.numbers('order');
    this.#rows = sections.numbers('rows');
    this.#hashes = sections.bytes('hashes');
    this.#texts = new KeptTexts(sections.numbers('text-ends'), sections.bytes('texts'));
    this.#lists = new KeptLists(sections.numbers('list-ends'), sections.numbers('lists'));
    this.#numbers = numbered(this.keys);
    const tables = {
      paths: (list: number) => this.#pathsOf(list),
      hasTask: (id: TaskId) => this.numberOf(formatTaskId(id)) !== undefined,
    };
    this.recipes = new RecipeShelf(sections, tables, from.behind);
  }

  numberOf(key: TaskKey): number | undefined {
    return this.#numbers.get(key);
  }

  task(number: number): Task {
    const known = this.#tasks[number];
    if (known !== undefined) return known;
    const task = new NumberedTask(this, number);
    this.#tasks[number] = task;
    return task;
  }

  described(key: TaskKey): KeptTask {
    const number = this.numberOf(key);
    if (number === undefined) throw new InternalError(`\`${key}\` is not in the graph`);
    this.#described[number] ??= new KeptTask(this, number);
    return this.#described[number];
  }

  recipeOf(number: number): FoundRecipe {
    return this.recipes.at(this.at(number, column.recipe));
  }

  at(number: number, which: number): number {
    return this.#rows[number * columns + which] ?? none;
  }

  has(number: number, flag: number): boolean {
    return (this.at(number, column.bits) & flag) !== 0;
  }

  textAt(number: number | undefined): string {
    return this.#texts.at(number ?? none);
  }

  list(number: number, which: number): Int32Array {
    return this.#lists.at(this.at(number, which));
  }

  /** Names with their values; tasks that have the same share them. */
  pairs(list: number): Readonly<Record<string, string | null>> {
    const known = this.#pairs[list];
    if (known !== undefined) return known;
    const found: Record<string, string | null> = {};
    const items = this.#lists.at(list);
    for (let at = 0; at < items.length; at += 2) {
      found[this.textAt(items[at])] = items[at + 1] === none ? null : this.textAt(items[at + 1]);
    }
    this.#pairs[list] = found;
    return found;
  }

  /** Names with texts. */
  facts(list: number): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    const items = this.#lists.at(list);
    for (let at = 0; at < items.length; at += 2) found[this.textAt(items[at])] = this.textAt(items[at + 1]);
    return found;
  }

  hash(number: number, which: 0 | 1 | 2): string {
    const start = (number * 3 + which) * hashBytes;
    return this.#hashes.toString('hex', start, start + hashBytes);
  }

  filesOf(number: number): Readonly<Record<string, string>> {
    return this.#read(this.list(number, column.files), this.#facts.digests);
  }

  locksOf(number: number): Readonly<Record<string, string>> {
    return this.#read(this.list(number, column.locks), this.#facts.locks);
  }

  taintOf(number: number): string | undefined {
    if (this.has(number, bit.nostamp)) return this.#facts.nonce;
    if (this.#facts.taints !== undefined) return this.#facts.taints(this.task(number));
    return this.#keptTaint(number);
  }

  dependenciesOf(number: number): readonly TaskKey[] {
    const { ends, needs } = this.edges;
    const start = number === 0 ? 0 : (ends[number - 1] ?? 0);
    return [...needs.subarray(start, ends[number])].map((each) => this.keys[each] ?? '');
  }

  /** The kept signature, when what it was made from is the same. */
  keptSignature(number: number, digests: ReadonlyMap<TaskKey, string>): TaskSignature | undefined {
    if (!this.has(number, bit.signed) || this.#changes().own[number] === 1) return undefined;
    const { ends, needs } = this.edges;
    const end = ends[number] ?? 0;
    for (let at = number === 0 ? 0 : (ends[number - 1] ?? 0); at < end; at++) {
      const need = needs[at] ?? 0;
      const digest = digests.get(this.keys[need] ?? '');
      if (digest === undefined || digest !== this.#handedOn(need)) return undefined;
    }
    return this.#signature(number);
  }

  /** The decision on a task that was up to date, when neither it nor anything below has changed, and no stamp anywhere. */
  decided(key: TaskKey): Decided | undefined {
    const number = this.#facts.isSettled ? this.numberOf(key) : undefined;
    if (number === undefined || !this.has(number, bit.upToDate) || this.#changes().below[number] === 1)
      return undefined;
    const output = this.at(number, column.output);
    return {
      task: key,
      decision: 'up-to-date',
      signature: this.#signature(number),
      output: output === none ? undefined : parseDigest(this.textAt(output)),
    };
  }

  taskHash(number: number): TaskHash {
    if (this.#changes().below[number] !== 1) return this.hash(number, 1) as TaskHash;
    this.#taskHashes ??= this.#hashAnew();
    return this.#taskHashes.get(number) ?? missing();
  }

  /** The task hashes of all tasks that something has changed for, from the bottom up. */
  #hashAnew(): Map<number, TaskHash> {
    const { below } = this.#changes();
    const found = new Map<number, TaskHash>();
    for (const number of this.order) {
      if (below[number] !== 1) continue;
      const { own, names } = this.described(this.keys[number] ?? '').hashInputs();
      const named: Record<string, string> = {};
      for (const [key, name] of names) {
        const need = this.numberOf(key) ?? none;
        named[name] = found.get(need) ?? this.hash(need, 1);
      }
      found.set(number, taskHash(own, named) as TaskHash);
    }
    return found;
  }

  #pathsOf(list: number): readonly string[] {
    const known = this.#paths[list];
    if (known !== undefined) return known;
    const found = [...this.#lists.at(list)].map((each) => this.textAt(each));
    this.#paths[list] = found;
    return found;
  }

  #read(list: Int32Array, digests: readonly string[]): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (let at = 0; at < list.length; at += 2) {
      const digest = list[at + 1] ?? none;
      found[this.textAt(list[at])] = digest === none ? 'missing' : (digests[digest] ?? missing());
    }
    return found;
  }

  #keptTaint(number: number): string | undefined {
    const text = this.at(number, column.taint);
    return text === none ? undefined : this.textAt(text);
  }

  #signature(number: number): TaskSignature {
    const known = this.#signatures[number];
    if (known !== undefined) return known;
    const signature = this.hash(number, 2) as TaskSignature;
    this.#signatures[number] = signature;
    return signature;
  }

  /** What a task handed on when signatures were made; `undefined` when that was not known. */
  #handedOn(number: number): string | undefined {
    if (this.at(number, column.outputs) === 0) {
      return this.has(number, bit.signed) ? this.#signature(number) : undefined;
    }
    const output = this.at(number, column.output);
    return output === none ? undefined : this.textAt(output);
  }

  /** Tasks that take in something else than when they were kept, and with those everything above. */
  #changes(): { readonly own: Uint8Array; readonly below: Uint8Array } {
    if (this.#changed !== undefined) return this.#changed;
    const own = new Uint8Array(this.keys.length);
    const below = new Uint8Array(this.keys.length);
    const { ends, needs } = this.edges;
    for (const number of this.order) {
      if (this.#hasChanged(number)) own[number] = 1;
      below[number] = own[number] ?? 0;
      const end = ends[number] ?? 0;
      for (let at = number === 0 ? 0 : (ends[number - 1] ?? 0); at < end && below[number] === 0; at++) {
        below[number] = below[needs[at] ?? 0] ?? 0;
      }
    }
    this.#changed = { own, below };
    return this.#changed;
  }

  #hasChanged(number: number): boolean {
    const { changedDigests, changedLocks, taints } = this.#facts;
    if (this.has(number, bit.nostamp)) return true;
    if (taints !== undefined && this.taintOf(number) !== this.#keptTaint(number)) return true;
    return (
      (changedDigests.size > 0 && holdsOne(this.list(number, column.files), changedDigests)) ||
      (changedLocks.size > 0 && holdsOne(this.list(number, column.locks), changedLocks))
    );
  }
}

/** A task whose recipe is read when it is asked for. */
class NumberedTask implements Task {
  readonly key: TaskKey;
  readonly id: TaskId;
  readonly #store: KeptStore;
  readonly #number: number;

  constructor(store: KeptStore, number: number) {
    this.#store = store;
    this.#number = number;
    this.key = store.keys[number] ?? '';
    this.id = parseTaskId(this.key) ?? missing();
  }

  get recipe(): Recipe {
    return this.#store.recipeOf(this.#number).recipe;
  }
}

function numbered(keys: readonly TaskKey[]): ReadonlyMap<TaskKey, number> {
  const numbers = new Map<TaskKey, number>();
  for (const [number, key] of keys.entries()) numbers.set(key, number);
  return numbers;
}

function holdsOne(list: Int32Array, wanted: ReadonlySet<number>): boolean {
  for (let at = 1; at < list.length; at += 2) if (wanted.has(list[at] ?? none)) return true;
  return false;
}

function parseDigest(text: string): Digest {
  const at = text.indexOf('/');
  return { hash: text.slice(0, at) as Sha256Hex, sizeBytes: Number(text.slice(at + 1)) };
}

function missing(): never {
  throw new InternalError('a number of the record leads nowhere');
}
