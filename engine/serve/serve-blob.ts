import { createHash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress } from 'node:zlib';
import type { Sha256Hex } from '../base/brands.ts';
import { sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import { blobFileState, unpackFrame } from '../sstate/blob-state.ts';
import { temporaryPath } from '../sstate/local-blob-store.ts';
import { makeStoreFolder } from '../sstate/shared-folder.ts';
import { adoptBlobFile, type BlobFile, findBlobFile } from '../sstate/store-files.ts';
import { FrameScan, frameContentSize } from '../sstate/zstd-frame.ts';
import { answer, bodyOf, type Exchange, readBody, tooLarge } from './request-context.ts';

const smallBytes = 1 << 20;
/** The head of a zstd frame. */
const zstdHeadBytes = 18;
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** GET and HEAD of `/cas/HASH`: plain content, or the zstd frame as it lies there when the client takes that. */
export async function sendBlob(exchange: Exchange, hash: string): Promise<void> {
  const found = await findBlobFile(exchange.directory, hash);
  const file = found && (await open(found.path).catch(() => undefined));
  if (found === undefined || file === undefined) {
    if (hash === emptyHash) answer(exchange, 200, '');
    else answer(exchange, 404, 'not found');
    return;
  }
  try {
    await sendFile(exchange, file, await representation(exchange, file, { ...found, hash }));
  } finally {
    await file.close();
  }
}

interface Representation {
  /** Of what is sent when all is sent; `undefined`: not known. */
  readonly size: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The file holds a frame, and plain content is wanted. */
  readonly unpack: boolean;
}

async function representation(
  { request }: Exchange,
  file: FileHandle,
  blob: BlobFile & { readonly hash: string },
): Promise<Representation> {
  const common = {
    'content-type': 'application/octet-stream',
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
  };
  if (!blob.compressed)
    return { size: blob.storedBytes, unpack: false, headers: { ...common, etag: `"${blob.hash}"` } };
  if (/\bzstd\b/.test(String(request.headers['accept-encoding'] ?? ''))) {
    const headers = { ...common, etag: `"${blob.hash}-zstd"`, 'content-encoding': 'zstd' };
    return { size: blob.storedBytes, unpack: false, headers };
  }
  const { buffer, bytesRead } = await file.read(Buffer.alloc(zstdHeadBytes), 0, zstdHeadBytes, 0);
  const size = frameContentSize(buffer.subarray(0, bytesRead));
  return { size, unpack: true, headers: { ...common, etag: `"${blob.hash}"` } };
}

async function sendFile(exchange: Exchange, file: FileHandle, what: Representation): Promise<void> {
  const { request, response } = exchange;
  const { size } = what;
  const asked = size === undefined ? undefined : startOfRange(request.headers, what.headers['etag']);
  const from = asked ?? 0;
  if (size !== undefined && from > 0 && from >= size) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(asked === undefined ? 200 : 206, {
    ...what.headers,
    ...(size !== undefined && { 'content-length': size - from, 'accept-ranges': 'bytes' }),
    ...(size !== undefined && asked !== undefined && { 'content-range': `bytes ${from}-${size - 1}/${size}` }),
  });
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const start = what.unpack ? 0 : from;
  const input = file.createReadStream({ start, highWaterMark: 1 << 20, autoClose: false });
  if (!what.unpack) await pipeline(input, response);
  else await pipeline(input, createZstdDecompress(), skipping(from), response);
}

/** `Range: bytes=N-` of the same representation; other ranges are answered with all of it. */
function startOfRange(
  headers: { readonly range?: string | undefined; readonly 'if-range'?: string | undefined },
  etag: string | undefined,
): number | undefined {
  const from = /^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1];
  const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
  return from !== undefined && isSame ? Number(from) : undefined;
}

function skipping(count: number): Transform {
  let left = count;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const rest = chunk.subarray(Math.min(left, chunk.byteLength));
      left -= chunk.byteLength - rest.byteLength;
      done(null, rest);
    },
  });
}

/** PUT of `/cas/HASH`: kept once the content, plain or sent as zstd, has that digest. */
export async function takeBlob(exchange: Exchange, hash: Sha256Hex): Promise<void> {
  const { request, limits } = exchange;
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) return answer(exchange, 411, 'Content-Length is needed');
  if (length > limits.blobBytes) return tooLarge(exchange, limits.blobBytes);
  if (await hasWhole(exchange, hash)) return answer(exchange, 200, '');
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'zstd') return answer(exchange, 415, 'only zstd is understood');
  const isPacked = encoding === 'zstd';
  if (length <= smallBytes) await takeSmall(exchange, { hash, isPacked });
  else await takeLarge(exchange, { hash, isPacked });
}

/** Whether the blob is there and right: whoever sends it all the same has perhaps seen that it is not. */
async function hasWhole({ directory, store }: Exchange, hash: string): Promise<boolean> {
  for (let found = await findBlobFile(directory, hash); found; found = await findBlobFile(directory, hash)) {
    if ((await blobFileState(found.path)) === 'whole') return true;
    if (!(await store.blobs.quarantine(found.path))) return false;
  }
  return false;
}

async function takeSmall(exchange: Exchange, what: { hash: string; isPacked: boolean }): Promise<void> {
  const body = await readBody(exchange, smallBytes);
  if (body === undefined) return;
  const most = Math.min(exchange.limits.blobBytes, 256 * smallBytes);
  const plain = what.isPacked ? unpackFrame(body, most) : body;
  if (plain === undefined || sha256(plain) !== what.hash)
    return answer(exchange, 400, 'the content has another digest');
  await exchange.store.blobs.putBytes(plain);
  answer(exchange, 200, '');
}

async function takeLarge(exchange: Exchange, what: { hash: Sha256Hex; isPacked: boolean }): Promise<void> {
  const { limits } = exchange;
  const outcome = await keepLarge(exchange, what);
  if (outcome === 'too-large') return tooLarge(exchange, limits.blobBytes);
  if (outcome !== what.hash) return answer(exchange, 400, 'the content has another digest');
  answer(exchange, 200, '');
}

/** The digest of what came, or what is wrong with it; it is a blob of the store if it is the right one. */
async function keepLarge(exchange: Exchange, what: { hash: Sha256Hex; isPacked: boolean }): Promise<string> {
  const { directory, limits } = exchange;
  const temporary = temporaryPath(directory);
  const check = new ContentCheck(what.isPacked, limits.blobBytes);
  try {
    makeStoreFolder(directory, dirname(temporary));
    await using file = await open(temporary, 'wx');
    for await (const chunk of bodyOf(exchange)) {
      await Promise.all([check.take(chunk), file.appendFile(chunk)]);
      if (check.isHopeless) break;
    }
    const outcome = await check.finish();
    if (outcome === what.hash)
      await adoptBlobFile(directory, { temporary, hash: what.hash, compressed: what.isPacked });
    return outcome;
  } catch (error) {
    throw error instanceof Error && 'errno' in error
      ? systemError(error, 'writing to the sstate store', directory)
      : error;
  } finally {
    check.destroy();
    await rm(temporary, { force: true });
  }
}

/** Hashes the plain content of what is taken. */
class ContentCheck {
  readonly #hash = createHash('sha256');
  readonly #scan = new FrameScan();
  readonly #unpack: ReturnType<typeof createZstdDecompress> | undefined;
  readonly #most: number;
  #size = 0;
  #isBroken = false;

  constructor(isPacked: boolean, most: number) {
    this.#most = most;
    if (!isPacked) return;
    this.#unpack = createZstdDecompress();
    this.#unpack.on('data', (chunk: Buffer) => this.#count(chunk));
    this.#unpack.once('error', () => {
      this.#isBroken = true;
    });
  }

  /** Whatever else comes, it is not the right content. */
  get isHopeless(): boolean {
    return this.#isBroken || this.#size > this.#most;
  }

  /** Settles when more can be taken. */
  async take(chunk: Buffer): Promise<void> {
    if (this.#unpack === undefined) return this.#count(chunk);
    this.#scan.take(chunk);
    if (this.#scan.isBroken) this.#isBroken = true;
    if (this.isHopeless || this.#unpack.destroyed || this.#unpack.write(chunk)) return;
    await settled(this.#unpack, 'drain');
  }

  /** The digest of the content, or what is wrong with it. */
  async finish(): Promise<string> {
    if (this.#unpack !== undefined && !this.isHopeless && !this.#unpack.destroyed) {
      const ended = settled(this.#unpack, 'end');
      this.#unpack.end();
      await ended;
      if (!this.#scan.isWhole) this.#isBroken = true;
    }
    if (this.#size > this.#most) return 'too-large';
    return this.#isBroken ? 'broken' : this.#hash.digest('hex');
  }

  destroy(): void {
    this.#unpack?.destroy();
  }

  #count(chunk: Buffer): void {
    this.#size += chunk.byteLength;
    if (this.#size <= this.#most) this.#hash.update(chunk);
  }
}

/** Waits for an event of a stream, or for its end by an error. */
function settled(stream: Transform, event: 'drain' | 'end'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const go = (): void => {
    stream.off(event, go).off('close', go);
    resolve();
  };
  stream.once(event, go).once('close', go);
  return promise;
}
