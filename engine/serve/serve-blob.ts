import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createZstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { Sha256Hex } from '../base/brands.ts';
import { sha256 } from '../base/sha256.ts';
import { temporaryPath } from '../sstate/local-blob-store.ts';
import { adoptBlobFile, type BlobFile, findBlobFile } from '../sstate/store-files.ts';
import { answer, type Exchange, readBody, tooLarge } from './request-context.ts';
import { zstdContentSize, zstdHeadBytes } from './zstd-size.ts';

const smallBytes = 1 << 20;
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
  const size = zstdContentSize(buffer.subarray(0, bytesRead));
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
  const { request, limits, directory } = exchange;
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) return answer(exchange, 411, 'Content-Length is needed');
  if (length > limits.blobBytes) return tooLarge(exchange, limits.blobBytes);
  if ((await findBlobFile(directory, hash)) !== undefined) return answer(exchange, 200, '');
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'zstd') return answer(exchange, 415, 'only zstd is understood');
  const isPacked = encoding === 'zstd';
  if (length <= smallBytes) await takeSmall(exchange, { hash, isPacked });
  else await takeLarge(exchange, { hash, isPacked });
}

async function takeSmall(exchange: Exchange, what: { hash: string; isPacked: boolean }): Promise<void> {
  const body = await readBody(exchange, smallBytes);
  if (body === undefined) return;
  const most = Math.min(exchange.limits.blobBytes, 256 * smallBytes);
  const plain = what.isPacked ? unpacked(body, most) : body;
  if (plain === undefined || sha256(plain) !== what.hash)
    return answer(exchange, 400, 'the content has another digest');
  await exchange.store.blobs.putBytes(plain);
  answer(exchange, 200, '');
}

function unpacked(body: Buffer, most: number): Buffer | undefined {
  try {
    return zstdDecompressSync(body, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}

async function takeLarge(exchange: Exchange, what: { hash: Sha256Hex; isPacked: boolean }): Promise<void> {
  const { limits } = exchange;
  const outcome = await keepLarge(exchange, what);
  if (outcome === 'too-large') return tooLarge(exchange, limits.blobBytes);
  if (outcome !== what.hash) return answer(exchange, 400, 'the content has another digest');
  answer(exchange, 200, '');
}

/** The digest of what came, or what is wrong with it; it is a blob of the store if it is the right one. */
async function keepLarge(
  { request, directory, limits }: Exchange,
  what: { hash: Sha256Hex; isPacked: boolean },
): Promise<string> {
  const temporary = temporaryPath(directory);
  mkdirSync(dirname(temporary), { recursive: true });
  try {
    const check = new ContentCheck(what.isPacked, limits.blobBytes);
    await pipeline(request, check.stream, createWriteStream(temporary, { flags: 'wx' }));
    const outcome = await check.finish();
    if (outcome === what.hash)
      await adoptBlobFile(directory, { temporary, hash: what.hash, compressed: what.isPacked });
    return outcome;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Hashes the plain content of what passes through. */
class ContentCheck {
  readonly stream: Transform;
  readonly #hash = createHash('sha256');
  readonly #unpack: ReturnType<typeof createZstdDecompress> | undefined;
  readonly #unpacked: Promise<void> | undefined;
  #size = 0;
  #isBroken = false;

  constructor(isPacked: boolean, most: number) {
    const take = (chunk: Buffer): void => {
      this.#size += chunk.byteLength;
      if (this.#size <= most) this.#hash.update(chunk);
    };
    const unpack = isPacked ? createZstdDecompress() : undefined;
    this.#unpack = unpack;
    this.#most = most;
    this.#unpacked =
      unpack &&
      new Promise((resolve) => {
        unpack.on('data', take).once('end', resolve).once('close', resolve);
        unpack.once('error', () => {
          this.#isBroken = true;
          resolve();
        });
      });
    this.stream = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        if (unpack === undefined) take(chunk);
        if (unpack === undefined || this.#isBroken || this.#size > most || unpack.write(chunk)) done(null, chunk);
        else {
          const go = (): void => {
            unpack.off('drain', go).off('close', go);
            done(null, chunk);
          };
          unpack.once('drain', go).once('close', go);
        }
      },
    });
  }

  readonly #most: number;

  /** The digest of the content, or what is wrong with it. */
  async finish(): Promise<string> {
    this.#unpack?.end();
    await this.#unpacked;
    if (this.#size > this.#most) return 'too-large';
    return this.#isBroken ? 'broken' : this.#hash.digest('hex');
  }
}
