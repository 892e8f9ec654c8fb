import { chmodSync, constants, copyFileSync, linkSync, lutimesSync, symlinkSync } from 'node:fs';
import { chmod, lstat, lutimes, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import type { InstalledEntry } from './installed-tree.ts';

/**
 * Copies a package's entries to a root of their own: directories get the modes of the installed tree, hard links within
 * the package stay links, and every time becomes `sourceDateEpoch` (seconds), so that equal input gives equal packages.
 */
export async function copyPackageTree(
  entries: readonly InstalledEntry[],
  places: { readonly from: string; readonly to: string; readonly sourceDateEpoch: number },
): Promise<void> {
  const { from, to, sourceDateEpoch } = places;
  const directories = parentDirectories(entries);
  await mkdir(to, { recursive: true });
  for (const directory of directories) await mkdir(join(to, directory), { recursive: true });
  const copied = new Map<string, string>();
  for (const entry of entries) copyEntry(entry, places, copied);
  // Last: a directory's time changes with its content, and a mode may forbid writing.
  for (const directory of [...directories].reverse()) {
    const target = join(to, directory);
    await chmod(target, (await lstat(join(from, directory))).mode & 0o7777);
    await lutimes(target, sourceDateEpoch, sourceDateEpoch);
  }
  await chmod(to, 0o755);
  await lutimes(to, sourceDateEpoch, sourceDateEpoch);
}

/** At once: to hand each of very many small files to another thread takes longer than to copy it. */
function copyEntry(
  entry: InstalledEntry,
  places: { readonly from: string; readonly to: string; readonly sourceDateEpoch: number },
  copied: Map<string, string>,
): void {
  if (entry.kind === 'directory') return;
  const target = join(places.to, entry.path);
  const twin = copied.get(entry.identity);
  if (entry.kind === 'symlink') symlinkSync(entry.target ?? '', target);
  else if (twin === undefined) {
    copyFileSync(join(places.from, entry.path), target, constants.COPYFILE_FICLONE);
    chmodSync(target, entry.mode);
    copied.set(entry.identity, target);
  } else linkSync(twin, target);
  lutimesSync(target, places.sourceDateEpoch, places.sourceDateEpoch);
}

/** Every directory that leads to an entry or is one, parents first. */
function parentDirectories(entries: readonly InstalledEntry[]): readonly string[] {
  const directories = new Set<string>();
  for (const entry of entries) {
    if (entry.kind === 'directory') directories.add(entry.path);
    for (let at = dirname(entry.path); at !== '.'; at = dirname(at)) directories.add(at);
  }
  return [...directories].sort(compareCodePoints);
}
