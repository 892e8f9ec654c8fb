import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { type RestoreTarget, restoreOutputs } from '../../engine/sstate/restore-outputs.ts';

/** Script: restores one tree as whoever runs it; says `restored`, or which blob is missing. */
const { store, target } = JSON.parse(process.argv[2] ?? '') as { store: string; target: RestoreTarget };
const missing = await restoreOutputs([target], openLocalStore(store).blobs);
process.stdout.write(missing === undefined ? 'restored' : missing.hash);
