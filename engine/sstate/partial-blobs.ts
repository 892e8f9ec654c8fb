import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { namesIn, type StoredFile } from './scan-store.ts';

/** Where a transfer keeps what it has of a blob, so that the next one can continue it. */
export function partialBlobPath(directory: string, hash: string): string {
  return join(directory, 'partial', hash);
}

/** What broken transfers have left, and what is being received now. */
export function partialBlobs(directory: string): readonly StoredFile[] {
  const folder = join(directory, 'partial');
  return namesIn(folder).flatMap((name) => {
    const path = join(folder, name);
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? [{ path, sizeBytes: stats.size, usedMs: stats.mtimeMs }] : [];
  });
}

/** Removes parts that nobody has continued for so long; what belongs to somebody else stays. Gives those that went. */
export function forgetPartialBlobs(directory: string, idleMs: number): readonly StoredFile[] {
  return partialBlobs(directory).filter(({ path, usedMs }) => {
    if (systemClock.nowMs() - usedMs <= idleMs) return false;
    try {
      rmSync(path, { force: true });
      return true;
    } catch {
      return false;
    }
  });
}
