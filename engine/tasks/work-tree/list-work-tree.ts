import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { versionControlFolders } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import type { SourceWitness } from '../source-witness.ts';
import { gitListing, hasGit } from './git-listing.ts';

/** Something in a work tree that counts; `directory`: a folder that holds nothing. */
export interface WorkTreeEntry {
  /** Path below the work tree. */
  readonly name: string;
  readonly kind: 'file' | 'executable' | 'link' | 'directory';
}

interface Found {
  readonly entries: Map<string, WorkTreeEntry>;
  readonly witness: SourceWitness | undefined;
}

const controlFolders: ReadonlySet<string> = new Set(versionControlFolders);

/**
 * What counts of a folder, in code point order: in a git work tree (also a folder in one) what git would list, with the
 * same of work trees in it; elsewhere everything but folders of version control. Throws StxError, and what the file system throws.
 */
export async function listWorkTree(folder: string, witness?: SourceWitness): Promise<readonly WorkTreeEntry[]> {
  const found: Found = { entries: new Map(), witness };
  // Where it really lies says which git holds it.
  await addTree(realpathSync(folder), '', found);
  const links = new Set([...found.entries.values()].filter(({ kind }) => kind === 'link').map(({ name }) => name));
  const all = [...found.entries.values()].filter(({ name }) => !isBelow(name, links));
  const full = new Set(all.flatMap(({ name }) => parents(name)));
  return all
    .filter(({ name, kind }) => kind !== 'directory' || !full.has(name))
    .sort((a, b) => compareCodePoints(a.name, b.name));
}

/** A tracked file of a folder that has become a link is gone. */
function isBelow(name: string, links: ReadonlySet<string>): boolean {
  return links.size > 0 && parents(name).some((each) => links.has(each));
}

function parents(name: string): readonly string[] {
  const found: string[] = [];
  for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) {
    found.push(name.slice(0, slash));
  }
  return found;
}

async function addTree(folder: string, prefix: string, found: Found): Promise<void> {
  const listing = await gitListing(folder, found.witness);
  if (listing === undefined) return await addFolder(folder, prefix, found);
  for (const each of listing.names) {
    const name = each.replace(/\/$/, '');
    const full = join(folder, name);
    found.witness?.sawLink(full);
    const stats = lstatSync(full, { throwIfNoEntry: false });
    if (stats === undefined) continue;
    // A submodule, or another work tree.
    if (!stats.isDirectory()) add(`${prefix}${name}`, full, { stats, found });
    else if (hasGit(full)) await addTree(full, `${prefix}${name}/`, found);
    else await addFolder(full, `${prefix}${name}/`, found);
  }
  if (found.witness) watchFolders(folder, '', { ignored: listing.ignored, witness: found.witness });
}

async function addFolder(folder: string, prefix: string, found: Found): Promise<void> {
  found.witness?.sawLink(folder);
  for (const name of readdirSync(folder)) {
    if (controlFolders.has(name)) continue;
    const full = join(folder, name);
    found.witness?.sawLink(full);
    const stats = lstatSync(full);
    if (!stats.isDirectory()) add(`${prefix}${name}`, full, { stats, found });
    else if (hasGit(full)) await addTree(full, `${prefix}${name}/`, found);
    else {
      found.entries.set(`${prefix}${name}`, { name: `${prefix}${name}`, kind: 'directory' });
      await addFolder(full, `${prefix}${name}/`, found);
    }
  }
}

function add(name: string, full: string, { stats, found }: { readonly stats: Stats; readonly found: Found }): void {
  if (!stats.isFile() && !stats.isSymbolicLink()) {
    throw StxError.of('unreadable-source', `the source \`${full}\` is neither a file, a directory nor a link`, {
      help: 'remove it, or let git ignore it',
    });
  }
  const isExecutable = (stats.mode & 0o111) !== 0;
  const kind = stats.isSymbolicLink() ? 'link' : isExecutable ? 'executable' : 'file';
  found.entries.set(name, { name, kind });
}

interface Watched {
  readonly ignored: ReadonlySet<string>;
  readonly witness: SourceWitness;
}

/** Whatever comes or goes in a folder changes it; what git ignores as a whole does not count. */
function watchFolders(root: string, below: string, { ignored, witness }: Watched): void {
  const folder = join(root, below);
  witness.sawLink(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.name === '.gitignore') witness.sawLink(join(root, name));
    if (!entry.isDirectory() || controlFolders.has(entry.name) || ignored.has(name)) continue;
    watchFolders(root, name, { ignored, witness });
  }
}
