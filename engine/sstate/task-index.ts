import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../base/canonical-json.ts';
import { sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import { makeStoreFolder } from './shared-folder.ts';

/** A task as the index knows it: of whatever configuration. */
export interface IndexedTask {
  readonly recipe: string;
  readonly task: string;
}

/** A key under which the store had a result of a task, and since when (milliseconds of the epoch). */
export interface IndexedKey {
  readonly key: string;
  readonly storedMs: number;
}

const longestName = 200;

/**
 * Which keys a task has had: empty files `tasks/RECIPE:TASK/KEY`, so that any number of processes can add some. A key may
 * outlive its result; the collection of garbage takes it along.
 */
export class TaskIndex {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async add(task: IndexedTask, key: string): Promise<void> {
    const folder = this.#folder(task);
    const create = (): Promise<void> => writeFile(join(folder, key), '', { flag: 'wx' });
    try {
      await create().catch(async (error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
        makeStoreFolder(this.#directory, folder);
        await create();
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
        throw systemError(error, 'writing to the sstate store', this.#directory);
    }
  }

  /** The keys of a task, the newest first. */
  async keysOf(task: IndexedTask): Promise<readonly IndexedKey[]> {
    const folder = this.#folder(task);
    const names = await readdir(folder).catch(() => []);
    const found = await Promise.all(
      names.map(async (key) => {
        const stats = await stat(join(folder, key)).catch(() => undefined);
        return stats === undefined ? [] : [{ key, storedMs: stats.mtimeMs }];
      }),
    );
    return found.flat().sort((a, b) => b.storedMs - a.storedMs || compareCodePoints(a.key, b.key));
  }

  #folder({ recipe, task }: IndexedTask): string {
    const name = encodeURIComponent(`${recipe}:${task}`).replaceAll('%3A', ':');
    return join(this.#directory, 'tasks', name.length > longestName ? sha256(name) : name);
  }
}
