import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { zstdDecompressSync } from 'node:zlib';
import { decodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import type { RunningCall, TestProject } from './test-project.ts';

/** Processes whose command line or environment names the project. */
export function processesOf(project: Pick<TestProject, 'path'>): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return [];
    try {
      const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
      return text.includes(project.path) ? [`${pid} ${text.replaceAll('\0', ' ').slice(0, 200)}`] : [];
    } catch {
      return [];
    }
  });
}

/** Processes of the project that are still there after a time. */
export async function leftAfter(project: Pick<TestProject, 'path'>, milliseconds: number): Promise<readonly string[]> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const left = processesOf(project);
    if (left.length === 0 || Date.now() > deadline) return left;
    await setTimeout(50);
  }
}

/** Waits for a state of the project's files; fails when the call ends before. */
export async function reached(call: RunningCall, isReached: () => boolean): Promise<void> {
  let ended: string | undefined;
  void call.done.then((run) => {
    ended = run.output;
  });
  while (!isReached()) {
    if (ended !== undefined) throw new Error(`ended before it came so far:\n${ended}`);
    await setTimeout(1);
  }
}

/** Names in a folder of the project, none when it is not there. */
export function namesIn(project: TestProject, folder: string): readonly string[] {
  const path = join(project.path, folder);
  return existsSync(path) ? readdirSync(path) : [];
}

/** Temporary names of the engine that are left in the places that others read. */
export function temporaryNames(project: TestProject): readonly string[] {
  return ['build/sstate', 'build/tmp/out', 'build/tmp/stamps', 'build/deploy', 'build/downloads'].flatMap((folder) => {
    const path = join(project.path, folder);
    if (!existsSync(path)) return [];
    const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
    return names.filter((name) => /\.tmp$|\.stx-|\.part|^tmp\/.|\.new$/.test(name)).map((name) => `${folder}/${name}`);
  });
}

/** Blobs and results of the project's store that are not what their names or sums say. */
export function damagedEntries(project: Pick<TestProject, 'path'>, store = 'build/sstate'): readonly string[] {
  const blobs = filesBelow(join(project.path, store, 'cas')).filter((path) => {
    const stored = readFileSync(path);
    const name = path.split('/').at(-1) ?? '';
    try {
      const bytes = name.endsWith('.zst') ? zstdDecompressSync(stored) : stored;
      return createHash('sha256').update(bytes).digest('hex') !== name.replace(/\.zst$/, '');
    } catch {
      return true;
    }
  });
  const results = filesBelow(join(project.path, store, 'ac')).filter((path) => {
    return decodeActionResult(readFileSync(path)) === undefined;
  });
  return [...blobs, ...results];
}

/** All plain files below a folder that may be absent. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
