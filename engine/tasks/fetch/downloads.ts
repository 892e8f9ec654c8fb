import { rename, stat } from 'node:fs/promises';
import type { Sha256Hex } from '../../base/brands.ts';
import type { Digest } from '../../base/digest.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { badFileName, type DownloadSettings } from '../../net/download.ts';
import type { TaskContext } from '../builtin-task.ts';
import type { Variables } from './sources.ts';

/** What must lie at a path. */
export interface ExpectedFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes?: number | undefined;
}

/** A file in DL_DIR that has the recorded sum; one that has another is set aside and counts as absent. */
export async function findPresent(file: ExpectedFile, log: (text: string) => void): Promise<Digest | undefined> {
  const stats = await stat(file.path).catch(() => undefined);
  if (stats === undefined || !stats.isFile()) return undefined;
  const digest = await digestOfFile(file.path);
  if (digest.hash === (file.sha256 as Sha256Hex)) return digest;
  const aside = badFileName(file.path, digest.hash);
  await rename(file.path, aside);
  log(`${file.path}: SHA-256 is ${digest.hash}, expected ${file.sha256}; set aside as ${aside}`);
  return undefined;
}

/**
 * Proxies (what the order does not name comes from the environment), BB_FETCH_TIMEOUT (seconds without a byte) and
 * BB_FETCH_RETRIES.
 */
export function readSettings(variables: Variables): DownloadSettings {
  const named = (name: string) => (variables[name] === '' ? undefined : variables[name]);
  const stallMs = Number(named('BB_FETCH_TIMEOUT') ?? Number.NaN) * 1000;
  const retries = Number(named('BB_FETCH_RETRIES') ?? Number.NaN);
  return {
    proxies: { http: named('http_proxy'), https: named('https_proxy'), none: named('no_proxy') },
    timeouts: stallMs > 0 ? { stallMs, connectMs: Math.min(stallMs, 15_000) } : undefined,
    retries: retries >= 0 ? retries : undefined,
  };
}

/** Progress text, at most one every 200 ms: `n of m, 12.3 MB, 4.5 MB/s`; one file is not counted. */
export function progressReporter(context: TaskContext, total: { readonly files: number; readonly bytes?: number }) {
  const start = performance.now();
  let last = 0;
  let firstBytes: number | undefined;
  return (doneFiles: number, receivedBytes: number, ofFiles: number): void => {
    const now = performance.now();
    // What an earlier attempt left was not received now.
    firstBytes ??= receivedBytes;
    if (now - last < 200 && doneFiles !== total.files) return;
    last = now;
    const megabytes = `${(receivedBytes / 1e6).toFixed(1)} MB`;
    const seconds = (now - start) / 1000;
    const rate = seconds < 1 ? [] : [`${((receivedBytes - firstBytes) / 1e6 / seconds).toFixed(1)} MB/s`];
    const count = total.files === 1 ? [] : [`${doneFiles} of ${total.files}`];
    const fraction = total.bytes === undefined || total.bytes === 0 ? ofFiles : receivedBytes / total.bytes;
    context.progress([...count, megabytes, ...rate].join(', '), fraction);
  };
}
