import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { processSpace } from '../net/process-mark.ts';

/** Held while a build works in a build directory. */
export interface BuildLock {
  [Symbol.dispose](): void;
}

/**
 * Takes the build directory for this process. The lock names process, start time and process space, so that one left
 * behind by a killed build does not count. Throws StxError `build-directory-busy`.
 */
export function takeBuildLock(directory: string): BuildLock {
  const path = join(directory, 'stx-bake.lock');
  const fresh = uniqueName(path);
  const content = `${process.pid} ${startTime(process.pid)} ${processSpace()}\n`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(fresh, content);
    while (!appears(fresh, path)) {
      const holder = readOrEmpty(path);
      refuseLiveHolder(holder, path, directory);
      removeIf(path, holder);
    }
    return { [Symbol.dispose]: () => removeIf(path, content) };
  } catch (error) {
    throw systemError(error, 'locking', directory);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Makes `path` the same file as `fresh`; false when there is one already. */
function appears(fresh: string, path: string): boolean {
  try {
    linkSync(fresh, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock if it is the one that was read; one that has taken its place since then is put back. */
function removeIf(path: string, content: string): void {
  if (readOrEmpty(path) !== content) return;
  const aside = uniqueName(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readOrEmpty(aside) !== content) appears(aside, path);
  rmSync(aside, { force: true });
}

function refuseLiveHolder(holder: string, path: string, directory: string): void {
  const [pid = '', started = '', space = ''] = holder.trim().split(' ');
  if (pid === '') return;
  const isForeign = space !== processSpace();
  if (!isForeign && startTime(Number(pid)) !== started) return;
  if (isForeign && isFromBeforeRestart(path)) return;
  const whose = isForeign ? `${pid} of another container or machine` : pid;
  const foreignHelp = `; if it is certain that it has ended, remove \`${path}\``;
  throw StxError.of('build-directory-busy', `another build (process ${whose}) works in \`${directory}\``, {
    origin: 'environment',
    help: `wait for it, or use another build directory with --build-dir${isForeign ? foreignHelp : ''}`,
  });
}

/** A lock that is older than this machine's uptime: whoever took it here is gone. */
function isFromBeforeRestart(path: string): boolean {
  const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
  return changedMs < systemClock.nowMs() - uptime() * 1000;
}

function uniqueName(path: string): string {
  return `${path}.${crypto.randomUUID()}`;
}

/** Start time of a process in clock ticks since boot, or the empty string when there is none. */
function startTime(pid: number): string {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
