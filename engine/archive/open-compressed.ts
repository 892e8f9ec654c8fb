import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import xz from 'xz-decompress';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';

/** How a file is compressed. */
export type Compression = 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd';

const magics: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** Tells the compression from the first bytes of a file. */
export function detectCompression(head: Uint8Array): Compression {
  return magics.find(([, magic]) => magic.every((byte, index) => head[index] === byte))?.[0] ?? 'none';
}

/** The first bytes of a file, fewer when it is shorter. */
export async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path).catch((error: unknown) => {
    throw systemError(error, 'reading', path);
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The content of a file, decompressed by what its first bytes say. Damage is thrown as `corrupt-archive`. */
export async function* openCompressed(path: string): AsyncGenerator<Uint8Array> {
  const compression = detectCompression(await readHead(path, 8));
  try {
    yield* decompress(path, compression);
  } catch (error) {
    throw error instanceof StxError ? error : corruptArchive(path, compression, error);
  }
}

/** Decompresses a file into a new file. */
export async function decompressFile(path: string, target: string): Promise<void> {
  const file = await open(target, 'w').catch((error: unknown) => {
    throw systemError(error, 'writing', target);
  });
  try {
    for await (const chunk of openCompressed(path)) {
      await file.appendFile(chunk).catch((error: unknown) => {
        throw systemError(error, 'writing', target);
      });
    }
  } finally {
    await file.close();
  }
}

function corruptArchive(path: string, compression: Compression, cause: unknown): StxError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return StxError.of('corrupt-archive', `\`${path}\` is damaged: ${compression} says ${reason}`, {
    cause,
    help: 'fetch it again; if its recorded SHA-256 fits, the publisher offers a damaged file',
  });
}

function decompress(path: string, compression: Compression): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'gzip':
      return through(path, createGunzip());
    case 'zstd':
      return through(path, createZstdDecompress());
    case 'xz':
      return xzChunks(path);
    case 'bzip2':
      return bzip2Chunks(path);
    case 'none':
      return createReadStream(path, { highWaterMark: 1 << 20 });
  }
}

/** An error on either side ends the iteration with it. */
async function* through(path: string, decoder: Transform): AsyncGenerator<Uint8Array> {
  const fed = pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), decoder, { end: true });
  fed.catch(() => undefined);
  yield* decoder as AsyncIterable<Uint8Array>;
}

async function* xzChunks(path: string): AsyncGenerator<Uint8Array> {
  const compressed = Readable.toWeb(createReadStream(path, { highWaterMark: 1 << 20 }));
  const plain = new xz.XzReadableStream(compressed as ConstructorParameters<typeof xz.XzReadableStream>[0]);
  yield* plain as unknown as ReadableStream<Uint8Array>;
}

/**
 * Neither Node nor an npm package of ours reads bzip2; the host's program dies of its closed pipe when we stop. It is
 * detached, so that a Ctrl-C at the terminal is not taken for damage.
 */
async function* bzip2Chunks(path: string): AsyncGenerator<Uint8Array> {
  const child = spawn('bzip2', ['-dc', path], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const ended = once(child, 'close');
  ended.catch(() => undefined);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  try {
    yield* child.stdout as AsyncIterable<Uint8Array>;
    const [code] = (await ended) as [number | null];
    if (code !== 0) throw new Error(complaint.trim().split('\n')[0] ?? `exit code ${code}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw StxError.of('missing-host-tools', '`bzip2` is needed to unpack', { help: 'install `bzip2`', cause: error });
  } finally {
    child.kill();
  }
}
