import { compareCodePoints } from '../../base/canonical-json.ts';
import type { Digest } from '../../base/digest.ts';
import { digestOf, sha256 } from '../../base/sha256.ts';
import type { TreeEntry, TreeManifest } from '../tree-manifest.ts';
import {
  asBytes,
  asDigest,
  asNumber,
  asText,
  type FieldValue,
  type FieldWriter,
  messageBytes,
  readFields,
} from './wire.ts';

/** More entries than any real tree has: a `Tree` that names one directory often must not grow without bound. */
const mostEntries = 4_000_000;

/**
 * A captured directory as the Remote Execution API's `Tree`, in canonical form: the same tree gives the same bytes on
 * every machine. Permission bits are `unix_mode`; each directory message stands once, parents before children.
 */
export function encodeTree(manifest: TreeManifest): Uint8Array {
  const root = nestEntries(manifest.entries);
  const children = new Map<string, Uint8Array>();
  const rootBytes = directoryBytes(root, children);
  // Directories were added when all below them was: turned around, parents come first.
  const ordered = [...children.values()].reverse();
  return messageBytes((fields) => {
    fields.message(1, (inner) => inner.raw(rootBytes));
    for (const child of ordered) fields.message(2, (inner) => inner.raw(child));
  });
}

interface Nest {
  readonly mode: number | undefined;
  readonly files: Extract<TreeEntry, { kind: 'file' }>[];
  readonly links: Extract<TreeEntry, { kind: 'link' }>[];
  readonly directories: { readonly name: string; readonly nest: Nest }[];
}

function nestEntries(entries: readonly TreeEntry[]): Nest {
  const nests = new Map<string, Nest>([['', { mode: undefined, files: [], links: [], directories: [] }]]);
  for (const entry of entries) {
    const parent = nests.get(entry.path.slice(0, Math.max(0, entry.path.lastIndexOf('/'))));
    if (parent === undefined) throw new Error(`${entry.path} comes before its directory`);
    if (entry.kind === 'file') parent.files.push(entry);
    else if (entry.kind === 'link') parent.links.push(entry);
    else {
      const nest: Nest = { mode: entry.mode, files: [], links: [], directories: [] };
      parent.directories.push({ name: nameOf(entry.path), nest });
      nests.set(entry.path, nest);
    }
  }
  return nests.get('') as Nest;
}

function directoryBytes(nest: Nest, children: Map<string, Uint8Array>): Uint8Array {
  const directories = [...nest.directories]
    .sort((a, b) => compareCodePoints(a.name, b.name))
    .map(({ name, nest: below }) => {
      const bytes = directoryBytes(below, children);
      const digest = digestOf(bytes);
      if (!children.has(digest.hash)) children.set(digest.hash, bytes);
      return { name, digest };
    });
  return messageBytes((fields) => {
    for (const file of byName(nest.files)) fields.message(1, (inner) => writeFile(inner, file));
    for (const { name, digest } of directories) {
      fields.message(2, (inner) => {
        inner.text(1, name);
        inner.digest(2, digest);
      });
    }
    for (const link of byName(nest.links)) {
      fields.message(3, (inner) => {
        inner.text(1, nameOf(link.path));
        inner.text(2, link.target);
      });
    }
    if (nest.mode !== undefined) writeMode(fields, 5, nest.mode);
  });
}

function byName<Entry extends TreeEntry>(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => compareCodePoints(a.path, b.path));
}

function writeFile(fields: FieldWriter, file: Extract<TreeEntry, { kind: 'file' }>): void {
  fields.text(1, nameOf(file.path));
  fields.digest(2, file.digest);
  fields.flag(4, (file.mode & 0o111) !== 0);
  writeMode(fields, 6, file.mode);
}

function writeMode(fields: FieldWriter, field: number, mode: number): void {
  fields.message(field, (properties) => properties.message(3, (value) => value.integer(1, mode)));
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * Reads a `Tree`, ours or another program's; `undefined` when the bytes are not a sound one: a name that would leave its
 * directory, comes twice, or a directory that is not there.
 */
export function decodeTree(bytes: Uint8Array): TreeManifest | undefined {
  try {
    const directories = new Map<string, ParsedDirectory>();
    let root: ParsedDirectory | undefined;
    readFields(bytes, (field, value) => {
      if (field === 1) root = parseDirectory(asBytes(value));
      else if (field === 2) directories.set(sha256(asBytes(value)), parseDirectory(asBytes(value)));
    });
    const entries: TreeEntry[] = [];
    if (root !== undefined) flatten(root, '', { directories, entries });
    return { entries };
  } catch {
    return undefined;
  }
}

interface ParsedDirectory {
  readonly mode: number | undefined;
  readonly files: readonly { readonly name: string; readonly digest: Digest; readonly mode: number }[];
  readonly directories: readonly { readonly name: string; readonly digest: Digest }[];
  readonly links: readonly { readonly name: string; readonly target: string }[];
}

interface Flattening {
  readonly directories: ReadonlyMap<string, ParsedDirectory>;
  readonly entries: TreeEntry[];
}

function flatten(directory: ParsedDirectory, prefix: string, to: Flattening): void {
  for (const { name, digest, mode } of directory.files)
    to.entries.push({ kind: 'file', path: prefix + name, mode, digest });
  for (const { name, target } of directory.links) to.entries.push({ kind: 'link', path: prefix + name, target });
  for (const { name, digest } of directory.directories) {
    const below = to.directories.get(digest.hash);
    if (below === undefined) throw new Error('a directory is missing');
    to.entries.push({ kind: 'directory', path: prefix + name, mode: below.mode ?? 0o755 });
    if (to.entries.length > mostEntries) throw new Error('too many entries');
    flatten(below, `${prefix}${name}/`, to);
  }
}

function parseDirectory(bytes: Uint8Array): ParsedDirectory {
  const files: ParsedDirectory['files'][number][] = [];
  const directories: ParsedDirectory['directories'][number][] = [];
  const links: ParsedDirectory['links'][number][] = [];
  let mode: number | undefined;
  readFields(bytes, (field, value) => {
    if (field === 1) files.push(parseFile(asBytes(value)));
    else if (field === 2) directories.push(parseDirectoryNode(asBytes(value)));
    else if (field === 3) links.push(parseLink(asBytes(value)));
    else if (field === 5) mode = parseMode(value);
  });
  const names = [...files, ...directories, ...links].map(({ name }) => name);
  if (new Set(names).size !== names.length || !names.every(isName)) throw new Error('an unsound name');
  return { files, directories, links, mode };
}

function parseFile(bytes: Uint8Array): ParsedDirectory['files'][number] {
  let name = '';
  let digest: Digest | undefined;
  let isExecutable = false;
  let mode: number | undefined;
  readFields(bytes, (field, value) => {
    if (field === 1) name = asText(value);
    else if (field === 2) digest = asDigest(value);
    else if (field === 4) isExecutable = asNumber(value) !== 0;
    else if (field === 6) mode = parseMode(value);
  });
  if (digest === undefined) throw new Error('a file without content');
  return { name, digest, mode: mode ?? (isExecutable ? 0o755 : 0o644) };
}

function parseDirectoryNode(bytes: Uint8Array): ParsedDirectory['directories'][number] {
  let name = '';
  let digest: Digest | undefined;
  readFields(bytes, (field, value) => {
    if (field === 1) name = asText(value);
    else if (field === 2) digest = asDigest(value);
  });
  if (digest === undefined) throw new Error('a directory without digest');
  return { name, digest };
}

function parseLink(bytes: Uint8Array): ParsedDirectory['links'][number] {
  let name = '';
  let target = '';
  readFields(bytes, (field, value) => {
    if (field === 1) name = asText(value);
    else if (field === 2) target = asText(value);
  });
  if (target === '' || target.includes('\0')) throw new Error('a link without target');
  return { name, target };
}

/** `unix_mode` of `NodeProperties`, its permission bits; `undefined` when it is not there. */
function parseMode(properties: FieldValue): number | undefined {
  let mode: number | undefined;
  readFields(asBytes(properties), (field, value) => {
    if (field !== 3) return;
    mode = 0;
    readFields(asBytes(value), (inner, number) => {
      if (inner === 1) mode = asNumber(number) & 0o7777;
    });
  });
  return mode;
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && !name.includes('\0');
}
