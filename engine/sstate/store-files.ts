import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sha256Hex } from '../base/brands.ts';
import { systemError } from '../base/system-error.ts';
import { temporaryPath } from './local-blob-store.ts';
import { makeStoreFolder, shareFile } from './shared-folder.ts';

/** A blob as it lies in the store: a plain file, or a zstd frame of its content. */
export interface BlobFile {
  readonly path: string;
  readonly compressed: boolean;
  /** Size of the file, not of the content. */
  readonly storedBytes: number;
}

/** Where a store keeps the result of a key. */
export function resultFilePath(directory: string, key: string): string {
  return join(directory, 'ac', key.slice(0, 2), key);
}

/** Where a store keeps a blob. */
export function blobFilePath(directory: string, hash: string, compressed: boolean): string {
  return join(directory, 'cas', hash.slice(0, 2), compressed ? `${hash}.zst` : hash);
}

/** The file of a blob whose size is not known; nothing is checked. */
export async function findBlobFile(directory: string, hash: string): Promise<BlobFile | undefined> {
  for (const compressed of [true, false]) {
    const path = blobFilePath(directory, hash, compressed);
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return { path, compressed, storedBytes: found.size };
  }
  return undefined;
}

/** The bytes of a stored result as they are, also of another program's. */
export async function readResultFile(directory: string, key: string): Promise<Buffer | undefined> {
  return readFile(resultFilePath(directory, key)).catch(() => undefined);
}

/** Puts the bytes of a result in place, atomically. Throws StxError when the file system refuses. */
export async function writeResultFile(directory: string, key: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryPath(directory);
  await inPlace(directory, { temporary, target: resultFilePath(directory, key) }, () => writeFile(temporary, bytes));
}

/** Makes a file that the caller has verified the store's blob; `temporary` is on the store's file system. */
export async function adoptBlobFile(
  directory: string,
  blob: { readonly temporary: string; readonly hash: Sha256Hex; readonly compressed: boolean },
): Promise<void> {
  const target = blobFilePath(directory, blob.hash, blob.compressed);
  await inPlace(directory, { temporary: blob.temporary, target }, async () => undefined);
}

async function inPlace(
  directory: string,
  paths: { readonly temporary: string; readonly target: string },
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    for (const path of [paths.temporary, paths.target]) makeStoreFolder(directory, dirname(path));
    await write();
    shareFile(directory, paths.temporary);
    await rename(paths.temporary, paths.target);
  } catch (error) {
    await rm(paths.temporary, { force: true });
    throw systemError(error, 'writing to the sstate store', directory);
  }
}
