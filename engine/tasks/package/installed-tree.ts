import { lstat, opendir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { StxError } from '../../base/stx-error.ts';

/** Something installed that a package can own: a file, a link, or a directory with nothing in it. */
export interface InstalledEntry {
  /** Relative to the tree, without a leading slash. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  readonly mode: number;
  readonly sizeBytes: number;
  /** Same text: names of one file (hard links). */
  readonly identity: string;
  /** Target of a symlink. */
  readonly target: string | undefined;
}

/** Lists what is installed below a root, sorted by path. Devices, sockets and pipes are refused. */
export async function listInstalledTree(root: string): Promise<readonly InstalledEntry[]> {
  const entries: InstalledEntry[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const before = entries.length + pending.length;
    for await (const child of await opendir(join(root, folder))) {
      const path = folder === '' ? child.name : `${folder}/${child.name}`;
      if (child.isDirectory()) pending.push(path);
      else entries.push(await leafEntry(root, path));
    }
    if (folder !== '' && entries.length + pending.length === before) entries.push(await leafEntry(root, folder));
  }
  return entries.sort((a, b) => compareCodePoints(a.path, b.path));
}

async function leafEntry(root: string, path: string): Promise<InstalledEntry> {
  const full = join(root, path);
  const stat = await lstat(full);
  const kind = stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file';
  if (kind === 'file' && !stat.isFile()) {
    throw StxError.of('bad-package-metadata', `\`/${path}\` is a device, a socket or a pipe`, {
      help: 'make it when the package is installed, in `pkg_postinst`, or by a tmpfiles entry',
    });
  }
  return {
    path,
    kind,
    mode: stat.mode & 0o7777,
    sizeBytes: kind === 'file' ? stat.size : 0,
    identity: `${stat.dev}:${stat.ino}`,
    target: kind === 'symlink' ? await readlink(full) : undefined,
  };
}
