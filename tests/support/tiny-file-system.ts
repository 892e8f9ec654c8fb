import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Directory that a script run by `onTinyFileSystem` finds to be a full-size file system of one megabyte. */
export function mountTiny(path: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
}

/** Runs a script of tests/support with the right to mount, root or not; gives back what it printed. */
export function runWithMounts(script: string, ...args: readonly string[]): string {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const isRoot = process.getuid?.() === 0;
  const run = spawnSync('unshare', [isRoot ? '-m' : '-rm', process.execPath, path, ...args], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`${script} ended with ${run.status}: ${run.stderr}`);
  return run.stdout;
}
