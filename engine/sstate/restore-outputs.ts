import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { systemError } from '../base/system-error.ts';
import type { BlobStore } from './blob-store.ts';
import { decodeTreeManifest, type TreeEntry, type TreeManifest } from './tree-manifest.ts';

/** Where a captured tree goes. */
export interface RestoreTarget {
  readonly tree: Digest;
  readonly directory: string;
}

/**
 * Puts captured trees in place of `directory` each: made beside it under a temporary name, then exchanged, so that a
 * directory is the old one or the whole new one. Returns the first blob that is missing or damaged (then nothing of that
 * tree was changed), or `undefined` when all is restored.
 */
export async function restoreOutputs(targets: readonly RestoreTarget[], store: BlobStore): Promise<Digest | undefined> {
  for (const { tree, directory } of targets) {
    const bytes = await store.read(tree);
    const manifest = bytes === undefined ? undefined : decodeTreeManifest(bytes);
    if (manifest === undefined) return tree;
    const missing = await restoreTree({ manifest, directory, store });
    if (missing !== undefined) return missing;
  }
  return undefined;
}

async function restoreTree(job: {
  manifest: TreeManifest;
  directory: string;
  store: BlobStore;
}): Promise<Digest | undefined> {
  const mark = `.stx-${process.pid}-${randomBytes(4).toString('hex')}`;
  const fresh = `${job.directory}${mark}`;
  try {
    await mkdir(dirname(job.directory), { recursive: true });
    await mkdir(fresh);
    const missing = await fillTree(job.manifest, fresh, job.store);
    if (missing !== undefined) return missing;
    await exchange(fresh, job.directory, mark);
    return undefined;
  } catch (error) {
    throw systemError(error, 'restoring', job.directory);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function fillTree(manifest: TreeManifest, root: string, store: BlobStore): Promise<Digest | undefined> {
  const directories: Extract<TreeEntry, { kind: 'directory' }>[] = [];
  for (const entry of manifest.entries) {
    const path = join(root, entry.path);
    if (entry.kind === 'directory') {
      await mkdir(path, { mode: 0o700 });
      directories.push(entry);
    } else if (entry.kind === 'link') await symlink(entry.target, path);
    else {
      if (!(await store.copyTo(entry.digest, path, 0o600))) return entry.digest;
      await chmod(path, entry.mode);
    }
  }
  for (const entry of directories.reverse()) await chmod(join(root, entry.path), entry.mode);
  return undefined;
}

async function exchange(fresh: string, directory: string, mark: string): Promise<void> {
  const old = `${directory}${mark}.old`;
  await rename(directory, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(fresh, directory);
  await rm(old, { recursive: true, force: true });
}
