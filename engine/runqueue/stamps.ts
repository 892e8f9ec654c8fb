import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemError } from '../base/system-error.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { Task, TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';

/** What the build directory holds of tasks. A write replaces the task's stamp at once or not at all. */
export interface StampStore {
  /** The stamp; a damaged one counts as none. */
  read(task: Task): Stamp | undefined;
  /** Throws StxError when the file system refuses. */
  write(task: Task, stamp: Stamp): void;
  remove(task: Task): void;
}

const format = 'stx-stamp-1';

/** What a stamp file says of itself. */
interface StoredName {
  readonly format?: string;
  readonly name?: string;
}

/** Stamps as JSON files in STAMPS_DIR, one per recipe, task and `stamp-extra-info`. */
export const fileStamps: StampStore = {
  read(task) {
    try {
      const stored = JSON.parse(readFileSync(stampPath(task), 'utf8')) as Partial<Stamp> & StoredName;
      if (stored.format !== format || typeof stored.signature !== 'string') return undefined;
      if ((stored.name ?? '') !== stampName(task)) return undefined;
      if (typeof stored.finishedAtMs !== 'number' || !Array.isArray(stored.artifacts)) return undefined;
      const { signature, output, result, artifacts, finishedAtMs, taint } = stored;
      return { signature, output, result, artifacts, finishedAtMs, taint };
    } catch {
      return undefined;
    }
  },
  write(task, stamp) {
    const path = stampPath(task);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(temporary, `${JSON.stringify({ format, name: stampName(task), ...stamp })}\n`);
      renameSync(temporary, path);
    } catch (error) {
      discard(temporary);
      throw systemError(error, 'writing the stamp', path);
    }
  },
  remove(task) {
    const path = stampPath(task);
    try {
      rmSync(path, { force: true });
    } catch (error) {
      throw systemError(error, 'removing the stamp', path);
    }
  },
};

/** Best effort: what the file system refuses here, it refused before. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The first failure is the one to report.
  }
}

/** The stamps of all tasks of a graph, read ahead. */
export function readStamps(graph: TaskGraph, store: StampStore = fileStamps): Map<TaskKey, Stamp> {
  const stamps = new Map<TaskKey, Stamp>();
  for (const key of graph.keys()) {
    const stamp = store.read(graph.task(key));
    if (stamp) stamps.set(key, stamp);
  }
  return stamps;
}

/** STAMP: a stamp of another name, such as that of another version of the recipe, says nothing about this one. */
function stampName(task: Task): string {
  return task.recipe.datastore.get('STAMP') ?? '';
}

/** Where a task's stamp lies; the newest counts, so the name holds no version and no hash. */
function stampPath(task: Task): string {
  const { datastore } = task.recipe;
  const directory = datastore.get('STAMPS_DIR') ?? join(datastore.get('TMPDIR') ?? '', 'stamps');
  const extra = datastore.flag(task.id.task, 'stamp-extra-info');
  const name = extra ? `${task.id.task}.${extra}` : task.id.task;
  return join(directory, task.id.recipe, `${name.replaceAll('/', '_')}.json`);
}
