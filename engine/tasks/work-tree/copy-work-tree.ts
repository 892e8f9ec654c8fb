import { constants } from 'node:fs';
import { chmod, copyFile, lutimes, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { listWorkTree, type WorkTreeEntry } from './list-work-tree.ts';

/** 2000-01-01: no file looks older than what it was made from, whenever it was checked out or edited. */
const fileTimeSeconds = 946_684_800;

/**
 * Lays what counts of a folder (`listWorkTree`) out in an empty one: modes 755 and 644, all of one time. Links stay as they are.
 * Throws StxError `source-changed` when something goes meanwhile.
 */
export async function copyWorkTree(from: string, to: string, signal: AbortSignal): Promise<void> {
  const folders = new Set<string>();
  const makeFolder = async (path: string): Promise<void> => {
    if (folders.has(path)) return;
    await mkdir(path, { recursive: true, mode: 0o755 });
    for (let each = path; each.length >= to.length && !folders.has(each); each = dirname(each)) folders.add(each);
  };
  await makeFolder(to);
  for (const entry of await listWorkTree(from)) {
    signal.throwIfAborted();
    const target = join(to, entry.name);
    await makeFolder(entry.kind === 'directory' ? target : dirname(target));
    await place(entry, join(from, entry.name), target);
  }
  for (const each of folders) {
    await chmod(each, 0o755);
    await lutimes(each, fileTimeSeconds, fileTimeSeconds);
  }
}

async function place({ kind }: WorkTreeEntry, from: string, target: string): Promise<void> {
  if (kind === 'directory') return;
  try {
    if (kind === 'link') await symlink(await readlink(from), target);
    else {
      await rm(target, { force: true });
      await copyFile(from, target, constants.COPYFILE_FICLONE);
      await chmod(target, kind === 'executable' ? 0o755 : 0o644);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw StxError.of('source-changed', `\`${from}\` went while it was copied`, { help: 'build again' });
  }
  await lutimes(target, fileTimeSeconds, fileTimeSeconds);
}
