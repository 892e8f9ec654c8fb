import { isUtf8 } from 'node:buffer';
import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { compareCodePoints } from '../base/canonical-json.ts';
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
  const isListed = list(directory, '', found);
  const same = new Set<string>();
  let isSame =
    isListed && found.size === wanted.size + [...attributes.paths.values()].filter(({ node }) => node).length;
  let looked = 0;
  for (const [path, present] of found) {
    if (++looked % pauseEach === 0) await new Promise(setImmediate);
    const entry = wanted.get(path);
    const own = attributes.paths.get(path) ?? {};
    if (!isRight(join(directory, path), present, { entry, own, owned: attributes.owned })) isSame = false;
    else if (entry?.kind === 'file') same.add(path);
  }
  const before = same.size;
  dropWronglyLinked(same, attributes, found);
  return { isSame: isSame && same.size === before, same };
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

/** False when something has a name that no tree can hold: it is left out. */
function list(root: string, below: string, found: Map<string, Stats>): boolean {
  let isWhole = true;
  for (const bytes of readdirSync(join(root, below), { encoding: 'buffer' })) {
    if (!isUtf8(bytes)) {
      isWhole = false;
      continue;
    }
    const name = bytes.toString();
    const path = below === '' ? name : `${below}/${name}`;
    const stats = lstatSync(join(root, path));
    found.set(path, stats);
    if (stats.isDirectory() && !list(root, path, found)) isWhole = false;
  }
  return isWhole;
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

/** Who restores it stands for user and group 0, as when it was captured. */
function hasOwner(stats: Stats, own: PathAttributes | undefined): boolean {
  if (own === undefined) return true;
  const seen = (id: number, mine: number | undefined): number => (id === mine ? 0 : id);
  const [uid, gid] = [seen(stats.uid, process.getuid?.()), seen(stats.gid, process.getgid?.())];
  return uid === (own.uid ?? 0) && gid === (own.gid ?? 0);
}

function hasExtended(path: string, { extended = {} }: PathAttributes): boolean {
  const present = [...(systemCalls()?.attributes(path) ?? [])].filter(([name]) => isKeptAttribute(name));
  const names = Object.entries(extended);
  if (systemCalls() === undefined) return names.length === 0;
  return (
    present.length === names.length && present.every(([name, value]) => extended[name] === value.toString('base64'))
  );
}

/** Files are one file on the disk just where the tree says so; others would change with each other. */
function dropWronglyLinked(same: Set<string>, { paths }: TreeAttributes, found: ReadonlyMap<string, Stats>): void {
  const inodeOf = (path: string): string => `${found.get(path)?.dev}:${found.get(path)?.ino}`;
  const taken = new Set<string>();
  const further: (readonly [path: string, first: string])[] = [];
  for (const path of [...same].sort(compareCodePoints)) {
    const first = paths.get(path)?.sameAs;
    if (first !== undefined) further.push([path, first]);
    else if (taken.has(inodeOf(path))) same.delete(path);
    else taken.add(inodeOf(path));
  }
  for (const [path, first] of further) if (!same.has(first) || inodeOf(path) !== inodeOf(first)) same.delete(path);
}
