import { copyFile, link, lstat, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { requiredVariable } from '../task-variable.ts';

/**
 * Assembles RECIPE_SYSROOT from what the dependencies' populate-sysroot tasks handed on. Files are hard links where
 * the file system allows: the tasks that read the sysroot see it read-only.
 */
export const run: BuiltinTask = async ({ order, log, signal }) => {
  const target = requiredVariable(order, 'RECIPE_SYSROOT');
  const sources = order.dependencies
    .filter((dependency) => dependency.task.task === 'do_populate_sysroot')
    .sort((a, b) => (a.task.recipe < b.task.recipe ? -1 : 1));
  await replaceDirectory(target, async (root) => {
    const owners = new Map<string, string>();
    for (const { task, directories } of sources)
      for (const directory of directories) {
        signal.throwIfAborted();
        await merge({ from: directory, root, recipe: task.recipe, owners, signal }, '');
      }
  });
  log(`sysroot of ${sources.map((source) => source.task.recipe).join(', ') || 'nothing'}`);
  return { artifacts: [{ path: target }] };
};

interface Merge {
  readonly from: string;
  readonly root: string;
  readonly recipe: string;
  /** Path in the sysroot -> recipe that it came from. */
  readonly owners: Map<string, string>;
  readonly signal: AbortSignal;
}

async function merge(job: Merge, below: string): Promise<void> {
  const entries = await readdir(join(job.from, below), { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' && below === '') return [];
      throw error;
    },
  );
  for (const entry of entries) {
    const path = join(below, entry.name);
    if (!entry.isDirectory()) await addFile(job, path);
    else {
      await addDirectory(job, path);
      await merge(job, path);
    }
  }
}

async function addDirectory(job: Merge, path: string): Promise<void> {
  const present = await lstat(join(job.root, path)).catch(() => undefined);
  if (present === undefined) await mkdir(join(job.root, path));
  else if (!present.isDirectory()) throw conflict(job, path);
  if (present === undefined) job.owners.set(path, job.recipe);
}

async function addFile(job: Merge, path: string): Promise<void> {
  const source = join(job.from, path);
  const target = join(job.root, path);
  const present = await lstat(target).catch(() => undefined);
  if (present !== undefined) {
    if (await isSame(source, target)) return;
    throw conflict(job, path);
  }
  job.owners.set(path, job.recipe);
  if ((await lstat(source)).isSymbolicLink()) await symlink(await readlink(source), target);
  else await link(source, target).catch(() => copyFile(source, target));
}

async function isSame(left: string, right: string): Promise<boolean> {
  const [a, b] = await Promise.all([lstat(left), lstat(right)]);
  if (a.isSymbolicLink() && b.isSymbolicLink()) return (await readlink(left)) === (await readlink(right));
  if (!a.isFile() || !b.isFile() || a.size !== b.size || a.mode !== b.mode) return false;
  return (await readFile(left)).equals(await readFile(right));
}

function conflict(job: Merge, path: string): StxError {
  const owner = job.owners.get(path) ?? 'another recipe';
  return StxError.of('sysroot-conflict', `\`${owner}\` and \`${job.recipe}\` both hand on \`/${path}\``, {
    help: 'depend on one of them only, or let one install that file elsewhere',
  });
}
