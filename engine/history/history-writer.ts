import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync } from 'node:zlib';
import { openForWriting } from './database.ts';
import type { BuildCounts, BuildStatus, GraphShape, TaskRow, TimedRun } from './rows.ts';

/** What is known of a build when its first task can start. */
export interface BuildStart {
  readonly startedMs: number;
  readonly targets: readonly string[];
  readonly slots: { readonly processor: number; readonly network: number };
  readonly preludeMs: number;
  readonly expectedMs: number | undefined;
  readonly counts: BuildCounts;
  /** How many times as long as alone on the machine work will take, as it seems. */
  readonly slowdown: number;
  readonly graph: GraphShape;
}

/** How a build went. */
export interface BuildEnd {
  readonly status: BuildStatus;
  readonly durationMs: number;
  readonly counts: BuildCounts;
  readonly startUpMs: number;
  /** The same as it turned out. */
  readonly slowdown: number;
  /** Absent when nothing ran. */
  readonly pace: number | undefined;
}

/** A text under the hash that it gave; `keep`: no task names the hash, and it stays all the same. */
export interface RecordText {
  readonly hash: string;
  readonly text: string;
  readonly keep?: boolean | undefined;
}

/** A row to write; tasks that do nothing (`noexec`) are kept for their records alone. */
export type NewTaskRow = Omit<TaskRow, 'build' | 'action'> & {
  readonly action: TaskRow['action'] | 'none';
  /** What the task will take again: without the start of a thread. */
  readonly usualMs: number;
};

const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const timesKept = 5;
const packSize = 100;

/** The connection of the one build that writes. Every method throws SQLite's error. */
export class HistoryWriter {
  readonly note: string | undefined;
  readonly database: DatabaseSync;
  readonly #build: number;
  readonly #keys = new Map<string, number>();
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, start: BuildStart) {
    const { database, note } = openForWriting(path);
    this.database = database;
    this.note = note;
    const { startedMs, targets, slots, preludeMs, expectedMs, slowdown, counts, graph } = start;
    const sql = `INSERT INTO builds (started_ms, targets, processor_slots, network_slots, prelude_ms, expected_ms, slowdown, slowdown_foreseen,
      counts, graph) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
    const expected = expectedMs === undefined ? null : Math.round(expectedMs);
    const values = [
      startedMs,
      JSON.stringify(targets),
      slots.processor,
      slots.network,
      Math.round(preludeMs),
      expected,
      slowdown,
      slowdown,
    ];
    const { lastInsertRowid } = this.#prepare(sql).run(
      ...values,
      JSON.stringify(counts),
      packed(JSON.stringify(graph)),
    );
    this.#build = Number(lastInsertRowid);
  }

  /** Number of this build. */
  get build(): number {
    return this.#build;
  }

  /** Writes rows and the texts behind them, all or none. */
  write(rows: readonly NewTaskRow[], texts: readonly RecordText[]): void {
    this.database.exec('BEGIN');
    try {
      for (const row of rows) this.#insert(row);
      for (let at = 0; at < texts.length; at += packSize) this.#keep(texts.slice(at, at + packSize));
      this.database.exec('COMMIT');
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Whether the text of a hash is kept already. */
  has(hash: string): boolean {
    return this.#prepare('SELECT 1 FROM records WHERE hash = ?').get(hash) !== undefined;
  }

  finish(end: BuildEnd): void {
    const sql =
      'UPDATE builds SET status = ?, duration_ms = ?, counts = ?, start_up_ms = ?, pace = ?, slowdown = ? WHERE id = ?';
    const { status, durationMs, counts, startUpMs, pace, slowdown } = end;
    const values = [status, Math.round(durationMs), JSON.stringify(counts), startUpMs, pace ?? null, slowdown];
    this.#prepare(sql).run(...values, this.#build);
  }

  close(): void {
    this.#statements.clear();
    this.database.close();
  }

  #insert(row: NewTaskRow): void {
    const key = this.#key(row.task);
    const reason = row.reason === undefined ? null : JSON.stringify(row.reason);
    const sql = 'INSERT OR REPLACE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';
    const { action, pool, startMs, durationMs, status } = row;
    this.#prepare(sql).run(
      ...[key, this.#build, action, reason, pool, startMs, durationMs, status],
      ...[row.peakMemoryBytes ?? null, row.cpuMs ?? null, row.bytes ?? null, row.savedMs ?? null],
      ...[row.signature ?? null, row.base ?? null, row.own ?? null, row.output ?? null],
    );
    if (status === 'ok' && action !== 'none') this.#learn(key, row);
  }

  /** The last few times of a task, in a table of their own: they are read at the start of every build. */
  #learn(key: number, row: NewTaskRow): void {
    const known = this.#prepare('SELECT * FROM times WHERE key = ?').get(key);
    const list = (name: string) => JSON.parse((known?.[name] as string | undefined) ?? '[]') as unknown[];
    const longer = (name: string, isGiven: boolean, value: number | TimedRun) =>
      JSON.stringify(isGiven ? [...list(name), value].slice(-timesKept) : list(name));
    const isRun = row.action === 'run';
    const duration = Math.round(row.usualMs * 100) / 100;
    const peak = row.peakMemoryBytes;
    const bytes = (isRun ? row.bytes : undefined) ?? known?.['bytes'] ?? null;
    this.#prepare('INSERT OR REPLACE INTO times VALUES (?, ?, ?, ?, ?)').run(
      key,
      longer('runs', isRun, [duration, this.#build]),
      longer('restores', !isRun, duration),
      longer('peaks', peak !== undefined, peak ?? 0),
      bytes as number | null,
    );
  }

  /** Texts are compressed together: they have much in common. */
  #keep(records: readonly RecordText[]): void {
    const texts = records.map(({ text }) => Buffer.from(text));
    const { lastInsertRowid } = this.#prepare('INSERT INTO packs (texts) VALUES (?)').run(packed(Buffer.concat(texts)));
    let start = 0;
    for (const [index, { hash, keep }] of records.entries()) {
      const bytes = texts[index]?.byteLength ?? 0;
      this.#prepare('INSERT OR IGNORE INTO records VALUES (?, ?, ?, ?)').run(hash, lastInsertRowid, start, bytes);
      if (keep) this.#prepare('INSERT OR IGNORE INTO kept_records VALUES (?)').run(hash);
      start += bytes;
    }
  }

  #key(task: string): number {
    const known = this.#keys.get(task);
    if (known !== undefined) return known;
    this.#prepare('INSERT OR IGNORE INTO keys (key) VALUES (?)').run(task);
    const { id } = this.#prepare('SELECT id FROM keys WHERE key = ?').get(task) as { readonly id: number };
    this.#keys.set(task, id);
    return id;
  }

  #prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.database.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }
}

function packed(text: string | Uint8Array): Uint8Array {
  return zstdCompressSync(text, fast);
}
