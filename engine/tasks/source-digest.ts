import { type Stats, statSync } from 'node:fs';
import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, compareCodePoints } from '../base/canonical-json.ts';
import { moduleCaches } from '../base/module-caches.ts';
import { digestOfFile, sha256 } from '../base/sha256.ts';
import { workTreeMark } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import type { SourceWitness } from './source-witness.ts';
import { workTreeDigest } from './work-tree/work-tree-digest.ts';

/** How a source is looked at. */
export interface SourceLook {
  /** Names of folders that do not count; with `workTreeMark` the source is a folder as git sees it. */
  readonly leftOut?: readonly string[] | undefined;
  readonly witness?: SourceWitness | undefined;
}

/**
 * The digest of a source: content and executable bit of a file, names and the same of everything in a directory; `missing`
 * when nothing is there. A link within counts by its text, among Python modules by what it leads to. Rejects with StxError.
 */
export async function sourceDigest(path: string, { leftOut = [], witness }: SourceLook = {}): Promise<string> {
  try {
    const stats = there(path);
    witness?.sawFile(path, stats !== undefined);
    if (stats === undefined) return 'missing';
    if (!stats.isDirectory()) return await fileEntry(path, stats);
    if (leftOut.includes(workTreeMark)) return await workTreeDigest(path, witness);
    const entries: Record<string, string> = {};
    const follows = moduleCaches.some((name) => leftOut.includes(name));
    await addDirectory(path, '', { entries, witness, leftOut, follows, around: [await realpath(path)] });
    return sha256(canonicalJson(entries));
  } catch (error) {
    throw systemError(error, 'reading the source', path);
  }
}

function there(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

async function fileEntry(path: string, stats: Stats): Promise<string> {
  if (!stats.isFile()) {
    throw StxError.of('unreadable-source', `the source \`${path}\` is neither a file, a directory nor a link`, {
      help: 'remove it, or let SRC_URI name only what the task needs',
    });
  }
  const { hash } = await digestOfFile(path);
  return (stats.mode & 0o111) === 0 ? hash : sha256(`executable ${hash}`);
}

interface Listing {
  readonly entries: Record<string, string>;
  readonly witness: SourceWitness | undefined;
  readonly leftOut: readonly string[];
  readonly follows: boolean;
  /** The real paths of the directories that are being listed, so that links that lead back end. */
  readonly around: readonly string[];
}

async function addDirectory(root: string, below: string, listing: Listing): Promise<void> {
  const { entries, witness, leftOut } = listing;
  const names = await readdir(join(root, below));
  for (const name of names.sort(compareCodePoints)) {
    const path = below === '' ? name : `${below}/${name}`;
    const full = join(root, path);
    witness?.sawLink(full);
    const stats = await lstat(full);
    if (stats.isSymbolicLink()) await addLink(root, path, listing);
    else if (stats.isDirectory()) {
      if (leftOut.includes(name)) continue;
      entries[path] = 'directory';
      await addDirectory(root, path, listing);
    } else entries[path] = await fileEntry(full, stats);
  }
}

async function addLink(root: string, path: string, listing: Listing): Promise<void> {
  const { entries, witness, around } = listing;
  const full = join(root, path);
  const target = listing.follows ? there(full) : undefined;
  entries[path] = `link ${await readlink(full)}`;
  if (!listing.follows) return;
  witness?.sawFile(full, target !== undefined);
  if (target === undefined) return;
  if (!target.isDirectory()) {
    entries[path] = await fileEntry(full, target);
    return;
  }
  const real = await realpath(full);
  if (around.includes(real)) return;
  entries[path] = 'directory';
  await addDirectory(root, path, { ...listing, around: [...around, real] });
}
