import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { sha256 } from '../base/sha256.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { processSpace } from '../net/process-mark.ts';
import { buildProgress, progressText } from './live/build-progress.ts';

/** Held while a build works in a build directory. */
export interface BuildLock {
  [Symbol.dispose](): void;
}

/** Who works in a build directory. */
export interface LockHolder {
  readonly pid: number;
  /** It may run on another machine or in another container: whether it still does cannot be seen. */
  readonly isForeign: boolean;
  /** The words behind `stx-bake`; absent: it did not say. */
  readonly command?: readonly string[] | undefined;
  /** Milliseconds since the epoch. */
  readonly sinceMs?: number | undefined;
}

/**
 * Takes the build directory for this process. The lock names process, start time and process space, so that one left
 * behind by a killed build does not count; its second line says what the process does. Throws StxError `build-directory-busy`.
 */
export function takeBuildLock(directory: string, command: readonly string[] = process.argv.slice(2)): BuildLock {
  const path = lockPath(directory);
  const fresh = uniqueName(path);
  const about = JSON.stringify({ command, sinceMs: systemClock.nowMs() });
  const content = `${process.pid} ${startTime(process.pid)} ${processSpace()}\n${about}\n`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(fresh, content);
    while (!appears(fresh, path)) {
      const holder = readOrEmpty(path);
      const live = liveHolder(holder, path);
      if (live !== undefined) throw busy(live, path, directory);
      breakStale(path, holder);
    }
    sweepLeftovers(directory);
    return { [Symbol.dispose]: () => removeOwn(path, content) };
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

/**
 * Removes a stale lock if it is still the one that was read. Of all who find the same one stale only who makes the link
 * that is named after it may remove it, so that a lock that has taken its place meanwhile is never touched.
 */
function breakStale(path: string, content: string): void {
  const breaker = `${path}.stale-${sha256(content).slice(0, 16)}`;
  try {
    linkSync(path, breaker);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code !== 'EEXIST') throw error;
    waitForBreaker(breaker);
    return;
  }
  if (readOrEmpty(breaker) === content) rmSync(path, { force: true });
  rmSync(breaker, { force: true });
}

/** Whoever made the link is about to remove the lock, unless it was killed just then. */
function waitForBreaker(breaker: string): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  const madeMs = statSync(breaker, { throwIfNoEntry: false })?.ctimeMs;
  if (madeMs !== undefined && madeMs < systemClock.nowMs() - breakerPatienceMs) rmSync(breaker, { force: true });
}

const breakerPatienceMs = 5000;

/** Nobody else removes the lock of a process that lives. */
function removeOwn(path: string, content: string): void {
  if (readOrEmpty(path) === content) rmSync(path, { force: true });
}

const leftoverMs = 3_600_000;

/** Files that starters made who were killed before their end. */
function sweepLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith('stx-bake.lock.')) continue;
    const path = join(directory, name);
    const madeMs = statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Number.POSITIVE_INFINITY;
    if (madeMs < systemClock.nowMs() - leftoverMs) rmSync(path, { force: true });
  }
}

/** Who works in a build directory now; `undefined`: nobody. */
export function buildLockHolder(directory: string): LockHolder | undefined {
  const path = lockPath(directory);
  return liveHolder(readOrEmpty(path), path);
}

function lockPath(directory: string): string {
  return join(directory, 'stx-bake.lock');
}

function liveHolder(content: string, path: string): LockHolder | undefined {
  const [first = '', second = ''] = content.split('\n');
  const [pid = '', started = '', space = ''] = first.trim().split(' ');
  if (pid === '') return undefined;
  const isForeign = space !== processSpace();
  if (!isForeign && startTime(Number(pid)) !== started) return undefined;
  if (isForeign && isFromBeforeRestart(path)) return undefined;
  return { pid: Number(pid), isForeign, ...aboutHolder(second) };
}

function aboutHolder(text: string): Pick<LockHolder, 'command' | 'sinceMs'> {
  try {
    const { command, sinceMs } = JSON.parse(text) as LockHolder;
    return Array.isArray(command) && typeof sinceMs === 'number' ? { command, sinceMs } : {};
  } catch {
    return {};
  }
}

function busy(holder: LockHolder, path: string, directory: string): StxError {
  const { pid, isForeign, command, sinceMs } = holder;
  const whose = isForeign ? `${pid} of another container or machine` : `${pid}`;
  const what = command === undefined || sinceMs === undefined ? '' : `: ${commandText(command)} ${sinceText(sinceMs)}`;
  const progress = buildProgress(directory, pid);
  const foreignHelp = `; if it is certain that it has ended, remove \`${path}\``;
  const message = `another build (process ${whose}) works in \`${directory}\`${what}`;
  return StxError.of('build-directory-busy', message, {
    origin: 'environment',
    help: `watch it with \`stx-bake attach\`, wait for it, or use another build directory with --build-dir${isForeign ? foreignHelp : ''}`,
    ...(progress === undefined ? {} : { detail: progressText(progress) }),
  });
}

/** A call as one could type it, in backticks. */
export function commandText(command: readonly string[]): string {
  const isPlain = (word: string): boolean => /^[\w@%+=:,./-]+$/.test(word);
  const words = command.map((word) => (isPlain(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`));
  return `\`${['stx-bake', ...words].join(' ')}\``;
}

function sinceText(sinceMs: number): string {
  const minutes = Math.floor((systemClock.nowMs() - sinceMs) / 60_000);
  const clock = new Date(sinceMs).toTimeString().slice(0, 8);
  return `since ${clock}${minutes > 0 ? ` (${minutes} min)` : ''}`;
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
