import { parentPort, workerData } from 'node:worker_threads';
import { makeScratch, writeBlob } from './blob-files.ts';
import type { RestoreFailure, RestoreInput } from './restore-files.ts';

/** Entry of a helper thread: takes batches until none is left; a failure ends it and makes the others stop soon. */
async function work({ directory, batches, next }: RestoreInput): Promise<RestoreFailure | undefined> {
  const counter = new Int32Array(next);
  const scratch = makeScratch();
  for (;;) {
    const batch = batches[Atomics.add(counter, 0, 1)];
    if (batch === undefined) return undefined;
    for (const target of batch) {
      const written = await writeBlob(directory, target, scratch);
      if (!written.isWhole) return { kind: 'missing', digest: target.digest, damaged: written.damaged };
    }
  }
}

// Traces are not shown to anybody, and cost more than a failed look for a file.
Error.stackTraceLimit = 0;
const input = workerData as RestoreInput;
const failure = await work(input).catch((error: NodeJS.ErrnoException): RestoreFailure => {
  return { kind: 'error', code: error.code ?? '', message: error.message, path: error.path };
});
if (failure !== undefined) {
  Atomics.store(new Int32Array(input.next), 0, input.batches.length);
  parentPort?.postMessage(failure);
}
