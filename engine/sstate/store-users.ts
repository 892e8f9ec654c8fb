import { rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { isAbandoned, processMark } from '../net/process-mark.ts';
import { makeStoreFolder } from './shared-folder.ts';

const refreshMs = 600_000;

/**
 * Tells the collection of garbage that a build is under way: from now on, what is new or marked as used stays. Ends with
 * the disposal; a process that dies without it is found to be gone. Where the store cannot be written there is nothing to
 * protect.
 */
export function useStore(directory: string): Disposable {
  const folder = join(directory, 'users');
  const path = join(folder, `${processMark()}-${crypto.randomUUID().slice(0, 8)}`);
  try {
    makeStoreFolder(directory, folder);
    writeFileSync(path, `${systemClock.nowMs()}\n`);
  } catch {
    rmSync(path, { force: true });
    return { [Symbol.dispose]: () => undefined };
  }
  // Of a process in another container only the age of the file is seen.
  const timer = setInterval(() => {
    try {
      const now = systemClock.nowMs() / 1000;
      utimesSync(path, now, now);
    } catch {
      // The store is gone, or full: the next hour will tell.
    }
  }, refreshMs);
  timer.unref();
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer);
      rmSync(path, { force: true });
    },
  };
}

/** Since when (milliseconds of the epoch) the longest of the present builds uses the store; infinity when there is none. */
export async function usedSince(directory: string): Promise<number> {
  const folder = join(directory, 'users');
  let since = Number.POSITIVE_INFINITY;
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (await isAbandoned(name.split('-')[0] ?? '', path)) await rm(path, { force: true }).catch(() => undefined);
    else since = Math.min(since, await startOf(path));
  }
  return since;
}

/** What the file says; one that was not written to its end counts as there for ever. */
async function startOf(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return 'Infinity\n';
    throw error;
  });
  return text.endsWith('\n') ? Number(text) : 0;
}
