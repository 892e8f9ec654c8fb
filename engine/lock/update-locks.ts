import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatLockFile, parseLock } from '../base/lock-file.ts';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { checkLock, driftText, type LockDrift } from './check-lock.ts';
import type { LockRequest } from './lock-request.ts';
import { resolveLock } from './resolve-lock.ts';

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
  readonly notes?: readonly string[] | undefined;
}

/** Says per lock file how it differs from the signed indexes; writes nothing. */
export async function checkLocks(requests: readonly LockFileRequest[]): Promise<readonly LockFileReport[]> {
  const reports: LockFileReport[] = [];
  for (const request of requests) reports.push((await compare(request)).report);
  return reports;
}

/** Writes each lock file anew from the signed indexes (whole or not at all) and says what changed. */
export async function updateLocks(requests: readonly LockFileRequest[]): Promise<readonly LockFileReport[]> {
  const reports: LockFileReport[] = [];
  for (const request of requests) {
    const { report, text } = await compare(request);
    await replaceFile(request.lockFile, text);
    reports.push(report);
  }
  return reports;
}

/**
 * Adds to each lock file what its roots ask for and it lacks, and drops what none needs; every other package stays as it is.
 * Throws StxError `lock-failed`, and writes nothing, when a locked package would have to move.
 */
export async function addToLocks(requests: readonly LockFileRequest[]): Promise<readonly LockFileReport[]> {
  const reports: LockFileReport[] = [];
  for (const request of requests) {
    const { records: keep } = parseLock(await readFile(request.lockFile, 'utf8').catch(() => ''), request.lockFile);
    const { report, text } = await compare({ ...request, keep });
    const moved = report.drift.filter(({ kind }) => kind === 'changed' || kind === 'replaced');
    if (moved.length > 0) {
      const list = moved.slice(0, 5).map((each) => `\n  ${driftText(each)}`);
      throw StxError.of(
        'lock-failed',
        `\`${request.lockFile}\`: ${moved.length} locked packages cannot stay${list.join('')}`,
        {
          help: 'move the whole lock to what the repositories have now: `stx-bake lock update`',
        },
      );
    }
    await replaceFile(request.lockFile, text);
    reports.push(report);
  }
  return reports;
}

async function compare(request: LockFileRequest): Promise<{ readonly report: LockFileReport; readonly text: string }> {
  const before = await readFile(request.lockFile, 'utf8').catch(() => '');
  const locked = parseLock(before, request.lockFile);
  const current = await resolveLock(request);
  const drift = checkLock(locked.records, current.records);
  const report = { lockFile: request.lockFile, records: current.records.length, drift, notes: current.notes };
  return { report, text: formatLockFile(current.records, current.repositories) };
}

async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}
