import { accessSync, constants, lstatSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
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

/**
 * Lists what is installed below a root, sorted by path. Devices, sockets and pipes are refused, files that cannot be read, and
 * names that are not UTF-8 or hold a line end, which no list of a package can tell.
 */
export async function listInstalledTree(root: string): Promise<readonly InstalledEntry[]> {
  const entries: InstalledEntry[] = [];
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const before = entries.length + pending.length;
    for (const child of await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' })) {
      const name = readableName(child.name, folder);
      const path = folder === '' ? name : `${folder}/${name}`;
      if (child.isDirectory()) pending.push(path);
      else entries.push(leafEntry(root, path));
    }
    if (folder !== '' && entries.length + pending.length === before) entries.push(leafEntry(root, folder));
  }
  return entries.sort((a, b) => compareCodePoints(a.path, b.path));
}

function readableName(bytes: Buffer, folder: string): string {
  const name = bytes.toString('utf8');
  if (!name.includes('\n') && Buffer.from(name).equals(bytes)) return name;
  const shown = JSON.stringify(`/${folder}/${name}`.replace('//', '/'));
  const why = name.includes('\n') ? 'has a line end in its name' : 'has a name that is not UTF-8';
  throw StxError.of('bad-package-metadata', `the installed file ${shown} ${why}`, {
    help: 'rename it at the end of `do_install`',
  });
}

function leafEntry(root: string, path: string): InstalledEntry {
  const full = join(root, path);
  const stat = lstatSync(full);
  const kind = stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file';
  if (kind === 'file' && !stat.isFile()) {
    throw StxError.of('bad-package-metadata', `\`/${path}\` is a device, a socket or a pipe`, {
      help: 'make it when the package is installed, in `pkg_postinst`, or by a tmpfiles entry',
    });
  }
  if (kind === 'file' && (stat.mode & 0o400) === 0) checkReadable(full, path);
  return {
    path,
    kind,
    mode: stat.mode & 0o7777,
    sizeBytes: kind === 'file' ? stat.size : 0,
    identity: `${stat.dev}:${stat.ino}`,
    target: kind === 'symlink' ? readlinkSync(full) : undefined,
  };
}

/** Of a file that not even its owner may read, only root can make a package. */
function checkReadable(full: string, path: string): void {
  try {
    accessSync(full, constants.R_OK);
  } catch {
    const mode = (lstatSync(full).mode & 0o7777).toString(8).padStart(4, '0');
    throw StxError.of('bad-package-metadata', `\`/${path}\` cannot be packed: its mode ${mode} lets nobody read it`, {
      help: 'install it so that its owner may read it (`chmod u+r`); `pkg_postinst` can take that away',
    });
  }
}
