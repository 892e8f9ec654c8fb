import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbandoned } from '../net/process-mark.ts';
import { LocalActionCache } from './local-action-cache.ts';
import { LocalBlobStore } from './local-blob-store.ts';
import { TaskIndex } from './task-index.ts';

/** Action cache, blobs and index of one folder. */
export interface LocalStore {
  readonly actions: LocalActionCache;
  readonly blobs: LocalBlobStore;
  readonly tasks: TaskIndex;
}

/** The store in a folder; it is made when something is first written. Any number of processes may use it at once. */
export function openLocalStore(directory: string): LocalStore {
  const blobs = new LocalBlobStore(directory);
  return { actions: new LocalActionCache(directory, blobs), blobs, tasks: new TaskIndex(directory) };
}

/**
 * Removes unfinished files that nobody writes any more; their names begin with the mark of their process. Those of other
 * users stay for them.
 */
export async function sweepTemporaryFiles(directory: string): Promise<void> {
  const folder = join(directory, 'tmp');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (await isAbandoned(name.split('-')[0] ?? '', path)) await rm(path, { force: true }).catch(() => undefined);
  }
}
