import {
  appendFileSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { systemError } from '../base/system-error.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { Task, TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** What the build directory holds of tasks. A write replaces the task's stamp at once or not at all. */
export interface StampStore {
  /** The stamp; a damaged one counts as none. */
  read(task: Task): Stamp | undefined;
  /** Throws StxError when the file system refuses. */
  write(task: Task, stamp: Stamp): void;
  /** Its work is there no more; `taint` stays: the task was forced, and is to be done until that has ended well. */
  remove(task: Task, taint?: string): void;
  /** The highest `finishedAtMs` where the stamp of the task lies; absent: the clock alone counts. */
  latestMs?(task: Task): number;
  /** Why its signature is not what its inputs say: it was forced, and what it did then was not cleaned. */
  taint(task: Task): string | undefined;
}

/** Where a task's stamp lies: its journal, its name in there, and STAMP with WORKDIR, which it must have been made under. */
export interface StampPlace {
  readonly journal: string;
  readonly entry: string;
  readonly name: string;
}

/** Stamps in the file `stamps.jsonl` of STAMPS_DIR, one per recipe, task and `stamp-extra-info`. */
export const fileStamps: StampStore = {
  read: (task) => stampIn(stampPlace(task)),
  write(task, stamp) {
    const { journal, entry, name } = stampPlace(task);
    guarded('writing the stamps', journal, () => openJournal(journal).append(entry, { name, stamp }));
  },
  remove(task, taint) {
    const { journal, entry, name } = stampPlace(task);
    const left = taint === undefined ? undefined : { name, stamp: undefined, taint };
    guarded('removing a stamp', journal, () => openJournal(journal).append(entry, left));
  },
  latestMs: (task) => openJournal(stampPlace(task).journal).latestMs,
  taint: (task) => {
    const found = namedIn(stampPlace(task));
    return found?.stamp?.taint ?? found?.taint;
  },
};

/** Reads stamps as they are when the first one of a journal is asked for, and as this process changes them: each file is looked at once. */
export function stampReader(): (task: Task) => Stamp | undefined {
  const seen = new Set<string>();
  return (task) => {
    const place = stampPlace(task);
    const isSeen = seen.has(place.journal);
    seen.add(place.journal);
    return stampIn(place, isSeen);
  };
}

/** The stamps of all tasks of a graph, read ahead. */
export function readStamps(graph: TaskGraph): Map<TaskKey, Stamp> {
  const read = stampReader();
  const stamps = new Map<TaskKey, Stamp>();
  for (const key of graph.keys()) {
    const stamp = read(graph.task(key));
    if (stamp) stamps.set(key, stamp);
  }
  return stamps;
}

function stampIn(place: StampPlace, isSeen = false): Stamp | undefined {
  return namedIn(place, isSeen)?.stamp;
}

function namedIn({ journal, entry, name }: StampPlace, isSeen = false): Named | undefined {
  const found = openJournal(journal).read(entry, isSeen);
  return found?.name === name ? found : undefined;
}

/** STAMP and WORKDIR that a task's stamp was made under, and those of now, when they are others. */
export function otherStamp(task: Task): { readonly from: string; readonly to: string } | undefined {
  const { journal, entry, name } = stampPlace(task);
  const found = openJournal(journal).read(entry, false);
  return found?.stamp === undefined || found.name === name ? undefined : { from: found.name, to: name };
}

const places = new WeakMap<Task, StampPlace>();

/** Where a task's stamp lies; the newest counts, so the entry holds no version and no hash. */
export function stampPlace(task: Task): StampPlace {
  const place = places.get(task) ?? findStampPlace(task);
  places.set(task, place);
  return place;
}

function findStampPlace(task: Task): StampPlace {
  const { datastore } = task.recipe;
  const directory = datastore.get('STAMPS_DIR') ?? join(datastore.get('TMPDIR') ?? '', 'stamps');
  const extra = datastore.flag(task.id.task, 'stamp-extra-info');
  const local = extra ? `${task.id.task}.${extra}` : task.id.task;
  const entry = `${task.id.recipe}/${local}`;
  // A stamp of another STAMP, such as that of another version of the recipe, says nothing about this one; nor does one of
  // another WORKDIR: what the task left is not where it would be looked for.
  const name = [datastore.get('STAMP') ?? '', datastore.get('WORKDIR') ?? ''].join(' ').trim();
  return { journal: join(directory, 'stamps.jsonl'), entry, name };
}

/** A stamp with the STAMP and WORKDIR that it was made under. */
interface Named {
  readonly name: string;
  /** Absent: the work is not there; then only the taint is known. */
  readonly stamp: Stamp | undefined;
  readonly taint?: string | undefined;
}

const format = 'stx-stamps-2';
const header = `${JSON.stringify({ format })}\n`;
/** A journal with more lines than this, most of them overwritten, is written anew. */
const fewLines = 2000;

/**
 * One line of JSON per change, the last one of a task counts: `{"task", "name", "signature", ...}`, or `{"task"}` alone for
 * a stamp that went, with `{"name", "taint"}` when the task was forced. Only whole lines count, so that a build may be killed at any moment; a line that is no stamp says
 * that its task has none. There is one writer (the build lock), and any number of readers.
 */
class StampJournal {
  readonly #path: string;
  readonly #stamps = new Map<string, Named>();
  /** Which file was read, and how far; 0 bytes before that. */
  #inode = 0;
  #bytes = 0;
  #lines = 0;
  /** The file ends within a line. */
  #isTorn = false;
  #latestMs = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** `isSeen`: the file was looked at already, and what it holds is known but for changes by others. */
  read(entry: string, isSeen: boolean): Named | undefined {
    if (!isSeen || this.#bytes === 0) this.#catchUp();
    return this.#stamps.get(entry);
  }

  get latestMs(): number {
    this.#catchUp();
    return this.#latestMs;
  }

  append(entry: string, named: Named | undefined): void {
    this.#catchUp();
    if (named === undefined && !this.#stamps.has(entry)) return;
    const line = lineOf(entry, named);
    if (this.#bytes === 0) this.#begin();
    this.#write(`${this.#isTorn ? '\n' : ''}${line}`);
    this.#isTorn = false;
    this.#set(entry, named);
    if (this.#lines > fewLines && this.#lines > 3 * this.#stamps.size) this.#compact();
  }

  #set(entry: string, named: Named | undefined): void {
    this.#lines++;
    this.#latestMs = Math.max(this.#latestMs, named?.stamp?.finishedAtMs ?? 0);
    if (named === undefined) this.#stamps.delete(entry);
    else this.#stamps.set(entry, named);
  }

  #write(text: string): void {
    const descriptor = openSync(this.#path, 'a');
    try {
      appendFileSync(descriptor, text);
      const { ino, size } = fstatSync(descriptor);
      const expected = this.#bytes + Buffer.byteLength(text);
      // Somebody else wrote, or took the file away: what it holds is read again.
      if (ino !== this.#inode || size !== expected) this.#forget();
      else this.#bytes = expected;
    } finally {
      closeSync(descriptor);
    }
  }

  #begin(): void {
    this.#replace(header);
    this.#catchUp();
  }

  #compact(): void {
    const lines = [...this.#stamps].map(([entry, named]) => lineOf(entry, named));
    this.#replace(header + lines.join(''));
    this.#forget();
  }

  #replace(text: string): void {
    const temporary = `${this.#path}.${process.pid}.new`;
    try {
      mkdirSync(join(this.#path, '..'), { recursive: true });
      writeFileSync(temporary, text);
      renameSync(temporary, this.#path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  #forget(): void {
    this.#stamps.clear();
    this.#inode = 0;
    this.#bytes = 0;
    this.#lines = 0;
    this.#isTorn = false;
  }

  /** Reads what has come since the last look. A file that cannot be read holds no stamps. */
  #catchUp(): void {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    if (found?.ino === this.#inode && found.size === this.#bytes) return;
    if (found?.ino !== this.#inode || found.size < this.#bytes || this.#isTorn) this.#forget();
    if (found === undefined) return;
    const bytes = readFrom(this.#path, this.#bytes);
    const text = bytes.toString();
    const isBegin = this.#bytes === 0;
    if (isBegin && !text.startsWith(header)) return;
    this.#inode = found.ino;
    this.#bytes += bytes.length;
    this.#take((isBegin ? text.slice(header.length) : text).split('\n'));
  }

  #take(lines: readonly string[]): void {
    this.#isTorn = lines.at(-1) !== '';
    for (const line of lines.slice(0, -1)) {
      const read = readLine(line);
      if (read !== undefined) this.#set(read.entry, read.named);
    }
  }
}

const journals = new Map<string, StampJournal>();

function openJournal(path: string): StampJournal {
  const journal = journals.get(path) ?? new StampJournal(path);
  journals.set(path, journal);
  return journal;
}

function lineOf(entry: string, named: Named | undefined): string {
  const { stamp, ...left } = named ?? {};
  const said = { task: entry, ...left, ...stamp };
  return `${JSON.stringify(said)}\n`;
}

function readLine(line: string): { readonly entry: string; readonly named: Named | undefined } | undefined {
  let stored: (Partial<Stamp> & { readonly task?: unknown; readonly name?: string }) | null;
  try {
    stored = JSON.parse(line) as typeof stored;
  } catch {
    return undefined;
  }
  if (typeof stored?.task !== 'string') return undefined;
  const { task: entry, name = '', signature, output, result, artifacts, finishedAtMs, taint, restored, own } = stored;
  if (typeof signature !== 'string' || typeof finishedAtMs !== 'number' || !Array.isArray(artifacts))
    return { entry, named: typeof taint === 'string' ? { name, stamp: undefined, taint } : undefined };
  const stamp = { signature, output, result, artifacts, finishedAtMs, taint, restored, own };
  return { entry, named: { name, stamp } };
}

/** What lies behind so many bytes; nothing for a file that cannot be read. */
function readFrom(path: string, start: number): Buffer {
  try {
    if (start === 0) return readFileSync(path);
    const descriptor = openSync(path, 'r');
    try {
      const rest = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - start));
      return rest.subarray(0, readSync(descriptor, rest, 0, rest.length, start));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return Buffer.alloc(0);
  }
}

function guarded(what: string, path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw systemError(error, what, path);
  }
}
