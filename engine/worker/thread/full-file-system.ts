import { readFileSync, statfsSync } from 'node:fs';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';

const roomForNothing = 1 << 20;

/**
 * The diagnostic for a program that died of a full disk: its output says so (in English or by the number's name).
 * Names the file system of those paths that has no room left.
 */
export function fullFileSystem(output: string, paths: readonly string[]): StoredDiagnostic | undefined {
  if (!/no space left on device|ENOSPC|disk quota exceeded/i.test(output)) return undefined;
  const full = paths.find(isFull);
  const where = full === undefined ? 'a file system' : `the file system \`${mountPoint(full)}\``;
  return {
    code: 'disk-full',
    severity: 'error',
    message: `no space left on ${where}`,
    help: 'free space there (or move the build directory) and start the same command again',
  };
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(path);
    return bavail * bsize < roomForNothing || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}

/** The mount point that a path lies on, from the kernel's list. */
export function mountPoint(path: string): string {
  try {
    const points = readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((point) => point === '/' || path === point || path.startsWith(`${point}/`));
    return points.reduce((longest, point) => (point.length > longest.length ? point : longest), '/');
  } catch {
    return '/';
  }
}
