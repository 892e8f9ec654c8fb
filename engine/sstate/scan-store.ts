import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { readBlob } from './blob-files.ts';
import { decodeActionResult } from './reapi/action-result.ts';
import { readForeignResult } from './reapi/foreign-result.ts';
import { decodeTree } from './reapi/tree.ts';
import { readPins } from './store-pins.ts';

/** A file of the store. */
export interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of a result, when it was last of use; of a blob, when it was last put. */
  readonly usedMs: number;
}

/** A blob that lies in the store, by its hash; in both forms when it was put in both. */
export type StoredBlobs = ReadonlyMap<string, readonly StoredFile[]>;

/** A result of the store with all that it takes to restore it. */
export interface StoredResult extends StoredFile {
  readonly key: string;
  /** When it was stored, where the file system tells; else its last use. */
  readonly storedMs: number;
  /** `ours`, of another program that uses the same store, or nothing of use. */
  readonly kind: 'ours' | 'foreign' | 'damaged';
  readonly needs: readonly Digest[];
  /** Whether all of these are there. */
  readonly isComplete: boolean;
  readonly pins: readonly string[];
}

/** All that lies in a store. */
export interface StoreContents {
  readonly results: readonly StoredResult[];
  readonly blobs: StoredBlobs;
}

const pauseEach = 200;

/** Reads all of a store but the contents of blobs that are no trees; others may use it meanwhile. */
export async function scanStore(directory: string): Promise<StoreContents> {
  const keys = filesOf(join(directory, 'ac'));
  // Blobs after results: what a result found here needs was there before it.
  const blobs = scanBlobs(directory);
  const pins = await readPins(directory);
  const results: StoredResult[] = [];
  for (const [index, { name: key, ...file }] of keys.entries()) {
    if (index % pauseEach === pauseEach - 1) await new Promise(setImmediate);
    const read = readResult(file.path, directory, blobs);
    if (read === undefined) continue;
    const pinned = [...pins].flatMap(([pin, pinnedKeys]) => (pinnedKeys.has(key) ? [pin] : []));
    results.push({ ...file, key, ...read, pins: pinned });
  }
  return { results, blobs };
}

function scanBlobs(directory: string): StoredBlobs {
  const blobs = new Map<string, StoredFile[]>();
  for (const { name, ...file } of filesOf(join(directory, 'cas'))) {
    const hash = name.replace(/\.zst$/, '');
    const same = blobs.get(hash);
    if (same === undefined) blobs.set(hash, [file]);
    else same.push(file);
  }
  return blobs;
}

type Read = Pick<StoredResult, 'kind' | 'needs' | 'isComplete' | 'storedMs'>;

/** `undefined` when the file is gone by now. */
function readResult(path: string, directory: string, blobs: StoredBlobs): Read | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const storedMs = stats.birthtimeMs > 0 ? stats.birthtimeMs : stats.mtimeMs;
  const bytes = readOrNothing(path);
  if (bytes === undefined) return undefined;
  const named = namedDigests(bytes);
  if (named === undefined) return { kind: 'damaged', needs: [], isComplete: false, storedMs };
  const needs = new Map<string, Digest>();
  for (const digest of [...named.trees, ...named.files]) needs.set(digest.hash, digest);
  let isComplete = true;
  for (const tree of named.trees) {
    const files = blobs.has(tree.hash) ? treeContents(tree, directory) : undefined;
    if (files === undefined) isComplete = false;
    for (const digest of files ?? []) needs.set(digest.hash, digest);
  }
  const isThere = ({ hash }: Digest): boolean => blobs.has(hash);
  return {
    kind: named.kind,
    needs: [...needs.values()],
    isComplete: isComplete && [...needs.values()].every(isThere),
    storedMs,
  };
}

function readOrNothing(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    // Gone, or not for this user to read.
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

interface Named {
  readonly kind: 'ours' | 'foreign';
  readonly trees: readonly Digest[];
  readonly files: readonly Digest[];
}

function namedDigests(bytes: Uint8Array): Named | undefined {
  const own = decodeActionResult(bytes);
  if (own !== undefined) return { kind: 'ours', trees: own.trees, files: Object.values(own.files ?? {}) };
  const foreign = readForeignResult(bytes);
  if (foreign === undefined || bytes.byteLength === 0) return undefined;
  return { kind: 'foreign', ...foreign };
}

/** What is damaged stays where it is: a look at the store changes nothing. */
function treeContents(tree: Digest, directory: string): readonly Digest[] | undefined {
  const found = readBlob(directory, tree);
  const manifest = 'bytes' in found ? decodeTree(found.bytes) : undefined;
  return manifest?.entries.flatMap((entry) => (entry.kind === 'file' ? [entry.digest] : []));
}

/** The files in the folders of a folder, in the order of their names. */
function filesOf(folder: string): readonly (StoredFile & { readonly name: string })[] {
  return namesIn(folder).flatMap((shelf) =>
    namesIn(join(folder, shelf)).flatMap((name) => {
      const path = join(folder, shelf, name);
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats?.isFile() ? [{ name, path, sizeBytes: stats.size, usedMs: stats.mtimeMs }] : [];
    }),
  );
}

/** Names in a folder, sorted; none when it is no folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
