import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TaskContext } from '../builtin-task.ts';
import { runProgram } from './unpacked-packages.ts';

/** Lets the root's own ldconfig find the libraries that are new in it; a root without the program has no cache. */
export async function renewLibraryCache(root: string, context: TaskContext): Promise<void> {
  const program = ['usr/sbin/ldconfig', 'sbin/ldconfig'].find((path) => existsSync(join(root, path)));
  if (program === undefined) return;
  const sandbox = ['bwrap', '--unshare-all', '--die-with-parent', '--bind', root, '/', '--dev', '/dev'];
  await runProgram([...sandbox, `/${program}`], root, context);
}
