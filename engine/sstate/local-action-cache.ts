import { readFileSync, statSync } from 'node:fs';
import { link, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { systemError } from '../base/system-error.ts';
import type { ActionCache, ActionResult } from './action-cache.ts';
import type { BlobStore } from './blob-store.ts';
import { temporaryPath } from './local-blob-store.ts';
import { markAsUsed } from './mark-as-used.ts';
import { decodeActionResult, encodeActionResult } from './reapi/action-result.ts';
import { isComplete } from './result-blobs.ts';
import { makeStoreFolder, shareFile } from './shared-folder.ts';

const pauseEach = 500;

/**
 * Results below `directory/ac`, one file each: a sealed `ActionResult` (reapi/action-result). A file that does not hold
 * together is a miss and is replaced by the next put. The time of modification is that of the last use.
 */
export class LocalActionCache implements ActionCache {
  readonly #directory: string;
  readonly #blobs: BlobStore;
  readonly #openedMs = systemClock.nowMs();

  constructor(directory: string, blobs: BlobStore) {
    this.#directory = directory;
    this.#blobs = blobs;
  }

  async find(keys: readonly string[]): Promise<ReadonlyMap<string, ActionResult>> {
    const results = new Map<string, ActionResult>();
    for (const [index, key] of keys.entries()) {
      // Small files of the page cache: several times faster than through libuv's threads, if others get their turn.
      if (index % pauseEach === pauseEach - 1) await new Promise(setImmediate);
      const found = this.#read(key);
      if (found === undefined) continue;
      results.set(key, found.result);
      if (found.mtimeMs < this.#openedMs) this.markUsed(key);
    }
    return results;
  }

  async put(key: string, result: ActionResult): Promise<ActionResult> {
    const existing = this.#read(key)?.result;
    if (existing?.output.hash === result.output.hash) {
      this.markUsed(key);
      return existing;
    }
    if (existing && (await isComplete(existing, this.#blobs))) return existing;
    const temporary = temporaryPath(this.#directory);
    const target = this.#path(key);
    try {
      for (const path of [temporary, target]) makeStoreFolder(this.#directory, dirname(path));
      await writeFile(temporary, encodeActionResult(result));
      shareFile(this.#directory, temporary);
      if (existing === undefined && (await isFirst(temporary, target))) return result;
      const meanwhile = existing === undefined ? this.#read(key)?.result : undefined;
      if (meanwhile !== undefined) return meanwhile;
      await rename(temporary, target);
      return result;
    } catch (error) {
      throw systemError(error, 'writing to the sstate store', this.#directory);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  /** Takes a result away; its blobs stay. */
  async remove(key: string): Promise<void> {
    await rm(this.#path(key), { force: true }).catch((error: unknown) => {
      throw systemError(error, 'writing to the sstate store', this.#directory);
    });
  }

  /** Notes that the result is of use now; not possible in the store of somebody else. */
  markUsed(key: string): void {
    markAsUsed(this.#path(key));
  }

  #read(key: string): { readonly result: ActionResult; readonly mtimeMs: number } | undefined {
    const path = this.#path(key);
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      const result = stats && decodeActionResult(readFileSync(path));
      return result && { result, mtimeMs: stats.mtimeMs };
    } catch {
      return undefined;
    }
  }

  #path(key: string): string {
    return join(this.#directory, 'ac', key.slice(0, 2), key);
  }
}

/** Puts the file in place if nothing is there; false when there is something, or the file system knows no hard links. */
async function isFirst(temporary: string, target: string): Promise<boolean> {
  return link(temporary, target).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (['EEXIST', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(error.code ?? '')) return false;
      throw error;
    },
  );
}
