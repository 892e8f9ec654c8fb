import { lstat, readdir } from 'node:fs/promises';
import { compareCodePoints } from '../base/canonical-json.ts';
import { wildcard } from '../python/modules/glob-pattern.ts';
import type { FileDigests } from '../signatures/describe-task.ts';
import { sourceDigest } from '../tasks/source-digest.ts';
import { digestKey, type Witness } from './settled/witness.ts';

/**
 * Digests of local sources (`sourceDigest`). Each path is looked at once per instance; a witness is told what decided.
 */
export function fileDigests(witness?: Witness): FileDigests {
  const known = new Map<string, Promise<string>>();
  return {
    digest(path, leftOut = []) {
      const key = digestKey(path, leftOut);
      const before = known.get(key);
      if (before !== undefined) return before;
      const answer = sourceDigest(path, { witness: witness?.forDigest(path, leftOut), leftOut });
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
