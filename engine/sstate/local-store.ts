import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive } from '../base/process-alive.ts';
import { LocalActionCache } from './local-action-cache.ts';
import { LocalBlobStore } from './local-blob-store.ts';

/** Action cache and blobs of one folder. */
export interface LocalStore {
  readonly actions: LocalActionCache;
  readonly blobs: LocalBlobStore;
}

/** The store in a folder; it is made when something is first written. Any number of processes may use it at once. */
export function openLocalStore(directory: string): LocalStore {
  return { actions: new LocalActionCache(directory), blobs: new LocalBlobStore(directory) };
}

/** Removes unfinished files that processes left which no longer exist; their names begin with the process id. */
export async function sweepTemporaryFiles(directory: string): Promise<void> {
  const folder = join(directory, 'tmp');
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const pid = Number.parseInt(name, 10);
    if (Number.isSafeInteger(pid) && pid !== process.pid && !isProcessAlive(pid))
      await rm(join(folder, name), { force: true });
  }
}
