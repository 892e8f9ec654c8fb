import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { seriesLines } from '../base/patch-series.ts';
import { applyPatch } from '../tasks/patch/apply-patch.ts';
import { type CommitPlace, commitAll } from './patch-commits.ts';

/** Subject of the commit that holds the patches of a source package. */
export const vendorSubject = 'patches of the source package';

/**
 * Applies the patches that a source package has itself in a folder of the tree, as one commit: ours come on top of them. Its own
 * tools see that they are applied.
 */
export async function addVendorPatches(place: CommitPlace, patches: string): Promise<void> {
  const { tree, work, epoch, signal } = place;
  const folder = join(tree, patches);
  const lines = seriesLines(readOrEmpty(join(folder, 'series')));
  if (lines.length === 0 || !/quilt/.test(readOrEmpty(join(folder, '../source/format')))) return;
  for (const [index, { name, stripLevel, reverse }] of lines.entries()) {
    const step = {
      name,
      path: join(folder, name),
      isCompressed: false,
      stripLevel: stripLevel ?? 1,
      reverse,
      directory: '',
    };
    const run = { workdir: join(work, 'patch'), set: '', sourceDirectory: tree, within: '' } as const;
    await applyPatch(step, index, { ...run, signal });
  }
  await rm(join(work, 'patch'), { recursive: true, force: true });
  await commitAll(tree, `${vendorSubject}\n\nNo patch of a layer.`, epoch);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
