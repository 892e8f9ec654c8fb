import { link, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { digestOfFile } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';

/** A file that is known by its sum; `path` is that of the server. */
export interface KnownFile {
  readonly path: string;
  readonly sha256: string;
}

/**
 * The two paths that a file may have in a folder of downloads: under its own name, or, where a file of that name has another
 * content (two systems that build the same version), with the start of its sum before it.
 */
export function keptPaths(folder: string, { path, sha256 }: KnownFile): readonly [string, string] {
  const name = basename(path);
  return [join(folder, name), join(folder, `${sha256.slice(0, 8)}-${name}`)];
}

/** Where the file lies with the right content; `undefined` when it is not there. */
export async function findKeptFile(folder: string, file: KnownFile): Promise<string | undefined> {
  for (const path of keptPaths(folder, file)) {
    const hash = await hashOf(path);
    if (hash === file.sha256) return path;
  }
  return undefined;
}

async function hashOf(path: string): Promise<string | undefined> {
  try {
    return (await digestOfFile(path)).hash;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw systemError(error, 'reading', path);
  }
}

/** A file that was downloaded to its second path takes the first one unless another file has it; gives where it lies. */
export async function settleKeptFile(folder: string, file: KnownFile): Promise<string> {
  const [plain, distinct] = keptPaths(folder, file);
  try {
    await link(distinct, plain);
  } catch (error) {
    // Taken, or a file system without hard links: it stays under the name that is its alone.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && (await hashOf(plain)) === file.sha256) {
      await rm(distinct, { force: true });
      return plain;
    }
    return distinct;
  }
  await rm(distinct, { force: true });
  return plain;
}
