import { copyFile, lstat, mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import { systemError } from '../../base/system-error.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';
import { relocatePkgConfig } from './relocate-pkg-config.ts';

/**
 * Copies the folders of SYSROOT_DIRS from D to the task's output directory: what DEPENDS hands to other recipes. Flags of `.pc`
 * files lead into the tree that they lie in, so that pkg-config needs no other root for them than for the vendor's.
 */
export const run: BuiltinTask = async ({ order, log, signal }) => {
  const source = requiredVariable(order, 'D');
  const target = outputDirectory(order);
  const folders = words(order.variables['SYSROOT_DIRS']);
  const ignored = new Set(outermost(words(order.variables['SYSROOT_DIRS_IGNORE'])));
  let count = 0;
  try {
    await replaceDirectory(target, async (root) => {
      for (const folder of outermost(folders)) {
        signal.throwIfAborted();
        count += await copyInto({ source, target: root, path: folder, ignored });
      }
    });
  } catch (error) {
    throw systemError(error, 'copying to', target);
  }
  log(`${count} files for the sysroots of other recipes`);
  return {};
};

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** Normalized folders without those that lie in another one of the list. */
function outermost(folders: readonly string[]): readonly string[] {
  const clean = [...new Set(folders.map((folder) => normalize(`/${folder}`).replace(/\/$/, '')))];
  return clean.filter((folder) => !clean.some((other) => other !== folder && folder.startsWith(`${other}/`)));
}

interface Copy {
  readonly source: string;
  readonly target: string;
  readonly path: string;
  readonly ignored: ReadonlySet<string>;
}

async function copyInto(copy: Copy): Promise<number> {
  if (copy.ignored.has(copy.path)) return 0;
  const from = join(copy.source, copy.path);
  const to = join(copy.target, copy.path);
  const stats = await lstat(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stats === undefined) return 0;
  if (stats.isDirectory()) {
    await mkdir(to, { recursive: true });
    let count = 0;
    for (const name of await readdir(from)) count += await copyInto({ ...copy, path: join(copy.path, name) });
    return count;
  }
  await mkdir(dirname(to), { recursive: true });
  if (stats.isSymbolicLink()) await symlink(insideTarget(await readlink(from), copy.path), to);
  else if (stats.isFile() && /\/pkgconfig\/[^/]+\.pc$/.test(copy.path)) {
    await writeFile(to, relocatePkgConfig(await readFile(from, 'utf8'), copy.path), { mode: stats.mode & 0o777 });
  } else if (stats.isFile()) await copyFile(from, to);
  return 1;
}

/** An absolute link means a place of the target system, so in a sysroot it must not lead out. */
function insideTarget(link: string, path: string): string {
  return link.startsWith('/') ? relative(dirname(join('/', path)), link) : link;
}
