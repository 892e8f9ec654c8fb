import { createReadStream } from 'node:fs';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createZstdDecompress } from 'node:zlib';
import type { Digest } from '../base/digest.ts';
import { UrlError } from '../net/download-error.ts';
import type { HttpAnswer, HttpRequest, HttpSession } from '../net/http-session.ts';
import { processMark } from '../net/process-mark.ts';
import { inParallel } from '../sstate/in-parallel.ts';
import type { BlobFile } from '../sstate/store-files.ts';
import { folderLayout } from './file-source.ts';
import { type MirrorAddress, mirrorHeaders } from './mirror-address.ts';
import { bytesOfAnswer, type MirrorHealth } from './mirror-health.ts';
import { isPassing } from './receive-blob.ts';

/** A blob of the local store that was found to have its digest; a small one with its content, unpacked. */
export interface SoundBlob extends BlobFile {
  readonly bytes?: Uint8Array | undefined;
}

/** Where results are published: a few verbs on paths below its URL. */
export interface PublishPlace {
  readonly url: string;
  /** Whether others learn of results by lists that are left there; `cache serve` answers for itself. */
  needsLists(): boolean;
  findMissing(digests: readonly Digest[]): Promise<readonly Digest[]>;
  /** Puts a blob of the local store there; returns how many bytes were sent. */
  putBlob(digest: Digest, blob: SoundBlob): Promise<number>;
  /** `undefined` when nothing is there; what cannot be read is an error, or it would be written over. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Whether just these bytes are at the path. */
  holds(path: string, bytes: Uint8Array): Promise<boolean>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** What cannot be removed stays. */
  remove(path: string): Promise<void>;
}

/** The batch call of `cache serve`: digests in, those that are missing out. */
export const missingBlobsPath = 'stx/missing-blobs';
/** Type of its answer. */
export const missingBlobsType = 'application/x-stx-missing-blobs';

const parallel = 16;
const retries = 2;
const backoffMs = 250;
const mostBytes = 512 << 20;

/** A server over HTTP: `cache serve`, bazel-remote, nginx with WebDAV. */
export class HttpPlace implements PublishPlace {
  readonly url: string;
  readonly #address: MirrorAddress;
  readonly #session: HttpSession;
  readonly #health: MirrorHealth;
  #isServe: boolean | undefined;

  constructor(address: MirrorAddress, session: HttpSession, health: MirrorHealth) {
    this.url = address.url;
    this.#address = address;
    this.#session = session;
    this.#health = health;
  }

  needsLists(): boolean {
    return this.#isServe !== true;
  }

  async findMissing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    if (this.#isServe !== false) {
      const missing = await this.#askBatch(digests);
      if (missing !== undefined) return digests.filter(({ hash }) => missing.has(hash));
    }
    const missing: Digest[] = [];
    await inParallel(digests, parallel, async (digest) => {
      const { status } = await this.#patiently(async () => {
        const answer = await this.#send({ method: 'HEAD', path: `cas/${digest.hash}` });
        if (![200, 404, 410].includes(answer.status)) throw refusal(answer.status);
        return answer;
      });
      if (status !== 200) missing.push(digest);
    });
    return missing;
  }

  async #askBatch(digests: readonly Digest[]): Promise<ReadonlySet<string> | undefined> {
    const body = Buffer.from(digests.map(({ hash }) => hash).join('\n'));
    const answer = await this.#send({ method: 'POST', path: missingBlobsPath, body }).catch((error: unknown) => {
      if (this.#isServe === undefined && error instanceof UrlError && error.kind === 'cut-off') return undefined;
      throw error;
    });
    const isServe = answer?.status === 200 && answer.headers['content-type'] === missingBlobsType;
    this.#isServe ??= isServe;
    if (!isServe && this.#isServe) throw refusal(answer?.status ?? 0);
    return isServe ? new Set(answer.body.toString().split('\n')) : undefined;
  }

  async putBlob(digest: Digest, blob: SoundBlob): Promise<number> {
    const isPacked = blob.compressed && this.#isServe === true;
    const length = isPacked ? blob.storedBytes : digest.sizeBytes;
    const headers = {
      'content-length': String(length),
      ...(isPacked && { 'content-encoding': 'zstd', 'x-digest-sizebytes': String(digest.sizeBytes) }),
    };
    const count = (each: number): void => this.#health.moved(each);
    await this.#put(`cas/${digest.hash}`, headers, () => {
      if (blob.bytes === undefined || isPacked) return joined(blobStream(blob, !isPacked), counting(count));
      count(length);
      return blob.bytes;
    });
    return length;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.#patiently(async () => {
      const { status, body } = await this.#send({ method: 'GET', path });
      if (status === 200) return body;
      if (status === 404 || status === 410) return undefined;
      throw refusal(status);
    });
  }

  async holds(path: string, bytes: Uint8Array): Promise<boolean> {
    const there = await this.read(path);
    return there !== undefined && Buffer.compare(there, bytes) === 0;
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#put(path, { 'content-type': 'application/octet-stream' }, () => bytes);
  }

  async remove(path: string): Promise<void> {
    await this.#send({ method: 'DELETE', path }).catch(() => undefined);
  }

  async #put(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: () => Uint8Array | Readable,
  ): Promise<void> {
    await this.#patiently(async () => {
      const { status } = await this.#send({ method: 'PUT', path, headers, body: body() });
      if (status < 200 || status > 299) throw refusal(status);
    });
  }

  /** Once more, and again, when that may help. */
  async #patiently<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isPassing(error) || attempt >= retries) throw error;
        await sleep(backoffMs * 2 ** attempt, undefined, { signal: this.#health.signal });
      }
    }
  }

  async #send(call: Pick<HttpRequest, 'method' | 'headers' | 'body'> & { readonly path: string }): Promise<HttpAnswer> {
    const { method, body } = call;
    const headers = { ...mirrorHeaders(this.#address), ...call.headers };
    const { signal } = this.#health;
    const answer = await this.#session.send(
      { method, url: `${this.url}/${call.path}`, headers, body, signal },
      mostBytes,
    );
    this.#health.moved(bytesOfAnswer);
    return answer;
  }
}

function counting(onBytes: (count: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onBytes(chunk.byteLength);
      done(null, chunk);
    },
  });
}

function refusal(status: number): UrlError {
  const retry = (status >= 500 && status !== 501 && status !== 507) || status === 408 || status === 429;
  const why = status === 401 || status === 403 ? ': it wants other credentials' : '';
  return new UrlError('refused', `HTTP ${status}${why}`, { retry, status });
}

function blobStream(file: BlobFile, plain: boolean): Readable {
  const input = createReadStream(file.path, { highWaterMark: 1 << 18 });
  if (!file.compressed || !plain) return input;
  return joined(input, createZstdDecompress());
}

/** One stream of both; an error of the first ends the second. */
function joined<Last extends Transform>(first: Readable, last: Last): Last {
  first.once('error', (error) => last.destroy(error));
  last.once('close', () => first.destroy());
  return first.pipe(last);
}

/** A folder, laid out as servers show it, so that a plain server can offer it. */
export class FolderPlace implements PublishPlace {
  readonly url: string;
  readonly #directory: string;
  #isChecked = false;

  constructor(url: string, directory: string) {
    this.url = url;
    this.#directory = directory;
  }

  needsLists(): boolean {
    return true;
  }

  async findMissing(digests: readonly Digest[]): Promise<readonly Digest[]> {
    await this.#refuseStore();
    const missing: Digest[] = [];
    await inParallel(digests, parallel, async (digest) => {
      const isThere = await access(join(this.#directory, 'cas', digest.hash)).then(
        () => true,
        () => false,
      );
      if (!isThere) missing.push(digest);
    });
    return missing;
  }

  async #refuseStore(): Promise<void> {
    if (this.#isChecked) return;
    const layout = await folderLayout(this.#directory).catch(() => 'flat');
    if (layout === 'store') throw new UrlError('refused', 'is itself a store (SSTATE_DIR): let builds use it as that');
    this.#isChecked = true;
  }

  async putBlob(digest: Digest, blob: SoundBlob): Promise<number> {
    await this.#write(`cas/${digest.hash}`, async (temporary) => {
      await writeFile(temporary, blob.bytes ?? blobStream(blob, true));
    });
    return digest.sizeBytes;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    return readFile(join(this.#directory, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
  }

  async holds(path: string, bytes: Uint8Array): Promise<boolean> {
    const there = await this.read(path);
    return there !== undefined && Buffer.compare(there, bytes) === 0;
  }

  write(path: string, bytes: Uint8Array): Promise<void> {
    return this.#write(path, (temporary) => writeFile(temporary, bytes));
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.#directory, path), { force: true });
  }

  async #write(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
    const target = join(this.#directory, path);
    const temporary = `${target}.part-${processMark()}-${crypto.randomUUID().slice(0, 8)}`;
    try {
      await mkdir(dirname(target), { recursive: true });
      await write(temporary);
      await rename(temporary, target);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}
