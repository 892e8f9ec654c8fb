import { execFile } from 'node:child_process';
import { lstat, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { systemError } from '../../base/system-error.ts';

/**
 * Removes a file or a directory with all it holds, also what an ordinary user could not: files of the other ids of a
 * fakeroot task and folders without write permission.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
    return;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM' && code !== 'ENOTEMPTY') throw systemError(error, 'removing', path);
  }
  const inside = ['--user', '--map-auto', '--map-root-user', '--', 'rm', '-rf', '--', path];
  await promisify(execFile)('unshare', inside).catch(() => undefined);
  if (await exists(path)) await promisify(execFile)('chmod', ['-R', 'u+rwX', '--', path]).catch(() => undefined);
  await rm(path, { recursive: true, force: true }).catch((error: unknown) => {
    throw systemError(error, 'removing', path);
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
