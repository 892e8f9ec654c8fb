import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Digest } from '../base/digest.ts';
import { digestOf, digestOfFile } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import { processMark } from '../net/process-mark.ts';
import type { BlobStore } from './blob-store.ts';

const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
const inMemoryLimit = 1 << 20;
const probeSize = 1 << 18;

/**
 * The blobs below `directory/cas`. A blob lies there as `HASH` (plain) or `HASH.zst`; it appears by a rename, so it is
 * whole or absent. What does not have its digest is moved to `directory/quarantine` and counts as missing.
 */
export class LocalBlobStore implements BlobStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async findMissing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    const found = await Promise.all(digests.map((digest) => this.#locate(digest)));
    return digests.filter((_, index) => found[index] === undefined);
  }

  async read(digest: Digest): Promise<Uint8Array | undefined> {
    const blob = await this.#locate(digest);
    if (blob === undefined) return undefined;
    try {
      const stored = await readFile(blob.path);
      const bytes = blob.compressed ? zstdDecompressSync(stored) : stored;
      if (digestOf(bytes).hash === digest.hash) return bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    }
    await this.#quarantine(blob.path);
    return undefined;
  }

  async copyTo(digest: Digest, path: string, mode: number): Promise<boolean> {
    const blob = await this.#locate(digest);
    if (blob === undefined) return false;
    const temporary = `${path}.stx-${process.pid}-${randomBytes(4).toString('hex')}`;
    try {
      const isWhole = await writeVerified(blob, { digest, path: temporary, mode });
      if (isWhole) await rename(temporary, path);
      else await this.#quarantine(blob.path);
      return isWhole;
    } catch (error) {
      throw systemError(error, 'restoring', path);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async putBytes(bytes: Uint8Array): Promise<Digest> {
    const digest = digestOf(bytes);
    if ((await this.#locate(digest)) !== undefined) return digest;
    const packed = zstdCompressSync(bytes, zstdOptions);
    const isSmaller = packed.byteLength < bytes.byteLength;
    await this.#commit(digest, isSmaller, (temporary) => writeFile(temporary, isSmaller ? packed : bytes));
    return digest;
  }

  async putFile(path: string): Promise<Digest> {
    const { size } = await stat(path);
    if (size <= inMemoryLimit) return this.putBytes(await readFile(path));
    const digest = await digestOfFile(path);
    if ((await this.#locate(digest)) !== undefined) return digest;
    const compress = await isCompressible(path, size);
    await this.#commit(digest, compress, (temporary) => storeStream(path, temporary, { digest, compress }));
    return digest;
  }

  async #commit(digest: Digest, compressed: boolean, write: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = temporaryPath(this.#directory);
    const target = join(
      this.#directory,
      'cas',
      digest.hash.slice(0, 2),
      compressed ? `${digest.hash}.zst` : digest.hash,
    );
    try {
      await mkdir(dirname(temporary), { recursive: true });
      await mkdir(dirname(target), { recursive: true });
      await write(temporary);
      await rename(temporary, target);
    } catch (error) {
      throw systemError(error, 'writing to the sstate store', this.#directory);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async #locate(digest: Digest): Promise<StoredBlob | undefined> {
    const plain = join(this.#directory, 'cas', digest.hash.slice(0, 2), digest.hash);
    const [plainStat, packedStat] = await Promise.all([statOrNothing(plain), statOrNothing(`${plain}.zst`)]);
    if (packedStat) return { path: `${plain}.zst`, compressed: true };
    if (plainStat && plainStat.size === digest.sizeBytes) return { path: plain, compressed: false };
    if (plainStat) await this.#quarantine(plain);
    return undefined;
  }

  async #quarantine(path: string): Promise<void> {
    const folder = join(this.#directory, 'quarantine');
    await mkdir(folder, { recursive: true });
    await rename(path, join(folder, `${path.split('/').at(-1)}-${randomBytes(4).toString('hex')}`)).catch(
      () => undefined,
    );
  }
}

interface StoredBlob {
  readonly path: string;
  readonly compressed: boolean;
}

/** A fresh name below the store's folder for unfinished files; it starts with the mark of this process. */
export function temporaryPath(directory: string): string {
  return join(directory, 'tmp', `${processMark()}-${randomBytes(8).toString('hex')}`);
}

async function statOrNothing(path: string): Promise<{ readonly size: number } | undefined> {
  return stat(path).catch(() => undefined);
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
    await copyFile(source, target);
    const copied = await digestOfFile(target);
    if (copied.hash !== how.digest.hash) throw new Error(`${source} changed while it was stored`);
    return;
  }
  const check = hashing();
  const input = createReadStream(source, { highWaterMark: 1 << 20 });
  await pipeline(input, check.stream, createZstdCompress(zstdOptions), createWriteStream(target));
  if (check.hash() !== how.digest.hash) throw new Error(`${source} changed while it was stored`);
}

async function writeVerified(blob: StoredBlob, to: { digest: Digest; path: string; mode: number }): Promise<boolean> {
  const check = hashing();
  const input = createReadStream(blob.path, { highWaterMark: 1 << 20 });
  const output = createWriteStream(to.path, { mode: to.mode });
  try {
    if (blob.compressed) await pipeline(input, createZstdDecompress(), check.stream, output);
    else await pipeline(input, check.stream, output);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code.startsWith('ZSTD') || code.startsWith('Z_') || code.startsWith('ERR_')) return false;
    if (code === 'ENOENT') return false;
    throw error;
  }
  return check.hash() === to.digest.hash;
}

function hashing(): { readonly stream: Transform; hash(): string } {
  const hash = createHash('sha256');
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  return { stream, hash: () => hash.digest('hex') };
}
