import { readFile, rename, writeFile } from 'node:fs/promises';
import { formatLockFile, parseLockFile } from '../base/lock-file.ts';
import { systemError } from '../base/system-error.ts';
import { checkLock, type LockDrift } from './check-lock.ts';
import { type LockRequest, resolveLock } from './resolve-lock.ts';

/** A lock file and what its records are resolved from. */
export interface LockFileRequest extends LockRequest {
  /** Absolute path of the lock file. */
  readonly lockFile: string;
}

/** What became of one lock file, or would become of it. */
export interface LockFileReport {
  readonly lockFile: string;
  readonly records: number;
  readonly drift: readonly LockDrift[];
}

/** Says per lock file how it differs from the mirror's signed index; writes nothing. */
export async function checkLocks(requests: readonly LockFileRequest[]): Promise<readonly LockFileReport[]> {
  const reports: LockFileReport[] = [];
  for (const request of requests) reports.push((await compare(request)).report);
  return reports;
}

/** Writes each lock file anew from the mirror's signed index (whole or not at all) and says what changed. */
export async function updateLocks(requests: readonly LockFileRequest[]): Promise<readonly LockFileReport[]> {
  const reports: LockFileReport[] = [];
  for (const request of requests) {
    const { report, text } = await compare(request);
    await replaceFile(request.lockFile, text);
    reports.push(report);
  }
  return reports;
}

async function compare(request: LockFileRequest): Promise<{ readonly report: LockFileReport; readonly text: string }> {
  const before = await readFile(request.lockFile, 'utf8').catch(() => '');
  const locked = parseLockFile(before, request.lockFile);
  const current = await resolveLock(request);
  const report = { lockFile: request.lockFile, records: current.length, drift: checkLock(locked, current) };
  return { report, text: formatLockFile(current) };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}
