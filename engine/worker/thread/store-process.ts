import { writeFileSync } from 'node:fs';
import { StxError } from '../../base/stx-error.ts';
import { storeDiagnostic } from '../../messages/stored-diagnostic.ts';
import { captureOutputs } from '../../sstate/capture-outputs.ts';
import { openLocalStore } from '../../sstate/local-store.ts';
import { restoreOutputs } from '../../sstate/restore-outputs.ts';
import type { StoreAnswer, StoreCall } from './store-call.ts';

/** Entry of the process that stores and restores as user 0 of a namespace: a StoreCall is its argument, a StoreAnswer goes to descriptor 3. */
const report = 3;
const call = JSON.parse(process.argv[2] ?? '') as StoreCall;
writeFileSync(report, JSON.stringify(await answer(call)));

async function answer(asked: StoreCall): Promise<StoreAnswer> {
  const { blobs } = openLocalStore(asked.storePath);
  try {
    if (asked.kind === 'capture') {
      return { kind: 'captured', captured: await captureOutputs(asked.directories, blobs, { owned: true }) };
    }
    return { kind: 'restored', missing: await restoreOutputs(asked.targets, blobs) };
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { kind: 'failed', diagnostics: error.diagnostics.map(storeDiagnostic) };
  }
}
