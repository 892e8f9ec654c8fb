import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import { inParallel } from './in-parallel.ts';
import { LocalBlobStore } from './local-blob-store.ts';
import { scanStore } from './scan-store.ts';

/** How the contents of a store are checked. */
export interface VerifyOptions {
  /** What is wrong stays where it is. */
  readonly dryRun: boolean;
  /** Told now and then how many bytes of how many were read. */
  onProgress?(readBytes: number, ofBytes: number): void;
}

/** What a check of a store found; paths are those before anything was set aside. */
export interface VerifyReport {
  readonly results: number;
  readonly blobs: number;
  readonly readBytes: number;
  /** Blobs that do not have their digest. */
  readonly damagedBlobs: readonly string[];
  /** Results that do not hold together. */
  readonly damagedResults: readonly string[];
  /** Keys of results that lack a blob: they cannot be restored. */
  readonly incomplete: readonly string[];
}

const filesAtOnce = 4;

/**
 * Reads all blobs and results of a store. Damaged ones, and results that lack a blob, are set aside: their tasks run
 * again. Builds may go on meanwhile.
 */
export async function verifyStore(directory: string, options: VerifyOptions): Promise<VerifyReport> {
  const store = new LocalBlobStore(directory);
  const before = await scanStore(directory);
  const files = [...before.blobs.values()].flat();
  const ofBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const damagedBlobs: string[] = [];
  let readBytes = 0;
  await inParallel(files, filesAtOnce, async ({ path, sizeBytes }) => {
    const state = await stateOf(path);
    readBytes += sizeBytes;
    options.onProgress?.(readBytes, ofBytes);
    if (state !== 'damaged') return;
    damagedBlobs.push(path);
    if (!options.dryRun) await store.quarantine(path);
  });
  const wrong = new Set(damagedBlobs.map((path) => basename(path, '.zst')));
  const damagedResults = before.results.filter(({ kind }) => kind === 'damaged');
  const incomplete = before.results.filter(
    ({ kind, isComplete, needs }) => kind === 'ours' && (!isComplete || needs.some(({ hash }) => wrong.has(hash))),
  );
  if (!options.dryRun) for (const { path } of [...damagedResults, ...incomplete]) await store.quarantine(path);
  return {
    results: before.results.length,
    blobs: files.length,
    readBytes,
    damagedBlobs: damagedBlobs.sort(),
    damagedResults: damagedResults.map(({ path }) => path),
    incomplete: incomplete.map(({ key }) => key),
  };
}

async function stateOf(path: string): Promise<'whole' | 'damaged' | 'gone'> {
  const hash = createHash('sha256');
  const count = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) hash.update(chunk);
  };
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    if (path.endsWith('.zst')) await pipeline(input, createZstdDecompress({ chunkSize: 1 << 18 }), count);
    else await pipeline(input, count);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : 'damaged';
  }
  return hash.digest('hex') === basename(path, '.zst') ? 'whole' : 'damaged';
}
