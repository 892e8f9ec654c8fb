import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';

/** Held while a build works in a build directory. */
export interface BuildLock {
  [Symbol.dispose](): void;
}

/**
 * Takes the build directory for this process. The lock names process and start time, so that one left behind by a killed
 * build does not count. Throws StxError `build-directory-busy`.
 */
export function takeBuildLock(directory: string): BuildLock {
  const path = join(directory, 'stx-bake.lock');
  const fresh = `${path}.${process.pid}`;
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(fresh, `${process.pid} ${startTime(process.pid)}\n`);
    for (;;) {
      try {
        linkSync(fresh, path);
        return { [Symbol.dispose]: () => rmSync(path, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        refuseLiveHolder(path, directory);
        rmSync(path, { force: true });
      }
    }
  } catch (error) {
    throw systemError(error, 'locking', directory);
  } finally {
    rmSync(fresh, { force: true });
  }
}

function refuseLiveHolder(path: string, directory: string): void {
  const [pid = '', started = ''] = readOrEmpty(path).trim().split(' ');
  if (pid === '' || startTime(Number(pid)) !== started) return;
  throw StxError.of('build-directory-busy', `another build (process ${pid}) works in \`${directory}\``, {
    origin: 'environment',
    help: 'wait for it, or use another build directory with --build-dir',
  });
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
