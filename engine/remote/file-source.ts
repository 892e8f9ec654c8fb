import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UrlError } from '../net/download-error.ts';
import { inParallel } from '../sstate/in-parallel.ts';
import type { ResultSource } from './result-source.ts';

/** A file system that hangs keeps a thread of libuv for each: the others are for the rest of the engine. */
const parallel = 2;

/** How a folder holds results: as an SSTATE_DIR does, or as servers show them (`ac/KEY`). */
export type FolderLayout = 'store' | 'flat';

/** A folder of the host or a network file system: an SSTATE_DIR, or what a build published to `file://`. */
export class FileSource implements ResultSource {
  readonly url: string;
  readonly #directory: string;
  readonly #mayBeMissing: boolean;
  #layout: Promise<FolderLayout> | undefined;

  /** A folder that this build publishes to may not be there yet. */
  constructor(url: string, more: { readonly mayBeMissing?: boolean } = {}) {
    this.url = url;
    this.#mayBeMissing = more.mayBeMissing ?? false;
    this.#directory = fileURLToPath(url);
  }

  async find(keys: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#layout ??= folderLayout(this.#directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      if (this.#mayBeMissing) return 'flat';
      throw new UrlError('not-found', 'there is no such folder');
    });
    const layout = await this.#layout;
    const found = new Map<string, Uint8Array>();
    await inParallel(keys, parallel, async (key) => {
      signal.throwIfAborted();
      const bytes = await readFile(join(this.#directory, 'ac', shelf(layout, key), key)).catch(nothingThere);
      if (bytes !== undefined) found.set(key, bytes);
    });
    return found;
  }
}

/** The folder between `ac` or `cas` and a name. */
export function shelf(layout: FolderLayout, name: string): string {
  return layout === 'store' ? name.slice(0, 2) : '';
}

/** What the folder holds now; an empty one is flat. Throws when there is no such folder. */
export async function folderLayout(directory: string): Promise<FolderLayout> {
  await readdir(directory);
  for (const name of ['ac', 'cas']) {
    const entries = await readdir(join(directory, name)).catch(() => []);
    if (entries.some((entry) => /^[0-9a-f]{2}$/.test(entry))) return 'store';
    if (entries.some((entry) => /^[0-9a-f]{64}/.test(entry))) return 'flat';
  }
  return 'flat';
}

function nothingThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
