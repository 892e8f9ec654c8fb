import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, compareCodePoints } from '../base/canonical-json.ts';
import { digestOfFile, sha256 } from '../base/sha256.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { wildcard } from '../python/modules/glob-pattern.ts';
import type { FileDigests } from '../signatures/describe-task.ts';
import type { Witness } from './settled/witness.ts';

/**
 * Digests of local sources: content and executable bit of a file, names and the same of everything in a directory.
 * Each path is looked at once per instance; a witness is told what decided.
 */
export function fileDigests(witness?: Witness): FileDigests {
  const known = new Map<string, Promise<string>>();
  return {
    digest(path, leftOut = []) {
      const key = [path, ...leftOut].join('\n');
      const answer = known.get(key) ?? digestOfPath(path, { witness, leftOut });
      known.set(key, answer);
      return answer;
    },
    matching: (pattern) => matching(pattern, witness),
  };
}

/** Path by path: `*`, `?` and `[...]` stand for names in one folder, as in Python's glob. */
async function matching(pattern: string, witness: Witness | undefined): Promise<readonly string[]> {
  let found = [''];
  for (const part of pattern.split('/').slice(1)) {
    if (!/[*?[]/.test(part)) found = found.map((folder) => `${folder}/${part}`);
    else found = (await Promise.all(found.map((folder) => namesLike(part, folder, witness)))).flat();
  }
  const there = await Promise.all(found.map((path) => lstat(path).catch(() => undefined)));
  return found.filter((_, index) => there[index] !== undefined).sort(compareCodePoints);
}

async function namesLike(part: string, folder: string, witness: Witness | undefined): Promise<readonly string[]> {
  const names = await readdir(folder === '' ? '/' : folder).catch(() => []);
  witness?.sawFile(folder, names.length > 0 || undefined);
  const wanted = wildcard(part);
  const isSeen = (name: string) => wanted.test(name) && (part.startsWith('.') || !name.startsWith('.'));
  return names.filter(isSeen).map((name) => `${folder}/${name}`);
}

interface Looking {
  readonly witness: Witness | undefined;
  readonly leftOut: readonly string[];
}

async function digestOfPath(path: string, { witness, leftOut }: Looking): Promise<string> {
  try {
    const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    witness?.sawFile(path, stats !== undefined);
    if (stats === undefined) return 'missing';
    if (!stats.isDirectory()) return await fileEntry(path, stats);
    const entries: Record<string, string> = {};
    await addDirectory(path, '', { entries, witness, leftOut });
    return sha256(canonicalJson(entries));
  } catch (error) {
    throw systemError(error, 'reading the source', path);
  }
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

interface Listing extends Looking {
  readonly entries: Record<string, string>;
}

async function addDirectory(root: string, below: string, listing: Listing): Promise<void> {
  const { entries, witness, leftOut } = listing;
  const names = await readdir(join(root, below));
  for (const name of names.sort(compareCodePoints)) {
    const path = below === '' ? name : `${below}/${name}`;
    const full = join(root, path);
    witness?.sawLink(full);
    const stats = await lstat(full);
    if (stats.isSymbolicLink()) entries[path] = `link ${await readlink(full)}`;
    else if (stats.isDirectory()) {
      if (leftOut.includes(name)) continue;
      entries[path] = 'directory';
      await addDirectory(root, path, listing);
    } else entries[path] = await fileEntry(full, stats);
  }
}
