import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';

/** Raised with every change of the tables; a database of another number is begun anew. */
const schemaVersion = 6;

const schema = `
CREATE TABLE builds (
  id INTEGER PRIMARY KEY AUTOINCREMENT, started_ms INTEGER NOT NULL, duration_ms INTEGER, status TEXT,
  targets TEXT NOT NULL, processor_slots INTEGER NOT NULL, network_slots INTEGER NOT NULL,
  prelude_ms INTEGER NOT NULL, expected_ms INTEGER, start_up_ms REAL, pace REAL, slowdown REAL NOT NULL,
  slowdown_foreseen REAL NOT NULL, counts TEXT NOT NULL, graph BLOB
);
CREATE TABLE keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE tasks (
  key INTEGER NOT NULL, build INTEGER NOT NULL, action TEXT NOT NULL, reason TEXT, pool TEXT NOT NULL,
  start_ms REAL NOT NULL, duration_ms REAL NOT NULL, status TEXT NOT NULL,
  peak_bytes INTEGER, cpu_ms REAL, bytes INTEGER, saved_ms REAL, signature TEXT, base TEXT, own TEXT, output TEXT,
  PRIMARY KEY (key, build, action)
) WITHOUT ROWID;
CREATE INDEX tasks_of_build ON tasks (build, start_ms);
CREATE TABLE packs (id INTEGER PRIMARY KEY, texts BLOB NOT NULL);
CREATE TABLE records (
  hash TEXT PRIMARY KEY, pack INTEGER NOT NULL, start INTEGER NOT NULL, bytes INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept_records (hash TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE times (key INTEGER PRIMARY KEY, runs TEXT NOT NULL, restores TEXT NOT NULL, peaks TEXT NOT NULL, bytes INTEGER);
PRAGMA user_version = ${schemaVersion};
`;

/** A connection, and what there was to say about opening it. */
export interface OpenedDatabase {
  readonly database: DatabaseSync;
  readonly note: string | undefined;
}

/** Whether SQLite says that the file itself is damaged, or is none of its own. */
export function isDamage(error: unknown): boolean {
  const code = (error as { readonly errcode?: number }).errcode;
  return code !== undefined && [11, 26].includes(code & 0xff);
}

/**
 * Opens the database for the one who writes; it is made when it is not there. A damaged one, or one of another format,
 * is set aside. Throws SQLite's or the file system's error when neither works.
 */
export function openForWriting(path: string): OpenedDatabase {
  mkdirSync(dirname(path), { recursive: true });
  let note: string | undefined;
  if (existsSync(damageMark(path))) {
    note = setAside(path);
    rmSync(damageMark(path), { force: true });
  }
  try {
    const database = prepare(path);
    if (database !== undefined) return { database, note };
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  note = setAside(path);
  const database = prepare(path);
  if (database === undefined) throw new Error('a new database is not as it was made');
  return { database, note };
}

/** A connection that only reads; it waits for nobody but one that puts right what a killed process left. `undefined` when there is no database, or one of another format. */
export function openForReading(path: string): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  const database = connect(path, true);
  if (versionOf(database) === schemaVersion) return database;
  database.close();
  return undefined;
}

/** Leaves word that the database is damaged, so that the next build begins a new one; only the writer moves files. */
export function markDamaged(path: string): void {
  try {
    writeFileSync(damageMark(path), '');
  } catch {
    // A folder that cannot be written: there will be no next build in it either.
  }
}

/** Moves a database out of the way, its journal with it; gives the note about that. */
export function setAside(path: string): string {
  const aside = `${path}.set-aside`;
  for (const ending of ['', '-wal', '-shm']) {
    rmSync(`${aside}${ending}`, { force: true });
    if (existsSync(`${path}${ending}`)) renameSync(`${path}${ending}`, `${aside}${ending}`);
  }
  return `the build history was damaged or of another format; it begins anew, the old one is \`${aside}\``;
}

function damageMark(path: string): string {
  return `${path}.damaged`;
}

/** `undefined` for a database of another format. */
function prepare(path: string): DatabaseSync | undefined {
  const database = connect(path, false);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    const version = versionOf(database);
    if (version === schemaVersion) return database;
    const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { readonly count: number };
    if (version === 0 && tables.count === 0) {
      database.exec(`BEGIN; ${schema} COMMIT;`);
      return database;
    }
  } catch (error) {
    database.close();
    throw error;
  }
  database.close();
  return undefined;
}

/** SQLite is loaded when it is first needed: start-up time counts. */
function connect(path: string, readOnly: boolean): DatabaseSync {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  return new DatabaseSync(path, { readOnly, timeout: readOnly ? 1000 : 5000 });
}

function versionOf(database: DatabaseSync): number {
  return (database.prepare('PRAGMA user_version').get() as { readonly user_version: number }).user_version;
}
