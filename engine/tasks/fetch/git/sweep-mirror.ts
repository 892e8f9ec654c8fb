import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAbandoned } from '../../../net/process-mark.ts';

/** How the names of unfinished things beside a mirror begin; the mark of their process follows, then perhaps `-` and more. */
export function unfinishedPrefix(path: string): string {
  return `.${basename(path)}.new-`;
}

/** Removes what a killed fetch left: unfinished mirrors, lock files of git, halves of packs. The mirror's lock is held. */
export async function sweepMirror(path: string): Promise<void> {
  const folder = dirname(path);
  const unfinished = unfinishedPrefix(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(unfinished)) continue;
    const left = join(folder, name);
    const mark = name.slice(unfinished.length).replace(/-.*$/, '');
    if (await isAbandoned(mark, left)) await rm(left, { recursive: true, force: true });
  }
  await sweepRepository(path);
}

async function sweepRepository(path: string): Promise<void> {
  for (const name of await readdir(path).catch(() => [])) {
    if (name.endsWith('.lock')) await rm(join(path, name), { force: true });
  }
  for (const entry of await readdir(join(path, 'refs'), { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (entry.isFile() && entry.name.endsWith('.lock')) await rm(join(entry.parentPath, entry.name), { force: true });
  }
  for (const name of await readdir(join(path, 'objects', 'pack')).catch(() => [])) {
    if (name.startsWith('tmp_')) await rm(join(path, 'objects', 'pack', name), { force: true });
  }
}
