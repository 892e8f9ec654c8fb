import { readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { systemClock } from '../base/clock.ts';
import { isAbandoned, processMark } from './process-mark.ts';

/** The temporary file of one download: owned by this process until it is renamed or put back. */
export interface PartFile {
  readonly path: string;
  /** What an earlier download left in it; 0 for a fresh one. */
  readonly sizeBytes: number;
}

const owned = /^\.part-([0-9a-f.]+)-[0-9a-z-]+$/;

/**
 * Claims `PATH.part`, or what a dead process left of it, under a name of this process; a fresh name when there is
 * nothing. The claim is a rename, so of two processes only one continues the same bytes; what it claims counts as changed
 * now, before it has its name.
 */
export async function claimPartFile(path: string): Promise<PartFile> {
  const mine = `${path}.part-${processMark()}-${threadId}-${crypto.randomUUID().slice(0, 8)}`;
  for (const candidate of await abandonedParts(path)) {
    try {
      const now = systemClock.nowMs() / 1000;
      await utimes(candidate, now, now);
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
  const name = basename(path);
  const abandoned: string[] = [];
  for (const each of await readdir(directory)) {
    if (!each.startsWith(`${name}.part`)) continue;
    const found = join(directory, each);
    const mark = owned.exec(each.slice(name.length))?.[1];
    if (each === `${name}.part` || (mark !== undefined && (await isAbandoned(mark, found)))) abandoned.push(found);
  }
  return abandoned;
}
