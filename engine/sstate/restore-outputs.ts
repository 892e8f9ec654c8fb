import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, lstatSync, mkdirSync, symlinkSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../base/digest.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { applyAttributes } from './apply-attributes.ts';
import { decodeAttributes, type TreeAttributes } from './attributes.ts';
import { compareTree } from './compare-tree.ts';
import type { LocalBlobStore } from './local-blob-store.ts';
import { decodeTree } from './reapi/tree.ts';
import { restoreFiles } from './restore-files.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** Where a captured tree goes. */
export interface RestoreTarget {
  readonly tree: Digest;
  /** What the tree has beyond modes; absent when it has nothing. */
  readonly attributes?: Digest | undefined;
  readonly directory: string;
}

/** How trees are restored. */
export interface RestoreOptions {
  /** Takes a directory away with all it holds. */
  readonly remove?: (path: string) => Promise<void>;
  /** Ends it with the signal's reason; the directory stays as it was. */
  readonly signal?: AbortSignal | undefined;
}

function removeAll(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/**
 * Puts captured trees in place of `directory` each: made beside it under a temporary name, then exchanged, so that a
 * directory is the old one or the whole new one. A directory that is right already is not touched, and files that are
 * right keep their inodes. Returns the first blob that is missing or damaged (then nothing of that tree was changed), or
 * `undefined` when all is restored. Throws StxError `result-incomplete` for owners, devices and attributes that this user
 * may not set, or that the file system cannot hold: what depends on the tree would be made from another one.
 */
export async function restoreOutputs(
  targets: readonly RestoreTarget[],
  store: LocalBlobStore,
  { remove = removeAll, signal }: RestoreOptions = {},
): Promise<Digest | undefined> {
  for (const target of targets) {
    const tree = await readTree(target, store);
    if ('missing' in tree) return tree.missing;
    const missing = await restoreTree({ ...tree, directory: target.directory, store, remove, signal });
    if (missing !== undefined) return missing;
  }
  return undefined;
}

interface KnownTree {
  readonly manifest: TreeManifest;
  readonly attributes: TreeAttributes;
}

const nothingMore: TreeAttributes = { owned: false, paths: new Map() };

/** A tree with its attributes from the store; `missing` when one of both is not there, damaged or does not fit. */
async function readTree(
  { tree, attributes }: RestoreTarget,
  store: LocalBlobStore,
): Promise<KnownTree | { readonly missing: Digest }> {
  const bytes = await store.read(tree);
  const manifest = bytes === undefined ? undefined : decodeTree(bytes);
  if (manifest === undefined) return { missing: tree };
  if (attributes === undefined) return { manifest, attributes: nothingMore };
  const more = await store.read(attributes);
  const decoded = more === undefined ? undefined : decodeAttributes(more);
  if (decoded === undefined || !belongTo(manifest, decoded)) return { missing: attributes };
  return { manifest, attributes: decoded };
}

/** Every path is one of the tree, or a node in one of its directories; further names share content with a file. */
function belongTo(manifest: TreeManifest, { paths }: TreeAttributes): boolean {
  const entries = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  return [...paths].every(([path, { node, sameAs }]) => {
    const entry = entries.get(path);
    if (node !== undefined) {
      const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
      return entry === undefined && (parent === '' || entries.get(parent)?.kind === 'directory');
    }
    if (sameAs === undefined) return entry !== undefined;
    const first = entries.get(sameAs);
    const isFile = entry?.kind === 'file' && first?.kind === 'file' && entry.digest.hash === first.digest.hash;
    return isFile && sameAs !== path && paths.get(sameAs)?.sameAs === undefined;
  });
}

interface TreeJob extends KnownTree {
  readonly directory: string;
  readonly store: LocalBlobStore;
  readonly remove: (path: string) => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

async function restoreTree(job: TreeJob): Promise<Digest | undefined> {
  const mark = `.stx-${process.pid}-${randomBytes(4).toString('hex')}`;
  const fresh = `${job.directory}${mark}`;
  try {
    const present = await compareTree(job.manifest, job.attributes, job.directory);
    if (present.isSame) return undefined;
    await mkdir(dirname(job.directory), { recursive: true });
    await mkdir(fresh);
    const missing = await fillTree(job, fresh, present.same);
    if (missing !== undefined) return missing;
    await exchange(fresh, job, mark);
    return undefined;
  } catch (error) {
    job.signal?.throwIfAborted();
    throw systemError(error, 'restoring', job.directory);
  } finally {
    await job.remove(fresh);
  }
}

/** Makes the tree below `root`; files in `same` are taken over from the directory that it replaces. */
async function fillTree(job: TreeJob, root: string, same: ReadonlySet<string>): Promise<Digest | undefined> {
  const { entries } = job.manifest;
  const { paths } = job.attributes;
  const directories = entries.filter((entry) => entry.kind === 'directory');
  for (const { path } of directories) mkdirSync(join(root, path), { mode: 0o700 });
  const files = entries.filter((entry) => entry.kind === 'file');
  const isOwn = ({ path }: TreeEntry): boolean => paths.get(path)?.sameAs === undefined;
  for (const { path } of files) if (same.has(path)) linkSync(join(job.directory, path), join(root, path));
  const wanted = files.filter((file) => isOwn(file) && !same.has(file.path));
  const missing = await restoreFiles(
    wanted.map(({ path, mode, digest }) => ({ path: join(root, path), mode, digest })),
    job.store,
    job.signal,
  );
  if (missing !== undefined) return missing;
  for (const [path, { sameAs }] of paths)
    if (sameAs !== undefined && !same.has(path)) linkSync(join(root, sameAs), join(root, path));
  for (const entry of entries) if (entry.kind === 'link') symlinkSync(entry.target, join(root, entry.path));
  const without = applyAttributes(root, job, same);
  if (without !== undefined) throw unlike(without);
  for (const { path, mode } of directories.reverse()) chmodSync(join(root, path), mode);
  keepOuterMode(root, job.directory);
  return undefined;
}

function unlike(path: string): StxError {
  const message = `\`${path}\` cannot have the owner, attributes or device numbers here that it has in the stored result`;
  return StxError.of('result-incomplete', message, {
    origin: 'environment',
    help: 'the task can run instead; a range of subordinate ids (`newuidmap`), or a file system with extended attributes, would let it be restored',
  });
}

/** The directory itself is not part of the tree: it keeps the mode that it had. */
function keepOuterMode(fresh: string, directory: string): void {
  const before = lstatSync(directory, { throwIfNoEntry: false });
  if (before?.isDirectory()) chmodSync(fresh, before.mode & 0o7777);
}

async function exchange(fresh: string, { directory, remove }: TreeJob, mark: string): Promise<void> {
  const old = `${directory}${mark}.old`;
  const isThere = await lstat(directory).then(
    () => true,
    () => false,
  );
  if (isThere) await rename(directory, old);
  await rename(fresh, directory);
  if (isThere) await remove(old);
}
