import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isProcessAlive } from '../../base/process-alive.ts';
import { systemError } from '../../base/system-error.ts';
import type { OutputDirectory } from '../../messages/task-order.ts';
import type { Artifact } from '../../messages/task-outcome.ts';
import { type CopiedFiles, copyEntry } from '../../sstate/copy-entry.ts';

/**
 * Makes what a task wrote in `from` appear in `to`, which it may share with other tasks: each file under a temporary
 * name and then renamed, unless it is there already. Files that an earlier run of the task published and this one did not are removed. Returns what
 * must be there from now on: every published file, and the top entries of directories that belong to the task alone.
 */
export async function publishOutputs(outputs: readonly OutputDirectory[]): Promise<readonly Artifact[]> {
  const artifacts: Artifact[] = [];
  for (const output of outputs) {
    try {
      artifacts.push(...(output.from === output.to ? await topEntries(output.to) : await publish(output)));
    } catch (error) {
      throw systemError(error, 'publishing to', output.to);
    }
  }
  return artifacts;
}

async function topEntries(directory: string): Promise<readonly Artifact[]> {
  return (await readdir(directory)).map((name) => ({ path: join(directory, name) }));
}

async function publish({ from, to }: OutputDirectory): Promise<readonly Artifact[]> {
  const listPath = `${from}.published`;
  const earlier = await readList(listPath);
  await mkdir(to, { recursive: true });
  await removeAbandoned(to);
  const now = await copyTree({ from, to, copied: new Map() }, '');
  const kept = new Set(now);
  await writeAtomically(listPath, JSON.stringify(now));
  for (const path of earlier) if (!kept.has(path)) await rm(join(to, path), { force: true });
  return Promise.all(now.map((path) => publishedFile(join(to, path))));
}

async function publishedFile(path: string): Promise<Artifact> {
  const stats = await lstat(path);
  return stats.isFile() ? { path, sizeBytes: stats.size } : { path };
}

interface CopiedTree {
  readonly from: string;
  readonly to: string;
  readonly copied: CopiedFiles;
}

async function copyTree(tree: CopiedTree, below: string): Promise<string[]> {
  const { from, to, copied } = tree;
  const published: string[] = [];
  for (const entry of await readdir(join(from, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory()) {
      await mkdir(join(to, path), { recursive: true });
      published.push(...(await copyTree(tree, path)));
    } else {
      copyEntry(join(from, path), join(to, path), copied);
      published.push(path);
    }
  }
  return published;
}

/** Unfinished files of engines that were killed; their names hold the process id. */
async function removeAbandoned(to: string): Promise<void> {
  for (const path of await readdir(to, { recursive: true })) {
    const pid = /^\.stx-(\d+)-/.exec(basename(path))?.[1];
    if (pid !== undefined && !isProcessAlive(Number(pid))) await rm(join(to, path), { force: true });
  }
}

async function readList(path: string): Promise<readonly string[]> {
  const value: unknown = await readFile(path, 'utf8').then(JSON.parse, () => []);
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
