import { StxError } from '../../engine/base/stx-error.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { type RestoreTarget, restoreOutputs } from '../../engine/sstate/restore-outputs.ts';

/** Script: restores one tree as whoever runs it; says `restored`, which blob is missing, or the code of the error. */
const { store, target } = JSON.parse(process.argv[2] ?? '') as { store: string; target: RestoreTarget };
const end = await restoreOutputs([target], openLocalStore(store).blobs).then(
  (missing) => missing?.hash ?? 'restored',
  (error: unknown) => (error instanceof StxError ? (error.diagnostics[0]?.code ?? '') : String(error)),
);
process.stdout.write(end);
