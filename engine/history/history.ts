import { join } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { zstdDecompressSync } from 'node:zlib';
import { isDamage, markDamaged, openForReading } from './database.ts';
import {
  type BuildPace,
  type BuildRow,
  buildRow,
  type GraphShape,
  median,
  type TaskRow,
  taskRow,
  type UsualTime,
  usualTime,
} from './rows.ts';

/** The newest good work on a task. */
export interface DoneTask {
  readonly build: number;
  readonly signature: string;
  /** Hash of its base record, and a digest of what else it took in itself. */
  readonly base: string | undefined;
  readonly own: string | undefined;
  readonly output: string | undefined;
}

/** What was built in a build directory. Without a history every answer is empty. */
export interface History {
  /** Newest first. */
  builds(limit?: number): readonly BuildRow[];
  build(build: number): BuildRow | undefined;
  /** In the order in which they started. */
  tasks(build: number): readonly TaskRow[];
  /** What the tasks of a build waited for; `undefined` when that was not kept. */
  graph(build: number): GraphShape | undefined;
  /** The newest good work on each task, as it was when a build had ended (else: as it is). */
  done(atBuild?: number): ReadonlyMap<string, DoneTask>;
  /** The same of one task. */
  doneTask(task: string, atBuild?: number): DoneTask | undefined;
  /** All work on one task, newest first. */
  work(task: string, limit?: number): readonly TaskRow[];
  /** The signature with which a task gave an output (`HASH/SIZE`), the newest of several. */
  signatureOf(task: string, output: string): string | undefined;
  /** The text that a hash was made from. */
  record(hash: string): string | undefined;
  /** Usual times of these tasks, of all that are known without a list; a task of a configuration may have that of another. */
  taskTimes(tasks?: readonly string[]): ReadonlyMap<string, UsualTime>;
  /** In the middle of the last five builds that ended. */
  pace(): BuildPace;
  /** What there is to say about the history itself. */
  notes(): readonly string[];
  [Symbol.dispose](): void;
}

/** Where the history of a build directory lies. */
export function historyPath(buildDirectory: string): string {
  return join(buildDirectory, 'history', 'builds.db');
}

/** The history of a build directory, to read: opened with the first question, also while a build writes. */
export function openHistory(buildDirectory: string): History {
  return new SqliteHistory(historyPath(buildDirectory));
}

const packsKept = 64;
const unusable = 'the build history cannot be read; the next build begins a new one';

class SqliteHistory implements History {
  readonly #path: string;
  readonly #notes = new Set<string>();
  #database: DatabaseSync | undefined;
  #isOpened = false;
  readonly #statements = new Map<string, StatementSync>();
  readonly #packs = new Map<number, Buffer>();

  constructor(path: string) {
    this.#path = path;
  }

  builds(limit = 100): readonly BuildRow[] {
    return this.#rows('SELECT * FROM builds ORDER BY id DESC LIMIT ?', limit).map(buildRow);
  }

  build(build: number): BuildRow | undefined {
    return this.#rows('SELECT * FROM builds WHERE id = ?', build).map(buildRow)[0];
  }

  tasks(build: number): readonly TaskRow[] {
    const sql = `SELECT tasks.*, keys.key AS task FROM tasks JOIN keys ON keys.id = tasks.key
      WHERE build = ? AND action <> 'none' ORDER BY start_ms`;
    return this.#rows(sql, build).map(taskRow);
  }

  graph(build: number): GraphShape | undefined {
    const [row] = this.#rows('SELECT graph FROM builds WHERE id = ? AND graph IS NOT NULL', build);
    return row && (JSON.parse(inflated(row['graph'])) as GraphShape);
  }

  done(atBuild = Number.MAX_SAFE_INTEGER): ReadonlyMap<string, DoneTask> {
    // A bare column beside max() is that of the row with the maximum.
    const sql = `SELECT keys.key AS task, max(build) AS build, signature, base, own, output FROM tasks JOIN keys ON keys.id = tasks.key
      WHERE status = 'ok' AND build <= ? GROUP BY tasks.key`;
    const found = new Map<string, DoneTask>();
    for (const row of this.#rows(sql, atBuild)) found.set(row['task'] as string, doneTask(row));
    return found;
  }

  doneTask(task: string, atBuild = Number.MAX_SAFE_INTEGER): DoneTask | undefined {
    const sql = `SELECT max(build) AS build, signature, base, own, output FROM tasks JOIN keys ON keys.id = tasks.key
      WHERE keys.key = ? AND status = 'ok' AND build <= ? GROUP BY tasks.key`;
    return this.#rows(sql, task, atBuild).map(doneTask)[0];
  }

  work(task: string, limit = 100): readonly TaskRow[] {
    const sql = `SELECT tasks.*, keys.key AS task FROM tasks JOIN keys ON keys.id = tasks.key
      WHERE keys.key = ? AND action <> 'none' ORDER BY build DESC, start_ms DESC LIMIT ?`;
    return this.#rows(sql, task, limit).map(taskRow);
  }

  signatureOf(task: string, output: string): string | undefined {
    const sql = `SELECT signature FROM tasks JOIN keys ON keys.id = tasks.key
      WHERE keys.key = ? AND output = ? ORDER BY build DESC LIMIT 1`;
    return (this.#rows(sql, task, output)[0]?.['signature'] as string | null) ?? undefined;
  }

  record(hash: string): string | undefined {
    const [row] = this.#rows('SELECT pack, start, bytes FROM records WHERE hash = ?', hash);
    if (row === undefined) return undefined;
    const start = row['start'] as number;
    return this.#pack(row['pack'] as number)?.toString('utf8', start, start + (row['bytes'] as number));
  }

  taskTimes(tasks?: readonly string[]): ReadonlyMap<string, UsualTime> {
    const known = new Map<string, UsualTime>();
    const builds = this.#rows('SELECT id, slowdown FROM builds');
    const slowdowns = new Map(builds.map((row) => [row['id'] as number, row['slowdown'] as number]));
    for (const row of this.#rows('SELECT keys.key AS task, times.* FROM times JOIN keys ON keys.id = times.key')) {
      known.set(row['task'] as string, usualTime(row, slowdowns));
    }
    if (tasks === undefined) return known;
    const elsewhere = new Map([...known].map(([task, time]) => [withoutConfiguration(task), time]));
    const found = new Map<string, UsualTime>();
    for (const task of tasks) {
      const time = known.get(task) ?? elsewhere.get(withoutConfiguration(task));
      if (time !== undefined) found.set(task, time);
    }
    return found;
  }

  pace(): BuildPace {
    const rows = this.#rows(`SELECT start_up_ms, pace, slowdown / slowdown_foreseen AS foresight FROM builds
      WHERE pace IS NOT NULL ORDER BY id DESC LIMIT 5`);
    const middle = (name: string) => median(rows.map((row) => row[name] as number));
    return { startUpMs: middle('start_up_ms') ?? 0, pace: middle('pace') ?? 1, foresight: middle('foresight') ?? 1 };
  }

  notes(): readonly string[] {
    return [...this.#notes];
  }

  [Symbol.dispose](): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = undefined;
  }

  /** Records that were made together are often asked for together. */
  #pack(id: number): Buffer | undefined {
    const known = this.#packs.get(id);
    if (known !== undefined) return known;
    const [row] = this.#rows('SELECT texts FROM packs WHERE id = ?', id);
    if (row === undefined) return undefined;
    const [oldest] = this.#packs.size < packsKept ? [] : this.#packs.keys();
    if (oldest !== undefined) this.#packs.delete(oldest);
    const texts = zstdDecompressSync(row['texts'] as Uint8Array);
    this.#packs.set(id, texts);
    return texts;
  }

  #prepare(sql: string): StatementSync | undefined {
    const statement = this.#statements.get(sql) ?? this.#database?.prepare(sql);
    if (statement !== undefined) this.#statements.set(sql, statement);
    return statement;
  }

  #rows(sql: string, ...values: (string | number)[]): readonly Readonly<Record<string, unknown>>[] {
    try {
      if (!this.#isOpened) {
        this.#isOpened = true;
        this.#database = openForReading(this.#path);
      }
      return this.#prepare(sql)?.all(...values) ?? [];
    } catch (error) {
      if (isDamage(error)) {
        markDamaged(this.#path);
        this.#notes.add(unusable);
      } else this.#notes.add(`the build history cannot be read: ${(error as Error).message}`);
      this[Symbol.dispose]();
      return [];
    }
  }
}

function doneTask(row: Readonly<Record<string, unknown>>): DoneTask {
  return {
    build: row['build'] as number,
    signature: (row['signature'] as string | null) ?? '',
    base: (row['base'] as string | null) ?? undefined,
    own: (row['own'] as string | null) ?? undefined,
    output: (row['output'] as string | null) ?? undefined,
  };
}

function inflated(bytes: unknown): string {
  return zstdDecompressSync(bytes as Uint8Array).toString();
}

/** `mc:NAME:recipe:task` -> `recipe:task`: what one configuration took is a fair guess for another. */
function withoutConfiguration(task: string): string {
  return task.startsWith('mc:') ? task.split(':').slice(2).join(':') : task;
}
