import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Digest } from '../base/digest.ts';
import { type BlobTarget, makeScratch, writeBlob } from './blob-files.ts';
import type { LocalBlobStore } from './local-blob-store.ts';

/** What a helper thread is started with. */
export interface RestoreInput {
  readonly directory: string;
  readonly batches: readonly (readonly BlobTarget[])[];
  /** One number: the next batch that nobody has begun. */
  readonly next: SharedArrayBuffer;
}

/** Why a helper thread ended early. */
export type RestoreFailure =
  | { readonly kind: 'missing'; readonly digest: Digest; readonly damaged: string | undefined }
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly path: string | undefined };

/** What a file costs beside its bytes, in bytes that could be written meanwhile. */
const fileCost = 32_768;
/** Below this, threads cost more than they give. */
const threadsFrom = 48 << 20;
const batchCost = 4 << 20;
const mostThreads = 4;
const pauseEach = 64;

/**
 * Writes blobs to new files, verified; many of them by several threads. Returns the first digest that the store does not
 * have whole. Throws what the file system throws, and the reason of the signal.
 */
export async function restoreFiles(
  targets: readonly BlobTarget[],
  store: LocalBlobStore,
  signal?: AbortSignal,
): Promise<Digest | undefined> {
  const cost = targets.reduce((sum, { digest }) => sum + digest.sizeBytes + fileCost, 0);
  const threads = cost < threadsFrom ? 1 : Math.min(mostThreads, availableParallelism(), targets.length);
  const failure =
    threads < 2
      ? await writeHere(targets, store.directory, signal)
      : await writeAside(targets, store, { threads, signal });
  signal?.throwIfAborted();
  if (failure === undefined) return undefined;
  if (failure.kind === 'error') {
    const { code, message, path } = failure;
    throw Object.assign(new Error(message), { code, path });
  }
  if (failure.damaged !== undefined) await store.quarantine(failure.damaged);
  return failure.digest;
}

async function writeHere(
  targets: readonly BlobTarget[],
  directory: string,
  signal: AbortSignal | undefined,
): Promise<RestoreFailure | undefined> {
  const scratch = makeScratch();
  for (const [index, target] of targets.entries()) {
    const written = await writeBlob(directory, target, scratch);
    if (!written.isWhole) return { kind: 'missing', digest: target.digest, damaged: written.damaged };
    // Lets a thread hear that it is to stop.
    if (signal?.aborted) return undefined;
    if (index % pauseEach === pauseEach - 1) await new Promise(setImmediate);
  }
  return undefined;
}

async function writeAside(
  targets: readonly BlobTarget[],
  { directory }: LocalBlobStore,
  { threads, signal }: { readonly threads: number; readonly signal: AbortSignal | undefined },
): Promise<RestoreFailure | undefined> {
  const next = new SharedArrayBuffer(4);
  const input: RestoreInput = { directory, batches: batchesOf(targets), next };
  const stop = (): void => void Atomics.store(new Int32Array(next), 0, input.batches.length);
  signal?.addEventListener('abort', stop, { once: true });
  const ends = await Promise.all(Array.from({ length: threads }, () => helper(input)));
  signal?.removeEventListener('abort', stop);
  return ends.find((end) => end !== undefined);
}

/** Neighbours together, the largest batches first, so that the threads end at about the same time. */
function batchesOf(targets: readonly BlobTarget[]): readonly (readonly BlobTarget[])[] {
  const batches: { cost: number; targets: BlobTarget[] }[] = [];
  for (const target of targets) {
    const cost = target.digest.sizeBytes + fileCost;
    const last = batches.at(-1);
    if (last === undefined || last.cost + cost > batchCost) batches.push({ cost, targets: [target] });
    else {
      last.cost += cost;
      last.targets.push(target);
    }
  }
  return batches.sort((a, b) => b.cost - a.cost).map((batch) => batch.targets);
}

function helper(input: RestoreInput): Promise<RestoreFailure | undefined> {
  return new Promise((resolve, reject) => {
    let failure: RestoreFailure | undefined;
    const thread = new Worker(new URL('./restore-thread.ts', import.meta.url), { workerData: input });
    thread.on('message', (message: RestoreFailure) => {
      failure = message;
    });
    thread.once('error', reject);
    thread.once('exit', () => resolve(failure));
  });
}
