import { createHash, randomBytes } from 'node:crypto';
import { constants as copying, createReadStream, createWriteStream } from 'node:fs';
import { chmod, copyFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createZstdCompress, zstdCompress, zstdCompressSync } from 'node:zlib';
import { systemClock } from '../base/clock.ts';
import type { Digest } from '../base/digest.ts';
import { digestOf, digestOfFile } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import { processMark } from '../net/process-mark.ts';
import { compressedFrom, readBlob, writeBlob } from './blob-files.ts';
import { blobFileState } from './blob-state.ts';
import type { BlobStore } from './blob-store.ts';
import { inParallel } from './in-parallel.ts';
import { markAsUsed } from './mark-as-used.ts';
import { makeStoreFolder, shareFile } from './shared-folder.ts';

const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const compressAside = promisify(zstdCompress);
const inMemoryLimit = 1 << 20;
const asideLimit = 1 << 16;
const probeSize = 1 << 18;
const lookedAtOnce = 32;
/** A compressed file that takes as many blocks of the disk as the plain one is of no use. */
const blockSize = 4096;

/**
 * The blobs below `directory/cas`. A blob lies there as `HASH` (plain) or `HASH.zst`; it appears by a rename, so it is
 * whole or absent. What does not have its digest is moved to `directory/quarantine` and counts as missing. A blob that is
 * put again gets a new time of modification, by which the collection of garbage sees that it is in use.
 */
export class LocalBlobStore implements BlobStore {
  readonly directory: string;
  readonly #openedMs = systemClock.nowMs();
  readonly #folders = new Set<string>();

  constructor(directory: string) {
    this.directory = directory;
  }

  async findMissing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const found = await Promise.all(digests.map((digest) => this.#locate(digest)));
    return digests.filter((_, index) => found[index] === undefined);
  }

  /** Those that are missing; the others are in use from now on, so that no collection of garbage takes them. */
  async claim(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const missing: Digest[] = [];
    await inParallel(digests, lookedAtOnce, async (digest) => {
      if (!(await this.#keeps(digest))) missing.push(digest);
    });
    return missing;
  }

  async read(digest: Digest): Promise<Uint8Array | undefined> {
    const found = readBlob(this.directory, digest);
    if (!('damaged' in found)) return found.bytes;
    if (found.damaged !== undefined) await this.quarantine(found.damaged);
    return undefined;
  }

  async copyTo(digest: Digest, path: string, mode: number): Promise<boolean> {
    const temporary = `${path}.stx-${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      const written = await writeBlob(this.directory, { digest, path: temporary, mode });
      if (written.isWhole) await rename(temporary, path);
      else if (written.damaged !== undefined) await this.quarantine(written.damaged);
      return written.isWhole;
    } catch (error) {
      throw systemError(error, 'restoring', path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async putBytes(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    // What is there is read as well: otherwise a damaged blob that nobody restores would never be made anew.
    if ((await this.#keeps(digest)) && (await this.read(digest)) !== undefined) return digest;
    const packed = await compress(bytes);
    await this.#commit(digest, packed !== undefined, (temporary) => writeFile(temporary, packed ?? bytes));
    return digest;
  }

  async putFile(path: string): Promise<Digest> {
    const { size } = await stat(path);
    if (size <= inMemoryLimit) return this.putBytes(await readFile(path));
    const digest = await digestOfFile(path);
    if (await this.#keeps(digest)) return digest;
    const isPacked = await isCompressible(path, size);
    await this.#commit(digest, isPacked, (temporary) => storeStream(path, temporary, { digest, compress: isPacked }));
    return digest;
  }

  /** Sets a blob aside that does not hold what its name says, as is seen once more; false when it stays. */
  async quarantine(path: string): Promise<boolean> {
    return (await blobFileState(path)) === 'damaged' && setAside(this.directory, path);
  }

  async #commit(digest: Digest, compressed: boolean, write: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = temporaryPath(this.directory);
    const name = compressed ? `${digest.hash}.zst` : digest.hash;
    const target = join(this.directory, 'cas', digest.hash.slice(0, 2), name);
    try {
      for (const folder of [dirname(temporary), dirname(target)]) await this.#ensure(folder);
      await write(temporary);
      shareFile(this.directory, temporary);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw systemError(error, 'writing to the sstate store', this.directory);
    }
  }

  async #ensure(folder: string): Promise<void> {
    if (this.#folders.has(folder)) return;
    makeStoreFolder(this.directory, folder);
    this.#folders.add(folder);
  }

  /** Whether the blob is there; then it is marked as in use. */
  async #keeps(digest: Digest): Promise<boolean> {
    const blob = await this.#locate(digest);
    if (blob === undefined) return false;
    if (blob.mtimeMs >= this.#openedMs) return true;
    return markAsUsed(blob.path);
  }

  async #locate(digest: Digest): Promise<{ readonly path: string; readonly mtimeMs: number } | undefined> {
    const plain = join(this.directory, 'cas', digest.hash.slice(0, 2), digest.hash);
    const [plainStat, packedStat] = await Promise.all([statOrNothing(plain), statOrNothing(`${plain}.zst`)]);
    if (packedStat) return { path: `${plain}.zst`, mtimeMs: packedStat.mtimeMs };
    if (plainStat && plainStat.size === digest.sizeBytes) return { path: plain, mtimeMs: plainStat.mtimeMs };
    if (plainStat) await this.quarantine(plain);
    return undefined;
  }
}

/** Moves a file of the store to `quarantine`; false when it is gone, or somebody else's. */
export async function setAside(directory: string, path: string): Promise<boolean> {
  const folder = join(directory, 'quarantine');
  try {
    makeStoreFolder(directory, folder);
    await rename(path, join(folder, `${basename(path)}-${randomBytes(4).toString('hex')}`));
    return true;
  } catch {
    return false;
  }
}

/** A fresh name below the store's folder for unfinished files; it starts with the mark of this process. */
export function temporaryPath(directory: string): string {
  return join(directory, 'tmp', `${processMark()}-${randomBytes(8).toString('hex')}`);
}

async function statOrNothing(path: string): Promise<{ readonly size: number; readonly mtimeMs: number } | undefined> {
  return stat(path).catch(() => undefined);
}

/** The content as a zstd frame; `undefined` when that saves no block of the disk. */
async function compress(bytes: Uint8Array): Promise<Uint8Array | undefined> {
  if (bytes.byteLength < compressedFrom) return undefined;
  const packed =
    bytes.byteLength > asideLimit ? await compressAside(bytes, zstdOptions) : zstdCompressSync(bytes, zstdOptions);
  const blocks = (size: number): number => Math.ceil(size / blockSize);
  return blocks(packed.byteLength) < blocks(bytes.byteLength) ? packed : undefined;
}

/** Whether a sample from the middle gets at least a twentieth smaller. */
async function isCompressible(path: string, size: number): Promise<boolean> {
  const file = await open(path);
  try {
    const sample = Buffer.alloc(Math.min(probeSize, size));
    const { bytesRead } = await file.read(sample, 0, sample.length, Math.max(0, (size - sample.length) >> 1));
    return zstdCompressSync(sample.subarray(0, bytesRead), zstdOptions).byteLength < bytesRead * 0.95;
  } finally {
    await file.close();
  }
}

async function storeStream(source: string, target: string, how: { digest: Digest; compress: boolean }): Promise<void> {
  if (!how.compress) {
    await copyFile(source, target, copying.COPYFILE_FICLONE);
    // Modes are the tree's affair: a blob is neither a program nor anybody's secret.
    await chmod(target, 0o644);
    const copied = await digestOfFile(target);
    if (copied.hash !== how.digest.hash) throw new Error(`${source} changed while it was stored`);
    return;
  }
  const hash = createHash('sha256');
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const input = createReadStream(source, { highWaterMark: 1 << 20 });
  await pipeline(input, check, createZstdCompress(zstdOptions), createWriteStream(target));
  if (hash.digest('hex') !== how.digest.hash) throw new Error(`${source} changed while it was stored`);
}
