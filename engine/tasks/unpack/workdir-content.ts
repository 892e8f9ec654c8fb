import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const listName = '.unpacked';
const stagingName = '.unpack';

/** The series that patches of a source may be in, in the order in which they are applied; empty: the only one. */
export const patchSets = ['packaging', 'source', ''] as const;

/** A series of patches. */
export type PatchSet = (typeof patchSets)[number];

/** Written by patch, void after a fresh unpack. */
export function patchMarkerName(set: PatchSet): string {
  return set === '' ? '.patches-applied' : `.patches-applied-${set}`;
}

/** Folder in which patch keeps what it replaced, until sources are unpacked anew. */
export function patchBackupName(set: PatchSet): string {
  return set === '' ? '.patches' : `.patches-${set}`;
}

/** An empty folder on the file system of WORKDIR, in which an unpack is prepared; what an earlier one left is gone. */
export async function openStaging(workdir: string): Promise<string> {
  const path = join(workdir, stagingName);
  await removeStaging(workdir);
  await mkdir(path, { recursive: true });
  return path;
}

/** Removes the folder of a preparation. */
export async function removeStaging(workdir: string): Promise<void> {
  await rm(join(workdir, stagingName), { recursive: true, force: true });
}

/** Removes what the last unpack put here, and the source folder when it lies in WORKDIR. */
export async function removeEarlier(workdir: string, sourceDirectory: string): Promise<void> {
  const list = await readFile(join(workdir, listName), 'utf8').catch(() => '');
  for (const name of list.split('\0')) {
    if (name !== '') await rm(join(workdir, name), { recursive: true, force: true });
  }
  if (sourceDirectory.startsWith(`${workdir}/`)) await rm(sourceDirectory, { recursive: true, force: true });
  for (const set of patchSets) {
    await rm(join(workdir, patchBackupName(set)), { recursive: true, force: true });
    await rm(join(workdir, patchMarkerName(set)), { force: true });
  }
}

/** Moves the prepared content into WORKDIR and notes what it put there, in the file it names. Folders that are there stay. */
export async function moveIn(staging: string, workdir: string): Promise<string> {
  const names = await plannedMoves(staging, workdir, '');
  // Noted first: an unpack that is killed half way is then cleaned up by the next one.
  const list = join(workdir, listName);
  await writeFile(list, names.join('\0'));
  for (const name of names) {
    await mkdir(dirname(join(workdir, name)), { recursive: true });
    await rm(join(workdir, name), { recursive: true, force: true });
    await rename(join(staging, name), join(workdir, name));
  }
  return list;
}

async function plannedMoves(staging: string, workdir: string, below: string): Promise<readonly string[]> {
  const moves: string[] = [];
  for (const entry of await readdir(join(staging, below), { withFileTypes: true })) {
    const name = join(below, entry.name);
    const isMerged = entry.isDirectory() && (await isDirectory(join(workdir, name)));
    if (isMerged) moves.push(...(await plannedMoves(staging, workdir, name)));
    else moves.push(name);
  }
  return moves;
}

async function isDirectory(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() ?? false;
}
