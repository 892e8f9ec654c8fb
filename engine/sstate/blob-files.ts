import { createHash, hash as hashOf } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { Digest } from '../base/digest.ts';
import { isFrameError, scanning } from './blob-state.ts';
import { isOneFrame } from './zstd-frame.ts';

/**
 * The content of a blob, or what is in its place: nothing (`damaged` undefined), or the path of a file that is damaged, or
 * of another size than the digest says: `LocalBlobStore.quarantine` tells these apart.
 */
export type ReadBlob = { readonly bytes: Uint8Array } | { readonly damaged: string | undefined };

/** Where a blob is to be written; nothing may be there. */
export interface BlobTarget {
  readonly digest: Digest;
  readonly path: string;
  readonly mode: number;
}

/** Whether the file is there with the right content; if not, the damaged file of the store if one was the reason. */
export type WrittenBlob =
  | { readonly isWhole: true }
  | { readonly isWhole: false; readonly damaged: string | undefined };

/** Blobs up to this size are written from memory. */
const inMemoryLimit = 1 << 26;
const chunkSize = 1 << 20;
const scratchSize = 4 << 20;

/** Smaller contents lie plain in the store: unpacking them costs more than the blocks of the disk are worth. */
export const compressedFrom = 16_384;

/** Memory that one reader uses again and again: large allocations cost more than the reading. */
export function makeScratch(): Buffer {
  return Buffer.allocUnsafeSlow(scratchSize);
}

/**
 * Reads a blob of the store in `directory` in one piece and verifies it. With `scratch` the bytes may lie in it, and hold
 * until the next call. Throws what the file system throws.
 */
export function readBlob(directory: string, digest: Digest, scratch?: Buffer): ReadBlob {
  const plain = join(directory, 'cas', digest.hash.slice(0, 2), digest.hash);
  // A file that is not there costs an exception: the likely one comes first.
  const names = digest.sizeBytes < compressedFrom ? [plain, `${plain}.zst`] : [`${plain}.zst`, plain];
  for (const path of names) {
    const stored = readOrNothing(path, scratch);
    if (stored === undefined) continue;
    const bytes = path === plain ? stored : unpack(stored, digest.sizeBytes);
    if (bytes?.byteLength === digest.sizeBytes && hashOf('sha256', bytes, 'hex') === digest.hash) return { bytes };
    return { damaged: path };
  }
  return { damaged: undefined };
}

/**
 * Writes a blob to a new file and verifies it; a wrong one leaves a file that is to be thrown away. Mostly synchronous:
 * for threads that do nothing else. Throws what the file system throws.
 */
export async function writeBlob(directory: string, target: BlobTarget, scratch?: Buffer): Promise<WrittenBlob> {
  if (target.digest.sizeBytes > inMemoryLimit) return writeLargeBlob(directory, target);
  const found = readBlob(directory, target.digest, scratch);
  if ('damaged' in found) return { isWhole: false, damaged: found.damaged };
  writeWhole(target, found.bytes);
  return { isWhole: true };
}

function writeWhole({ path, mode }: BlobTarget, bytes: Uint8Array): void {
  const file = openSync(path, 'wx', mode);
  try {
    for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
    if ((mode & ~process.umask() & 0o777) !== mode) fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}

async function writeLargeBlob(directory: string, target: BlobTarget): Promise<WrittenBlob> {
  const plain = join(directory, 'cas', target.digest.hash.slice(0, 2), target.digest.hash);
  try {
    if (await unpackTo(`${plain}.zst`, target)) return { isWhole: true };
    return { isWhole: false, damaged: `${plain}.zst` };
  } catch (error) {
    if (!isAbsent(error, plain)) throw error;
  }
  try {
    // A clone where the file system can. What is verified is the copy.
    copyFileSync(plain, target.path, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  } catch (error) {
    if (isAbsent(error, plain)) return { isWhole: false, damaged: undefined };
    throw error;
  }
  const file = openSync(target.path, 'r+');
  try {
    if (fstatSync(file).size !== target.digest.sizeBytes || hashOfFile(file) !== target.digest.hash)
      return { isWhole: false, damaged: plain };
    fchmodSync(file, target.mode);
    return { isWhole: true };
  } finally {
    closeSync(file);
  }
}

/** False when the content is not what it should be. */
async function unpackTo(source: string, { digest, path, mode }: BlobTarget): Promise<boolean> {
  const file = openSync(source, 'r');
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.byteLength;
      done(sizeBytes > digest.sizeBytes ? new RangeError('more content than its digest says') : null, chunk);
    },
  });
  const input = createReadStream('', { fd: file, highWaterMark: chunkSize });
  const { scan, through } = scanning();
  const output = createWriteStream(path, { flags: 'wx', mode });
  try {
    await pipeline(input, through, createZstdDecompress({ chunkSize }), check, output);
  } catch (error) {
    if (error instanceof RangeError || isFrameError(error)) return false;
    throw error;
  }
  if (!scan.isWhole || sizeBytes !== digest.sizeBytes || hash.digest('hex') !== digest.hash) return false;
  const written = openSync(path, 'r');
  fchmodSync(written, mode);
  closeSync(written);
  return true;
}

/** SHA-256 of a file of a known size, in hexadecimal. Synchronous; throws what the file system throws. */
export function hashOfContent(path: string, sizeBytes: number): string {
  if (sizeBytes <= chunkSize) return hashOf('sha256', readFileSync(path), 'hex');
  const file = openSync(path, 'r');
  try {
    return hashOfFile(file);
  } finally {
    closeSync(file);
  }
}

function hashOfFile(file: number): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkSize);
  for (;;) {
    const count = readSync(file, buffer);
    if (count === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, count));
  }
}

function readOrNothing(path: string, scratch: Buffer | undefined): Buffer | undefined {
  try {
    return scratch === undefined ? readFileSync(path) : readInto(scratch, path);
  } catch (error) {
    // What another user keeps for himself is not there for this one.
    if (['ENOENT', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function readInto(scratch: Buffer, path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(file, scratch, length, scratch.byteLength - length, null);
      length += count;
      if (count === 0) return scratch.subarray(0, length);
      if (length === scratch.byteLength) return Buffer.concat([scratch, readFileSync(file)]);
    }
  } finally {
    closeSync(file);
  }
}

/** A file of the store is not there for this user (and not the target's folder). */
function isAbsent(error: unknown, plain: string): boolean {
  const { code, path = '' } = error as NodeJS.ErrnoException;
  return (code === 'ENOENT' || code === 'EACCES') && path.startsWith(plain);
}

/** The content of a zstd frame in one buffer of the right size; `undefined` when it is none, or holds more. */
function unpack(stored: Uint8Array, sizeBytes: number): Uint8Array | undefined {
  const least = 64;
  if (!isOneFrame(stored)) return undefined;
  try {
    return zstdDecompressSync(stored, { chunkSize: Math.max(least, sizeBytes), maxOutputLength: sizeBytes + 1 });
  } catch {
    return undefined;
  }
}
