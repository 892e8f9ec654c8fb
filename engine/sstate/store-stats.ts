import { join } from 'node:path';
import { partialBlobs } from './partial-blobs.ts';
import { namesIn, scanStore } from './scan-store.ts';
import { readPins } from './store-pins.ts';

/** What lies in a store, in numbers. */
export interface StoreStats {
  readonly results: number;
  /** Of these, results of other programs that use the same store. */
  readonly foreignResults: number;
  /** Results that cannot be restored: damaged, or a blob is missing. */
  readonly unusable: number;
  readonly blobs: number;
  /** Bytes of all files on the disk. */
  readonly storedBytes: number;
  /** Bytes of the blobs that results need, unpacked, each once. */
  readonly contentBytes: number;
  /** The same, each as often as a result needs it: what the results would take without sharing. */
  readonly sharedBytes: number;
  /** Bytes on the disk of blobs that no result needs. */
  readonly garbageBytes: number;
  /** Milliseconds of the epoch; absent in an empty store. */
  readonly leastRecentUseMs?: number;
  readonly tasks: number;
  /** Name of a pin -> how many results it holds that are here. */
  readonly pins: Readonly<Record<string, number>>;
  readonly quarantined: number;
  /** Bytes of transfers that broke off or go on. */
  readonly partialBytes: number;
}

/** Counts what lies in a store; others may use it meanwhile. */
export async function storeStats(directory: string): Promise<StoreStats> {
  const { results, blobs } = await scanStore(directory);
  const needed = new Map<string, number>();
  let sharedBytes = 0;
  for (const { needs } of results) {
    for (const { hash, sizeBytes } of needs) {
      needed.set(hash, sizeBytes);
      sharedBytes += sizeBytes;
    }
  }
  const files = [...blobs.values()].flat();
  const idle = [...blobs].filter(([hash]) => !needed.has(hash)).flatMap(([, each]) => each);
  const sum = (each: readonly { readonly sizeBytes: number }[]): number =>
    each.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  const pins = [...(await readPins(directory))].map(([name, keys]) => {
    return [name, results.filter(({ key }) => keys.has(key)).length] as const;
  });
  return {
    results: results.length,
    foreignResults: results.filter(({ kind }) => kind === 'foreign').length,
    unusable: results.filter(({ isComplete }) => !isComplete).length,
    blobs: files.length,
    storedBytes: sum(files) + sum(results),
    contentBytes: [...needed.values()].reduce((bytes, size) => bytes + size, 0),
    sharedBytes,
    garbageBytes: sum(idle),
    ...(results.length > 0 && {
      leastRecentUseMs: results.reduce((least, { usedMs }) => Math.min(least, usedMs), Number.POSITIVE_INFINITY),
    }),
    tasks: namesIn(join(directory, 'tasks')).length,
    pins: Object.fromEntries(pins),
    partialBytes: sum(partialBlobs(directory)),
    quarantined: namesIn(join(directory, 'quarantine')).length,
  };
}
