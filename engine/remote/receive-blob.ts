import { createHash, type Hash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import type { Digest } from '../base/digest.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { UrlError } from '../net/download-error.ts';
import type { HttpSession, HttpSink } from '../net/http-session.ts';
import { connectTimeoutText } from '../net/network-failure.ts';
import { claimPartFile, releasePartFile } from '../net/part-file.ts';
import { partialBlobPath } from '../sstate/partial-blobs.ts';
import { makeStoreFolder } from '../sstate/shared-folder.ts';
import { adoptBlobFile } from '../sstate/store-files.ts';
import { FrameScan } from '../sstate/zstd-frame.ts';

/** One blob to take from one server into a store. */
export interface BlobRequest {
  readonly digest: Digest;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly session: HttpSession;
  /** The store's folder. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Called with the number of bytes that came. */
  onBytes(count: number): void;
}

const retries = 3;
const backoffMs = 250;

/**
 * Receives a blob, plain or as zstd, continuing after a break what came before, and makes it a blob of the store once it
 * has its digest. Throws UrlError, or StxError when our own disk refuses.
 */
export async function receiveBlob(request: BlobRequest): Promise<void> {
  const { directory, digest } = request;
  const place = partialBlobPath(directory, digest.hash);
  makeStoreFolder(directory, dirname(place));
  const part = await claimPartFile(place);
  let writer: BlobWriter | undefined;
  try {
    writer = new BlobWriter(part.path, request);
    await receiveWithRetries(request, writer);
    await adoptBlobFile(directory, { temporary: part.path, hash: digest.hash, compressed: writer.isPacked });
  } catch (error) {
    if (writer?.isPacked !== false || !isWorthKeeping(error)) await rm(part.path, { force: true });
    throw isOfOurDisk(error) ? systemError(error, 'writing to the sstate store', directory) : error;
  } finally {
    writer?.close();
    await releasePartFile(place, part);
  }
}

/** Bytes of a connection that broke are continued by the next build; wrong ones, and those that filled the disk, are not. */
function isWorthKeeping(error: unknown): boolean {
  return !isOfOurDisk(error) && !(error instanceof UrlError && error.kind === 'wrong-content');
}

function isOfOurDisk(error: unknown): boolean {
  return error instanceof StxError || (error instanceof Error && 'errno' in error);
}

async function receiveWithRetries(request: BlobRequest, writer: BlobWriter): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const hadForeignBytes = writer.hasForeignBytes;
    try {
      await request.session.receive(
        {
          method: 'GET',
          url: request.url,
          headers: { ...request.headers, ...writer.headers() },
          signal: request.signal,
        },
        writer,
      );
      return await writer.finish();
    } catch (error) {
      const isOurFault = hadForeignBytes && error instanceof UrlError && error.kind === 'wrong-content';
      if (isOurFault) writer.restart();
      else if (!isPassing(error) || attempt >= retries) throw error;
      else await sleep(backoffMs * 2 ** attempt, undefined, { signal: request.signal });
    }
  }
}

/** Whether another attempt may do better; waiting for a connection once is enough. */
export function isPassing(error: unknown): boolean {
  return error instanceof UrlError && error.isWorthRetrying && error.message !== connectTimeoutText;
}

/** Writes a blob as it comes, and its hash with it. Runs in a thread of its own: writing and hashing block. */
class BlobWriter implements HttpSink {
  readonly #request: BlobRequest;
  readonly #file: number;
  #hash: Hash = createHash('sha256');
  #received = 0;
  #plain = 0;
  #total: number | undefined;
  #etag: string | undefined;
  #unpacker: Unpacker | undefined;
  #problem: UrlError | undefined;
  /** Whether the bytes so far are of an earlier process. */
  hasForeignBytes = false;

  constructor(path: string, request: BlobRequest) {
    this.#request = request;
    this.#file = openSync(path, 'a+');
    this.#hashPresent();
  }

  get isPacked(): boolean {
    return this.#unpacker !== undefined;
  }

  headers(): Readonly<Record<string, string>> {
    if (this.#received === 0) return { 'accept-encoding': 'zstd' };
    return {
      'accept-encoding': this.isPacked ? 'zstd' : 'identity',
      range: `bytes=${this.#received}-`,
      ...(this.#etag === undefined ? {} : { 'if-range': this.#etag }),
    };
  }

  start(status: number, headers: Readonly<Record<string, string>>): boolean {
    const isPacked = headers['content-encoding'] === 'zstd';
    const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '');
    const continues = status === 206 && Number(range?.[1]) === this.#received && isPacked === this.isPacked;
    if (status === 416 && this.#received > 0) {
      this.restart();
      throw new UrlError('cut-off', 'does not continue what it sent before', { retry: true });
    }
    if (status !== 200 && status !== 206) throw statusError(status);
    if (status === 206 && !continues) throw new UrlError('wrong-content', 'answers with another range than asked for');
    if (status === 200) this.#begin(isPacked);
    this.#etag = headers['etag']?.startsWith('"') ? headers['etag'] : undefined;
    const length = headers['content-length'];
    this.#total = status === 206 ? Number(range?.[2]) : length === undefined ? undefined : Number(length);
    const { sizeBytes } = this.#request.digest;
    if (!isPacked && this.#total !== undefined && this.#total !== sizeBytes) {
      throw new UrlError('wrong-content', `has ${this.#total} bytes where ${sizeBytes} belong`);
    }
    return true;
  }

  data(chunk: Buffer): undefined | Promise<void> {
    if (this.#problem !== undefined) throw this.#problem;
    this.#request.onBytes(chunk.byteLength);
    this.#received += chunk.byteLength;
    if (this.#received > mostPacked(this.#request.digest.sizeBytes)) this.#fail('sends more than its size says');
    else if (this.#unpacker === undefined) this.#take(chunk);
    if (this.#problem !== undefined) throw this.#problem;
    writeAll(this.#file, chunk);
    return this.#unpacker?.write(chunk);
  }

  /** Throws UrlError unless all came and has its digest. */
  async finish(): Promise<void> {
    if (this.#total !== undefined && this.#received < this.#total) throw this.#cutOff();
    await this.#unpacker?.end();
    if (this.#problem !== undefined) throw this.#problem;
    const { hash, sizeBytes } = this.#request.digest;
    if (this.#plain < sizeBytes && this.#unpacker === undefined) throw this.#cutOff();
    if (this.#hash.copy().digest('hex') !== hash)
      throw new UrlError('wrong-content', 'sends other content than its name says');
  }

  restart(): void {
    this.#begin(false);
  }

  close(): void {
    this.#unpacker?.destroy();
    closeSync(this.#file);
  }

  #begin(isPacked: boolean): void {
    ftruncateSync(this.#file, 0);
    this.#unpacker?.destroy();
    this.#hash = createHash('sha256');
    this.#received = 0;
    this.#plain = 0;
    this.#problem = undefined;
    this.hasForeignBytes = false;
    this.#unpacker = isPacked
      ? new Unpacker(
          (chunk) => this.#take(chunk),
          () => this.#fail('sends bytes that are not one zstd frame'),
        )
      : undefined;
  }

  #take(chunk: Buffer): void {
    this.#plain += chunk.byteLength;
    if (this.#plain > this.#request.digest.sizeBytes) this.#fail('sends more than its size says');
    else this.#hash.update(chunk);
  }

  #fail(reason: string): void {
    this.#problem ??= new UrlError('wrong-content', reason);
  }

  #cutOff(): UrlError {
    const size = this.#total ?? this.#request.digest.sizeBytes;
    return new UrlError('cut-off', `ended after ${this.#received} of ${size} bytes`, { retry: true });
  }

  #hashPresent(): void {
    const buffer = Buffer.alloc(1 << 20);
    for (;;) {
      const count = readSync(this.#file, buffer, 0, buffer.byteLength, this.#received);
      if (count === 0) break;
      this.#received += count;
      this.#take(buffer.subarray(0, count));
    }
    this.hasForeignBytes = this.#received > 0;
    if (this.#received >= this.#request.digest.sizeBytes) this.restart();
  }
}

/** No frame of a content takes more: blocks that do not get smaller lie plain in it, 3 bytes of head before each. */
function mostPacked(sizeBytes: number): number {
  return sizeBytes + sizeBytes / 128 + 65_536;
}

/** A file system that is almost full takes a part. */
function writeAll(file: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.byteLength; ) at += writeSync(file, chunk, at);
}

/** What an answer that is no content says. */
export function statusError(status: number): UrlError {
  if (status === 404 || status === 410) return new UrlError('not-found', `HTTP ${status}, not there`);
  return new UrlError('refused', `HTTP ${status}`, { retry: status >= 500 || status === 408 || status === 429 });
}

/** A zstd stream that is pushed into. */
class Unpacker {
  readonly #stream: ZstdDecompress;
  readonly #scan = new FrameScan();
  readonly #onError: () => void;
  readonly #ended: Promise<void>;

  constructor(onData: (chunk: Buffer) => void, onError: () => void) {
    this.#onError = onError;
    this.#stream = createZstdDecompress();
    this.#stream.on('data', onData);
    this.#ended = new Promise((resolve) => {
      this.#stream.once('end', resolve);
      this.#stream.once('close', resolve);
      this.#stream.once('error', () => {
        onError();
        resolve();
      });
    });
  }

  /** A promise when it takes no more for the moment. */
  write(chunk: Buffer): undefined | Promise<void> {
    this.#scan.take(chunk);
    if (this.#scan.isBroken) this.#onError();
    if (this.#stream.destroyed || this.#stream.write(chunk)) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    const go = (): void => {
      this.#stream.off('drain', go).off('close', go);
      resolve();
    };
    this.#stream.once('drain', go).once('close', go);
    return promise;
  }

  async end(): Promise<void> {
    if (!this.#scan.isWhole) this.#onError();
    this.#stream.end();
    await this.#ended;
  }

  destroy(): void {
    this.#stream.destroy();
  }
}
