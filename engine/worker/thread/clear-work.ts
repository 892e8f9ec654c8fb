import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { refuseEmptyingBy } from './refuse-unsafe-emptying.ts';
import { removeTree } from './remove-tree.ts';

/** Removes what an order says is to go. Throws StxError `unsafe-cleandirs`, before anything has gone. */
export async function clearWork(order: TaskOrder): Promise<void> {
  if (order.clearing === undefined) return;
  const { directories, files, contents } = order.clearing;
  for (const path of [...directories, ...(contents ? [contents.directory] : [])])
    refuseEmptyingBy(order.task.task, order, path);
  for (const path of directories) await removeTree(path);
  for (const path of files)
    await rm(path, { force: true }).catch((error: unknown) => {
      throw systemError(error, 'removing', path);
    });
  if (contents === undefined) return;
  await empty(contents.directory, contents.except);
}

const aside = '.removed';

/** Everything is put aside first, so that an engine that is killed leaves no half of a tree under its name. */
async function empty(directory: string, except: readonly string[]): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  const gone = names.filter((name) => !except.includes(name));
  if (gone.length === 0) return;
  const last = join(directory, aside);
  try {
    await removeTree(last);
    await mkdir(last);
    for (const name of gone) if (name !== aside) await rename(join(directory, name), join(last, name));
  } catch (error) {
    throw systemError(error, 'emptying', directory);
  }
  await removeTree(last);
}
