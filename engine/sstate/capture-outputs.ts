import { isUtf8 } from 'node:buffer';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Digest } from '../base/digest.ts';
import { digestOf } from '../base/sha256.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { BlobStore } from './blob-store.ts';
import { encodeTreeManifest, type TreeEntry } from './tree-manifest.ts';

/** What was captured: one tree per directory, and the digest that stands for all of them. */
export interface CapturedOutputs {
  readonly trees: readonly Digest[];
  readonly output: Digest;
}

/**
 * Stores the content of directories (in their order) as blobs and tree manifests. A directory that does not exist
 * counts as empty. Throws StxError for sockets, devices, names that are not UTF-8 and for a file system that fails.
 */
export async function captureOutputs(directories: readonly string[], store: BlobStore): Promise<CapturedOutputs> {
  const trees: Digest[] = [];
  for (const directory of directories) {
    try {
      const entries: TreeEntry[] = [];
      await captureDirectory({ root: directory, below: '', store, entries });
      trees.push(await store.putBytes(encodeTreeManifest({ entries })));
    } catch (error) {
      throw systemError(error, 'storing', directory);
    }
  }
  return { trees, output: outputDigest(trees) };
}

/** The digest that stands for captured trees: over their digests alone. */
export function outputDigest(trees: readonly Digest[]): Digest {
  return digestOf(canonicalJson(trees.map((tree) => ({ hash: tree.hash, size: tree.sizeBytes }))));
}

interface Walk {
  readonly root: string;
  readonly below: string;
  readonly store: BlobStore;
  readonly entries: TreeEntry[];
}

async function captureDirectory(walk: Walk): Promise<void> {
  const directory = join(walk.root, walk.below);
  const names = await readdir(directory, { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && walk.below === '') return [];
    throw error;
  });
  for (const name of names.map((bytes) => utf8(bytes, directory)).sort()) {
    const path = walk.below === '' ? name : `${walk.below}/${name}`;
    const full = join(walk.root, path);
    const stats = await lstat(full);
    const mode = stats.mode & 0o7777;
    if (stats.isSymbolicLink()) walk.entries.push({ kind: 'link', path, target: await readLink(full) });
    else if (stats.isFile()) walk.entries.push({ kind: 'file', path, mode, digest: await walk.store.putFile(full) });
    else if (stats.isDirectory()) {
      walk.entries.push({ kind: 'directory', path, mode });
      await captureDirectory({ ...walk, below: path });
    } else
      throw StxError.of('unstorable-output', `\`${full}\` is neither a file, a directory nor a link`, {
        origin: 'task',
      });
  }
}

async function readLink(path: string): Promise<string> {
  return utf8(await readlink(path, { encoding: 'buffer' }), path);
}

function utf8(bytes: Buffer, where: string): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw StxError.of('unstorable-output', `\`${where}\` holds a name that is not UTF-8: \`${bytes.toString()}\``, {
    origin: 'task',
    help: 'let the task remove or rename it; outputs are stored under UTF-8 names only',
  });
}
