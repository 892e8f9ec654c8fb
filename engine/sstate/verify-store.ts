import { basename } from 'node:path';
import { blobFileState } from './blob-state.ts';
import { inParallel } from './in-parallel.ts';
import { LocalBlobStore, setAside } from './local-blob-store.ts';
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
  const whole = new Set<string>();
  let readBytes = 0;
  await inParallel(files, filesAtOnce, async ({ path, sizeBytes }) => {
    const state = await blobFileState(path);
    readBytes += sizeBytes;
    options.onProgress?.(readBytes, ofBytes);
    if (state === 'whole') whole.add(basename(path, '.zst'));
    if (state !== 'damaged') return;
    damagedBlobs.push(path);
    if (!options.dryRun) await store.quarantine(path);
  });
  const wrong = new Set(damagedBlobs.map((path) => basename(path, '.zst')).filter((hash) => !whole.has(hash)));
  const damagedResults = before.results.filter(({ kind }) => kind === 'damaged');
  const incomplete = before.results.filter(
    ({ kind, isComplete, needs }) => kind === 'ours' && (!isComplete || needs.some(({ hash }) => wrong.has(hash))),
  );
  if (!options.dryRun && damagedResults.length + incomplete.length > 0) {
    await setResultsAside(directory, new Set([...damagedResults, ...incomplete].map(({ key }) => key)));
  }
  return {
    results: before.results.length,
    blobs: files.length,
    readBytes,
    damagedBlobs: damagedBlobs.sort(),
    damagedResults: damagedResults.map(({ path }) => path),
    incomplete: incomplete.map(({ key }) => key),
  };
}

/** What was wrong a while ago may have been brought or made again since then. */
async function setResultsAside(directory: string, suspects: ReadonlySet<string>): Promise<void> {
  const { results } = await scanStore(directory);
  for (const { key, path, kind, isComplete } of results)
    if (suspects.has(key) && (kind === 'damaged' || !isComplete)) await setAside(directory, path);
}
