import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import { FrameScan, isOneFrame } from './zstd-frame.ts';

/** Whether a file of the store holds what its name says; `unknown`: it is gone, or not ours to read. */
export type BlobState = 'whole' | 'damaged' | 'unknown';

/** Reads a file below `cas` and compares it with its name. */
export async function blobFileState(path: string): Promise<BlobState> {
  const hash = basename(path, '.zst');
  try {
    return (await contentHash(path, path.endsWith('.zst'))) === hash ? 'whole' : 'damaged';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return ['ENOENT', 'EACCES', 'EPERM'].includes(code) ? 'unknown' : 'damaged';
  }
}

/** SHA-256 of what a file holds; `undefined` when it should be one zstd frame and is not. Throws what the file system throws. */
export async function contentHash(path: string, compressed: boolean): Promise<string | undefined> {
  const hash = createHash('sha256');
  const count = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of chunks) hash.update(chunk);
  };
  const input = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!compressed) {
    await pipeline(input, count);
    return hash.digest('hex');
  }
  const { scan, through } = scanning();
  try {
    await pipeline(input, through, createZstdDecompress({ chunkSize: 1 << 18 }), count);
  } catch (error) {
    if (isFrameError(error)) return undefined;
    throw error;
  }
  return scan.isWhole ? hash.digest('hex') : undefined;
}

/** Lets a stream through, and says whether it was one zstd frame. */
export function scanning(): { readonly scan: FrameScan; readonly through: Transform } {
  const scan = new FrameScan();
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      scan.take(chunk);
      done(scan.isBroken ? Object.assign(new Error('not one frame'), { code: 'ZSTD_not_one_frame' }) : null, chunk);
    },
  });
  return { scan, through };
}

/** Whether an error is of the bytes that were to be unpacked, not of the system. */
export function isFrameError(error: unknown): boolean {
  return /^(ZSTD|Z_|ERR_)/.test((error as NodeJS.ErrnoException).code ?? '');
}

/** The content of one zstd frame; `undefined` when it is none, is followed by something, or holds more than `most` bytes. */
export function unpackFrame(bytes: Uint8Array, most: number): Buffer | undefined {
  if (!isOneFrame(bytes)) return undefined;
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}
