import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { deviceNumbers, isKeptAttribute, type PathAttributes, type TreeAttributes } from './attributes.ts';
import { hashOfContent } from './blob-files.ts';
import { systemCalls } from './system-calls.ts';
import type { TreeEntry, TreeManifest } from './tree-manifest.ts';

/** What a directory has of a tree already. */
export interface PresentTree {
  /** The directory is the tree, in every respect: nothing is to be done. */
  readonly isSame: boolean;
  /** Files that are there as they should be. */
  readonly same: ReadonlySet<string>;
}

/** So many files are looked at before others get their turn. */
const pauseEach = 64;

/** Compares a directory, which may be absent, with a tree. Contents are read and hashed: sizes and times say too little. */
export async function compareTree(
  manifest: TreeManifest,
  attributes: TreeAttributes,
  directory: string,
): Promise<PresentTree> {
  const stats = lstatSync(directory, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return { isSame: false, same: new Set() };
  const wanted = new Map(manifest.entries.map((entry) => [entry.path, entry]));
  const found = new Map<string, Stats>();
  list(directory, '', found);
  const same = new Set<string>();
  let isSame = found.size === wanted.size + [...attributes.paths.values()].filter(({ node }) => node).length;
  let looked = 0;
  for (const [path, present] of found) {
    if (++looked % pauseEach === 0) await new Promise(setImmediate);
    const entry = wanted.get(path);
    const own = attributes.paths.get(path) ?? {};
    if (!isRight(join(directory, path), present, { entry, own, owned: attributes.owned })) isSame = false;
    else if (entry?.kind === 'file') same.add(path);
  }
  const split = [...same].filter((path) => !sharesInode(path, attributes, found));
  for (const path of split) same.delete(path);
  return { isSame: isSame && split.length === 0, same };
}

function isRight(
  path: string,
  present: Stats,
  wanted: { readonly entry: TreeEntry | undefined; readonly own: PathAttributes; readonly owned: boolean },
): boolean {
  const { entry, own, owned } = wanted;
  if (entry === undefined ? !isNode(present, own) : !isEntry(path, present, entry)) return false;
  return hasOwner(present, owned ? own : undefined) && hasExtended(path, own);
}

function list(root: string, below: string, found: Map<string, Stats>): void {
  for (const name of readdirSync(join(root, below))) {
    const path = below === '' ? name : `${below}/${name}`;
    const stats = lstatSync(join(root, path));
    found.set(path, stats);
    if (stats.isDirectory()) list(root, path, found);
  }
}

function isEntry(path: string, stats: Stats, entry: TreeEntry): boolean {
  if (entry.kind === 'link') return stats.isSymbolicLink() && readlinkSync(path) === entry.target;
  if ((stats.mode & 0o7777) !== entry.mode) return false;
  if (entry.kind === 'directory') return stats.isDirectory();
  if (!stats.isFile() || stats.size !== entry.digest.sizeBytes) return false;
  try {
    return hashOfContent(path, stats.size) === entry.digest.hash;
  } catch {
    // What cannot be read is written anew.
    return false;
  }
}

function isNode(stats: Stats, { node }: PathAttributes): boolean {
  if (node === undefined || (stats.mode & 0o7777) !== node.mode) return false;
  if (node.type === 'pipe') return stats.isFIFO();
  const { major, minor } = deviceNumbers(stats.rdev);
  const isType = node.type === 'block' ? stats.isBlockDevice() : stats.isCharacterDevice();
  return isType && major === node.major && minor === node.minor;
}

/** Only root, real or of a namespace, can give files away: for others every owner is right. */
function hasOwner(stats: Stats, own: PathAttributes | undefined): boolean {
  if (own === undefined || process.getuid?.() !== 0) return true;
  return stats.uid === (own.uid ?? 0) && stats.gid === (own.gid ?? 0);
}

function hasExtended(path: string, { extended = {} }: PathAttributes): boolean {
  const present = [...(systemCalls()?.attributes(path) ?? [])].filter(([name]) => isKeptAttribute(name));
  const names = Object.entries(extended);
  if (systemCalls() === undefined) return names.length === 0;
  return (
    present.length === names.length && present.every(([name, value]) => extended[name] === value.toString('base64'))
  );
}

/** A further name is right only as the same inode as the first one. */
function sharesInode(path: string, { paths }: TreeAttributes, found: ReadonlyMap<string, Stats>): boolean {
  const first = paths.get(path)?.sameAs;
  return first === undefined || found.get(first)?.ino === found.get(path)?.ino;
}
