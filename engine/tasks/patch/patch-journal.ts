import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PatchSet, patchBackupName, patchMarkerName, patchSets } from '../unpack/workdir-content.ts';

/** Where one patch leaves what it replaces: `files/` from GNU patch, `entry.json` from us. */
export interface JournalEntry {
  readonly directory: string;
  /** Prefix that GNU patch puts before the names of its backups. */
  readonly backupPrefix: string;
}

interface EntryRecord {
  readonly root: string;
  /** Files and folders that were not there before, deepest last. */
  readonly added: readonly string[];
}

/** Where patches of a series are applied. */
export interface PatchRun {
  readonly workdir: string;
  readonly set: PatchSet;
}

/**
 * Starts a run over WORKDIR. What an earlier run of this series applied since the last unpack is taken back first, whether
 * it failed, was killed or was complete (the task was forced, or killed before it was noted as done); before that what
 * later series applied on top.
 */
export async function startJournal({ workdir, set }: PatchRun): Promise<void> {
  for (const each of patchSets.slice(patchSets.indexOf(set)).reverse()) {
    const backups = join(workdir, patchBackupName(each));
    const names = (await readdir(backups).catch(() => [])).sort().reverse();
    for (const name of names) await takeBack(join(backups, name));
    await rm(backups, { recursive: true, force: true });
    await rm(join(workdir, patchMarkerName(each)), { force: true });
  }
  await writeFile(join(workdir, patchMarkerName(set)), 'applying\n');
}

/** Ends a run: the marker lists what was applied. The backups stay, for a run over the same unpacked sources. */
export async function finishJournal({ workdir, set }: PatchRun, names: readonly string[]): Promise<void> {
  const marker = join(workdir, patchMarkerName(set));
  await writeFile(`${marker}.new`, `applied\n${names.map((name) => `${name}\n`).join('')}`);
  await rename(`${marker}.new`, marker);
}

/** Prepares the entry of one patch that will touch `files` below `root`. */
export async function openEntry(run: PatchRun, index: number, what: { root: string; files: readonly string[] }) {
  const directory = join(run.workdir, patchBackupName(run.set), String(index).padStart(5, '0'));
  await mkdir(join(directory, 'files'), { recursive: true });
  const added = new Set<string>();
  for (const file of what.files) {
    for (const path of withParents(file)) {
      if ((await stat(join(what.root, path)).catch(() => undefined)) === undefined) added.add(path);
    }
  }
  const record: EntryRecord = { root: what.root, added: [...added] };
  // Whole or not at all: a record that was cut short could not be taken back. Nothing is patched before it is there.
  const path = join(directory, 'entry.json');
  await writeFile(`${path}.new`, JSON.stringify(record));
  await rename(`${path}.new`, path);
  return { directory, backupPrefix: `${directory}/files/` };
}

/** Puts everything back that one patch changed. Can be repeated. */
export async function takeBack(directory: string): Promise<void> {
  const text = await readFile(join(directory, 'entry.json'), 'utf8').catch(() => undefined);
  if (text !== undefined) {
    const { root, added } = JSON.parse(text) as EntryRecord;
    const fresh = new Set(added);
    const files = join(directory, 'files');
    const backups = await readdir(files, { recursive: true, withFileTypes: true });
    for (const entry of backups) {
      const from = join(entry.parentPath, entry.name);
      const name = from.slice(files.length + 1);
      if (entry.isDirectory() || fresh.has(name)) continue;
      await mkdir(dirname(join(root, name)), { recursive: true });
      await rename(from, join(root, name));
    }
    for (const name of added) await rm(join(root, name), { recursive: true, force: true });
  }
  await rm(directory, { recursive: true, force: true });
}

function withParents(file: string): readonly string[] {
  const parts = file.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}
