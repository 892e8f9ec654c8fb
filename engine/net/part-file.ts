import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { isProcessAlive } from '../base/process-alive.ts';

/** The temporary file of one download: owned by this process until it is renamed or put back. */
export interface PartFile {
  readonly path: string;
  /** What an earlier download left in it; 0 for a fresh one. */
  readonly sizeBytes: number;
}

const owned = /\.part-(\d+)-[0-9a-z-]+$/;

/**
 * Claims `PATH.part`, or what a dead process left of it, under a name of this process; a fresh name when there is
 * nothing. The claim is a rename, so of two processes only one continues the same bytes.
 */
export async function claimPartFile(path: string): Promise<PartFile> {
  const mine = `${path}.part-${process.pid}-${threadId}-${crypto.randomUUID().slice(0, 8)}`;
  for (const candidate of await abandonedParts(path)) {
    try {
      await rename(candidate, mine);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
      throw error;
    }
    return { path: mine, sizeBytes: (await stat(mine)).size };
  }
  return { path: mine, sizeBytes: 0 };
}

/** Leaves what was received as `PATH.part`, where the next download finds it; an empty file is removed. */
export async function releasePartFile(path: string, part: PartFile): Promise<void> {
  const size = (await stat(part.path).catch(() => undefined))?.size ?? 0;
  if (size === 0) await rm(part.path, { force: true });
  else await rename(part.path, `${path}.part`);
}

async function abandonedParts(path: string): Promise<readonly string[]> {
  const directory = dirname(path);
  const prefix = `${basename(path)}.part`;
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  return names
    .filter((name) => name === prefix || isAbandoned(name.slice(prefix.length - '.part'.length)))
    .map((name) => join(directory, name));
}

function isAbandoned(suffix: string): boolean {
  const pid = owned.exec(suffix)?.[1];
  return pid !== undefined && !isProcessAlive(Number(pid));
}
