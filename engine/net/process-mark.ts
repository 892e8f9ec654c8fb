import { readFileSync, readlinkSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { systemClock } from '../base/clock.ts';
import { isProcessAlive } from '../base/process-alive.ts';
import { sha256 } from '../base/sha256.ts';

const foreignLifetimeMs = 3_600_000;
let space: string | undefined;

/** Identifies what process ids count in: this boot of this machine and this process's pid namespace. */
export function processSpace(): string {
  space ??= sha256(
    `${orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))} ${orNothing(() => readlinkSync('/proc/self/ns/pid'))}`,
  ).slice(0, 8);
  return space;
}

/** Stands for this process in the names of its unfinished files, which other containers and machines may see as well. */
export function processMark(): string {
  return `${process.pid}.${processSpace()}`;
}

/**
 * Whether nobody writes a file any more whose name holds this mark: its process is gone; or, where that cannot be seen
 * because the mark is of another process space, the file has not changed for an hour.
 */
export async function isAbandoned(mark: string, path: string): Promise<boolean> {
  const [pid = '', origin] = mark.split('.');
  if (!/^\d+$/.test(pid)) return false;
  if (origin === processSpace()) return !isProcessAlive(Number(pid));
  const changed = (await stat(path).catch(() => undefined))?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return systemClock.nowMs() - changed > foreignLifetimeMs;
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
