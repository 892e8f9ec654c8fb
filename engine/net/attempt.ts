import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Dispatcher, request } from 'undici';
import { systemError } from '../base/system-error.ts';
import { UrlError } from './download-error.ts';
import { networkFailure } from './network-failure.ts';

/** What one attempt needs: where the bytes come from, where they go, how long to wait for them. */
export interface Attempt {
  readonly url: string;
  readonly partPath: string;
  readonly dispatcher: Dispatcher;
  readonly stallMs: number;
  readonly sizeBytes: number | undefined;
  /** Strong ETag that the present bytes came with, to continue only the same file. */
  readonly etag: string | undefined;
  /** Bytes of an unknown origin must not be continued when no digest will judge them. */
  readonly mayContinue: boolean;
  readonly signal: AbortSignal | undefined;
  onStart(start: { readonly etag: string | undefined; readonly isFresh: boolean }): void;
  onBytes(received: number, total: number | undefined): void;
}

/** A whole file in the part file, with its sum. */
export interface Received {
  readonly sha256: string;
  readonly sizeBytes: number;
}

interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly continuedFrom: number;
  readonly total: number | undefined;
}

/** Receives one URL into the part file, continuing what is there. Throws UrlError, or StxError for our own disk. */
export async function receive(attempt: Attempt): Promise<Received> {
  const present = attempt.mayContinue ? await sizeOf(attempt.partPath) : 0;
  if (attempt.sizeBytes !== undefined && present === attempt.sizeBytes && present > 0) return hashPresent(attempt);
  const from = attempt.sizeBytes !== undefined && present > attempt.sizeBytes ? 0 : present;
  const source = attempt.url.startsWith('file:') ? openLocal(attempt) : await openRemote(attempt, from);
  const hash = createHash('sha256');
  if (source.continuedFrom > 0) await addFile(hash, attempt.partPath);
  const size = await store(attempt, source, hash);
  if (source.total !== undefined && size !== source.total) {
    throw new UrlError('cut-off', `ended after ${size} of ${source.total} bytes`, { retry: true });
  }
  return { sha256: hash.digest('hex'), sizeBytes: size };
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function hashPresent(attempt: Attempt): Promise<Received> {
  const hash = createHash('sha256');
  await addFile(hash, attempt.partPath);
  return { sha256: hash.digest('hex'), sizeBytes: attempt.sizeBytes ?? 0 };
}

async function addFile(hash: Hash, path: string): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
}

function openLocal(attempt: Attempt): Source {
  const path = fileURLToPath(attempt.url);
  attempt.onStart({ etag: undefined, isFresh: true });
  return { chunks: localChunks(path), continuedFrom: 0, total: undefined };
}

async function* localChunks(path: string): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) yield chunk as Buffer;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UrlError('not-found', 'no such file');
    throw new UrlError('refused', `cannot be read (${code})`);
  }
}

async function openRemote(attempt: Attempt, from: number): Promise<Source> {
  const response = await send(attempt, from);
  const status = response.statusCode;
  if (status === 206 && from > 0) {
    const total = continuedTotal(response, from);
    attempt.onStart({ etag: strongEtag(response), isFresh: false });
    return { chunks: response.body, continuedFrom: from, total };
  }
  if (status === 200) {
    attempt.onStart({ etag: strongEtag(response), isFresh: true });
    const length = Number(response.headers['content-length']);
    return { chunks: response.body, continuedFrom: 0, total: Number.isFinite(length) ? length : undefined };
  }
  await response.body.dump().catch(() => undefined);
  if (status === 416 && from > 0) return openRemote(attempt, 0);
  throw statusError(status);
}

function statusError(status: number): UrlError {
  if (status === 404 || status === 410) return new UrlError('not-found', `HTTP ${status}, not there`);
  const retry = status >= 500 || status === 408 || status === 429;
  return new UrlError('refused', `HTTP ${status}`, { retry });
}

async function send(attempt: Attempt, from: number): Promise<Dispatcher.ResponseData> {
  const url = new URL(attempt.url);
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'stx-bake' };
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    url.username = '';
    url.password = '';
  }
  if (from > 0) {
    headers['range'] = `bytes=${from}-`;
    if (attempt.etag !== undefined) headers['if-range'] = attempt.etag;
  }
  try {
    return await request(url, {
      dispatcher: attempt.dispatcher,
      headers,
      headersTimeout: attempt.stallMs,
      bodyTimeout: attempt.stallMs,
      signal: attempt.signal ?? null,
    });
  } catch (error) {
    throw networkError(error, attempt);
  }
}

/** Total size of a partial answer; an answer that does not continue our bytes is an error worth a new start. */
function continuedTotal(response: Dispatcher.ResponseData, from: number): number | undefined {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(response.headers['content-range'] ?? ''));
  if (range === null || Number(range[1]) !== from) {
    response.body.destroy();
    throw new UrlError('refused', 'answers with another range than asked for');
  }
  return range[2] === '*' ? undefined : Number(range[2]);
}

function strongEtag(response: Dispatcher.ResponseData): string | undefined {
  const etag = response.headers['etag'];
  return typeof etag === 'string' && etag.startsWith('"') ? etag : undefined;
}

async function store(attempt: Attempt, source: Source, hash: Hash): Promise<number> {
  const file = await open(attempt.partPath, source.continuedFrom > 0 ? 'a' : 'w').catch((error: unknown) => {
    throw systemError(error, 'writing', attempt.partPath);
  });
  try {
    let size = source.continuedFrom;
    for await (const chunk of guarded(source.chunks, attempt)) {
      size += chunk.byteLength;
      if (attempt.sizeBytes !== undefined && size > attempt.sizeBytes) {
        await file.truncate(0);
        throw new UrlError('wrong-content', `sends more than the expected ${attempt.sizeBytes} bytes`);
      }
      await append(file, chunk, attempt.partPath);
      hash.update(chunk);
      attempt.onBytes(size, source.total ?? attempt.sizeBytes);
    }
    return size;
  } finally {
    await file.close();
  }
}

async function append(file: FileHandle, chunk: Uint8Array, path: string): Promise<void> {
  try {
    await file.appendFile(chunk);
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}

async function* guarded(chunks: AsyncIterable<Uint8Array>, attempt: Attempt): AsyncIterable<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw networkError(error, attempt);
  }
}

function networkError(error: unknown, attempt: Attempt): unknown {
  if (error instanceof UrlError) return error;
  if (attempt.signal?.aborted === true) return attempt.signal.reason;
  return networkFailure(error, attempt);
}
