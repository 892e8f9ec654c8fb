import { isUtf8 } from 'node:buffer';
import type { Stats } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, compareCodePoints } from '../base/canonical-json.ts';
import type { Digest } from '../base/digest.ts';
import { digestOf } from '../base/sha256.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { attributesName, deviceNumbers, encodeAttributes, isKeptAttribute, type PathAttributes } from './attributes.ts';
import type { BlobStore } from './blob-store.ts';
import { inParallel } from './in-parallel.ts';
import { encodeTree } from './reapi/tree.ts';
import { systemCalls } from './system-calls.ts';
import type { TreeEntry } from './tree-manifest.ts';

/** What was captured: one tree per directory, what lies beside the trees, and the digest that stands for all of it. */
export interface CapturedOutputs {
  readonly trees: readonly Digest[];
  /** Attributes of trees, by their names in a result; trees that need none have none. */
  readonly files: Readonly<Record<string, Digest>>;
  readonly output: Digest;
}

/** How a task's directories are to be captured. */
export interface CaptureOptions {
  /** The task was a fakeroot task: who owns what is part of what it made. */
  readonly owned?: boolean | undefined;
}

const filesAtOnce = 8;

/**
 * Stores the content of directories (in their order) as blobs and trees. A directory that does not exist counts as
 * empty. Throws StxError for sockets, names that are not UTF-8, a file
 * system that fails, and for fakeroot tasks where extended attributes cannot be read.
 */
export async function captureOutputs(
  directories: readonly string[],
  store: BlobStore,
  { owned = false }: CaptureOptions = {},
): Promise<CapturedOutputs> {
  if (owned && systemCalls() === undefined) throw blind();
  const trees: Digest[] = [];
  const files: Record<string, Digest> = {};
  for (const [index, directory] of directories.entries()) {
    try {
      const walk: Walk = { root: directory, owned, entries: [], files: [], paths: new Map() };
      await listDirectory(walk, '');
      const digests = await storeFiles(walk, store);
      trees.push(await store.putBytes(encodeTree({ entries: [...walk.entries, ...digests] })));
      const attributes = encodeAttributes({ owned, paths: walk.paths });
      if (attributes !== undefined) files[attributesName(index)] = await store.putBytes(attributes);
    } catch (error) {
      throw systemError(error, 'storing', directory);
    }
  }
  return { trees, files, output: outputDigest(trees, files) };
}

/** Without its capabilities the output of a fakeroot task would pass for another one. */
function blind(): StxError {
  return StxError.of('unstorable-output', 'extended attributes cannot be read: the package `koffi` is not installed', {
    origin: 'environment',
    help: '`npm ci` in the folder of stx-bake installs it',
  });
}

/** The digest that stands for captured trees: over their digests and those of their attributes alone. */
export function outputDigest(trees: readonly Digest[], files: Readonly<Record<string, Digest>>): Digest {
  const named = trees.map(({ hash, sizeBytes }, index) => {
    const attributes = files[attributesName(index)];
    return { hash, size: sizeBytes, ...(attributes !== undefined && { attributes: attributes.hash }) };
  });
  return digestOf(canonicalJson(named));
}

interface FoundFile {
  readonly path: string;
  readonly mode: number;
  /** Names the content when the file has several names. */
  readonly inode: string | undefined;
}

interface Walk {
  readonly root: string;
  readonly owned: boolean;
  readonly entries: TreeEntry[];
  readonly files: FoundFile[];
  readonly paths: Map<string, PathAttributes>;
}

async function listDirectory(walk: Walk, below: string): Promise<void> {
  const directory = join(walk.root, below);
  const names = await readdir(directory, { encoding: 'buffer' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && below === '') return [];
    throw error;
  });
  for (const name of names.map((bytes) => utf8(bytes, directory)).sort(compareCodePoints)) {
    const path = below === '' ? name : `${below}/${name}`;
    const full = join(walk.root, path);
    const stats = await lstat(full);
    const mode = stats.mode & 0o7777;
    noteAttributes(walk, path, stats);
    if (stats.isSymbolicLink()) walk.entries.push({ kind: 'link', path, target: await readLink(full) });
    else if (stats.isFile())
      walk.files.push({ path, mode, inode: stats.nlink > 1 ? `${stats.dev}:${stats.ino}` : undefined });
    else if (stats.isDirectory()) {
      walk.entries.push({ kind: 'directory', path, mode });
      await listDirectory(walk, path);
    } else noteNode(walk, path, stats);
  }
}

/** Stores each content once; further names of one file are noted as such. */
async function storeFiles(walk: Walk, store: BlobStore): Promise<readonly TreeEntry[]> {
  const firsts = new Map<string, FoundFile>();
  const own: FoundFile[] = [];
  const further: { readonly file: FoundFile; readonly first: string }[] = [];
  for (const file of [...walk.files].sort((a, b) => compareCodePoints(a.path, b.path))) {
    const first = file.inode === undefined ? undefined : firsts.get(file.inode);
    if (first !== undefined) further.push({ file, first: first.path });
    else own.push(file);
    if (file.inode !== undefined && first === undefined) firsts.set(file.inode, file);
  }
  const digests = new Map<string, Digest>();
  await inParallel(own, filesAtOnce, async ({ path }) => {
    digests.set(path, await store.putFile(join(walk.root, path)));
  });
  for (const { file, first } of further) {
    walk.paths.set(file.path, { ...walk.paths.get(file.path), sameAs: first });
    const digest = digests.get(first);
    if (digest !== undefined) digests.set(file.path, digest);
  }
  return walk.files.flatMap(({ path, mode }): TreeEntry[] => {
    const digest = digests.get(path);
    return digest === undefined ? [] : [{ kind: 'file', path, mode, digest }];
  });
}

/** An ordinary user without a range of ids stands for user 0 of a fakeroot task. */
const ownUid = process.getuid?.();
const ownGid = process.getgid?.();

function noteAttributes({ root, owned, paths }: Walk, path: string, stats: Stats): void {
  const extended: Record<string, string> = {};
  for (const [name, value] of systemCalls()?.attributes(join(root, path)) ?? [])
    if (isKeptAttribute(name)) extended[name] = value.toString('base64');
  const attributes: PathAttributes = {
    ...(owned && stats.uid !== ownUid && stats.uid !== 0 && { uid: stats.uid }),
    ...(owned && stats.gid !== ownGid && stats.gid !== 0 && { gid: stats.gid }),
    ...(Object.keys(extended).length > 0 && { extended }),
  };
  if (Object.keys(attributes).length > 0) paths.set(path, attributes);
}

function noteNode({ root, paths }: Walk, path: string, stats: Stats): void {
  if (stats.isSocket()) {
    const message = `\`${join(root, path)}\` is a socket, which means nothing without its program`;
    throw StxError.of('unstorable-output', message, { origin: 'task', help: 'let the task remove it' });
  }
  const type = stats.isBlockDevice() ? 'block' : stats.isCharacterDevice() ? 'character' : 'pipe';
  const numbers = type === 'pipe' ? { major: 0, minor: 0 } : deviceNumbers(stats.rdev);
  paths.set(path, { ...paths.get(path), node: { type, mode: stats.mode & 0o7777, ...numbers } });
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
