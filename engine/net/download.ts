import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, EnvHttpProxyAgent, interceptors } from 'undici';
import { systemError } from '../base/system-error.ts';
import { type Received, receive } from './attempt.ts';
import { DownloadError, UrlError, type UrlFailure } from './download-error.ts';
import { claimPartFile, type PartFile, releasePartFile } from './part-file.ts';

/** One file to fetch: the URLs are tried in order. Without a sum any content is accepted. */
export interface DownloadRequest {
  readonly urls: readonly string[];
  readonly path: string;
  readonly sha256?: string | undefined;
  readonly sizeBytes?: number | undefined;
}

/** Explicit proxies; what is absent comes from http_proxy, https_proxy and no_proxy, the empty string means none. */
export interface Proxies {
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  readonly none?: string | undefined;
}

/** How patient a download is. */
export interface DownloadSettings {
  readonly proxies?: Proxies | undefined;
  /** Milliseconds: to connect, without a byte, and before the first retry (doubled each time). */
  readonly timeouts?:
    | { readonly connectMs?: number; readonly stallMs?: number; readonly backoffMs?: number }
    | undefined;
  /** Further attempts per URL after the first. */
  readonly retries?: number | undefined;
}

/** Who listens to a download, and who may stop it. */
export interface DownloadWatch {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((receivedBytes: number, totalBytes: number | undefined) => void) | undefined;
}

/** A file that is in place, whole, with its sum. */
export interface Downloaded {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly url: string;
  /** URLs that failed before one served the file. */
  readonly failures: readonly UrlFailure[];
}

/** Keeps connections open between downloads. Origins that did not answer are not asked again. */
export interface Downloader extends AsyncDisposable {
  download(request: DownloadRequest, watch?: DownloadWatch): Promise<Downloaded>;
}

interface Session {
  readonly dispatcher: Dispatcher;
  readonly stallMs: number;
  readonly backoffMs: number;
  readonly retries: number;
  readonly deadOrigins: Set<string>;
}

/** Opens a Downloader; `await using` closes its connections. */
export function openDownloader(settings: DownloadSettings = {}): Downloader {
  const { connectMs = 15_000, stallMs = 30_000, backoffMs = 500 } = settings.timeouts ?? {};
  const { http, https, none } = settings.proxies ?? {};
  const agent = new EnvHttpProxyAgent({
    connect: { timeout: connectMs },
    allowH2: false,
    ...(http === undefined ? {} : { httpProxy: http }),
    ...(https === undefined ? {} : { httpsProxy: https }),
    ...(none === undefined ? {} : { noProxy: none }),
  });
  const dispatcher = agent.compose(interceptors.redirect({ maxRedirections: 5 }));
  const deadOrigins = new Set<string>();
  const session = { dispatcher, stallMs, backoffMs, retries: settings.retries ?? 3, deadOrigins };
  return {
    download: (request, watch = {}) => fetchFile(session, request, watch),
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

/** Fetches one file. Throws DownloadError when no URL serves it, StxError for a full disk, the signal's reason. */
export async function download(request: DownloadRequest & DownloadSettings & DownloadWatch): Promise<Downloaded> {
  await using downloader = openDownloader(request);
  return await downloader.download(request, request);
}

/** What `downloadMany` is told besides the files. */
export interface ManySettings extends DownloadSettings {
  readonly parallel?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** `fraction`: how much of all is here, from 0 to 1, files of unknown size counting when they are whole. */
  readonly onProgress?: ((doneFiles: number, receivedBytes: number, fraction: number) => void) | undefined;
}

/** Fetches many files, several at a time over kept connections; one that fails does not stop the others. */
export async function downloadMany(
  requests: readonly DownloadRequest[],
  settings: ManySettings = {},
): Promise<readonly (Downloaded | DownloadError)[]> {
  await using downloader = openDownloader(settings);
  const stop = new AbortController();
  const signal = settings.signal === undefined ? stop.signal : AbortSignal.any([settings.signal, stop.signal]);
  const results: (Downloaded | DownloadError)[] = [];
  const received = new Array<number>(requests.length).fill(0);
  const parts = new Array<number>(requests.length).fill(0);
  const queue = requests.entries();
  let done = 0;
  const report = () =>
    settings.onProgress?.(
      done,
      received.reduce((sum, bytes) => sum + bytes, 0),
      parts.reduce((sum, part) => sum + part, 0) / requests.length,
    );
  const work = async () => {
    for (const [index, request] of queue) {
      const onProgress = (bytes: number, total: number | undefined) => {
        received[index] = bytes;
        parts[index] = total === undefined || total === 0 ? 0 : Math.min(1, bytes / total);
        report();
      };
      results[index] = await downloader.download(request, { signal, onProgress }).catch(keepDownloadError);
      done++;
      parts[index] = 1;
      report();
    }
  };
  const workers = Array.from({ length: Math.min(settings.parallel ?? 8, requests.length) }, work);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  return results;
}

function keepDownloadError(error: unknown): DownloadError {
  if (error instanceof DownloadError) return error;
  throw error;
}

async function fetchFile(session: Session, request: DownloadRequest, watch: DownloadWatch): Promise<Downloaded> {
  try {
    await mkdir(dirname(request.path), { recursive: true });
    const part = await claimPartFile(request.path);
    try {
      return await tryUrls(session, request, { watch, part });
    } finally {
      await releasePartFile(request.path, part);
    }
  } catch (error) {
    if (watch.signal?.aborted === true) throw watch.signal.reason;
    throw error instanceof Error && 'errno' in error ? systemError(error, 'downloading to', request.path) : error;
  }
}

interface Job {
  readonly watch: DownloadWatch;
  readonly part: PartFile;
}

async function tryUrls(session: Session, request: DownloadRequest, job: Job): Promise<Downloaded> {
  const failures: UrlFailure[] = [];
  for (const url of request.urls) {
    job.watch.signal?.throwIfAborted();
    try {
      checkUrl(session, url);
      const received = await tryUrl(session, request, { ...job, url });
      await rename(job.part.path, request.path);
      return { path: request.path, sha256: received.sha256, sizeBytes: received.sizeBytes, url, failures };
    } catch (error) {
      if (!(error instanceof UrlError)) throw error;
      if (error.kind === 'unreachable') session.deadOrigins.add(originOf(url));
      failures.push(error.toFailure(url));
    }
  }
  throw new DownloadError({ path: request.path, name: basename(request.path), sha256: request.sha256 }, failures);
}

function originOf(url: string): string {
  return URL.parse(url)?.origin ?? '';
}

function checkUrl(session: Session, url: string): void {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:', 'file:'].includes(parsed.protocol)) {
    throw new UrlError('refused', 'is not an http, https or file URL');
  }
  if (session.deadOrigins.has(parsed.origin)) throw new UrlError('unreachable', 'did not answer before');
}

/** One URL with its retries. */
async function tryUrl(session: Session, request: DownloadRequest, job: Job & { readonly url: string }) {
  let etag: string | undefined;
  // Bytes that another URL or an earlier run left: a wrong sum then asks for a new start before it blames this one.
  let holdsOthersBytes = (await stat(job.part.path).catch(() => undefined)) !== undefined;
  for (let attempt = 0; ; attempt++) {
    try {
      const received = await receive({
        url: job.url,
        partPath: job.part.path,
        dispatcher: session.dispatcher,
        stallMs: session.stallMs,
        sizeBytes: request.sizeBytes,
        etag,
        mayContinue: request.sha256 !== undefined || etag !== undefined,
        signal: job.watch.signal,
        onStart: (start) => {
          etag = start.etag;
          if (start.isFresh) holdsOthersBytes = false;
        },
        onBytes: (bytes, total) => job.watch.onProgress?.(bytes, total),
      });
      if (request.sha256 === undefined || received.sha256 === request.sha256) return received;
      if (!holdsOthersBytes) throw await setAside(request, job.part, received);
      await rm(job.part.path, { force: true });
      holdsOthersBytes = false;
    } catch (error) {
      if (!(error instanceof UrlError) || !error.isWorthRetrying || attempt >= session.retries) throw error;
      await sleep(session.backoffMs * 2 ** attempt, undefined, { signal: job.watch.signal });
    }
  }
}

/** Moves content with a wrong sum out of the way, never to be used; tells both sums. */
async function setAside(request: DownloadRequest, part: PartFile, received: Received): Promise<UrlError> {
  const aside = badFileName(request.path, received.sha256);
  await rename(part.path, aside);
  const reason = `SHA-256 is ${received.sha256}, expected ${request.sha256}; set aside as \`${basename(aside)}\``;
  return new UrlError('wrong-content', reason, { actualSha256: received.sha256 });
}

/** Where a file with a wrong sum is put: beside its name, with the start of the sum it has. */
export function badFileName(path: string, actualSha256: string): string {
  return `${path}.bad-checksum_${actualSha256.slice(0, 8)}`;
}
