import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../engine/base/sha256.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { captureOutputs } from '../../engine/sstate/capture-outputs.ts';
import { collectGarbage } from '../../engine/sstate/collect-garbage.ts';
import { openLocalStore, sweepTemporaryFiles } from '../../engine/sstate/local-store.ts';
import { restoreOutputs } from '../../engine/sstate/restore-outputs.ts';
import { useStore } from '../../engine/sstate/store-users.ts';
import { verifyStore } from '../../engine/sstate/verify-store.ts';

/** Script: does with a store of somebody else what a build and the commands do, and prints how each of it went. */
const { store, key, other, work } = JSON.parse(process.argv[2] ?? '') as Record<
  'store' | 'key' | 'other' | 'work',
  string
>;
const { actions, blobs, tasks } = openLocalStore(store);
const said: Record<string, unknown> = {};

async function note(name: string, doing: () => unknown): Promise<void> {
  said[name] = await Promise.resolve()
    .then(doing)
    .then(
      (value) => value ?? 'done',
      (error: unknown) => (error instanceof StxError ? (error.diagnostics[0]?.code ?? '') : String(error)),
    );
}

process.umask(0o022);
await note('sweep', () => sweepTemporaryFiles(store));
await note('use', () => useStore(store)[Symbol.dispose]());
const result = (await actions.find([key, other])).get(key) as ActionResult;
await note(
  'restore',
  async () => (await restoreOutputs([{ tree: result.trees[0]!, directory: join(work, 'to') }], blobs))?.hash,
);
await note('verify', async () => (await verifyStore(store, { dryRun: false })).damagedBlobs.length);
await note('put', async () => {
  const { trees, output } = await captureOutputs([join(work, 'own')], blobs);
  await actions.put(sha256('of the stranger'), { trees, output, dependencies: {}, durationMs: 1 });
  await tasks.add({ recipe: 'r', task: 'do_x' }, sha256('of the stranger'));
});
await note('gc', async () => (await collectGarbage(store, { dryRun: false, unusedMs: 1e9 })).removedResults);
rmSync(join(work, 'to'), { recursive: true, force: true });
process.stdout.write(JSON.stringify(said));
