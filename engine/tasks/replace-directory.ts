import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemError } from '../base/system-error.ts';

/**
 * Makes a directory anew: `fill` gets an empty one beside it, which takes its place when all went well. On failure the
 * old directory stays as it was and nothing else is left.
 */
export async function replaceDirectory(path: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = `${path}.stx-new`;
  const old = `${path}.stx-old`;
  try {
    await mkdir(dirname(path), { recursive: true });
    for (const rest of [fresh, old]) await rm(rest, { recursive: true, force: true });
    await mkdir(fresh);
    await fill(fresh);
    await rename(path, old).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(fresh, path);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
    throw systemError(error, 'making', path);
  }
}
