import { constants } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { formatDigest } from '../../base/digest.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { formatTaskId } from '../../base/task-id.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { writeDebIndex } from '../deb-index/deb-index.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory } from '../task-variable.ts';

/** Built-in task `feed`: all packages of its dependencies as a flat repository in its output directory. */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const found = await collectPackages(context.order);
  await replaceDirectory(outputDirectory(context.order), async (fresh) => {
    for (const { path } of found) {
      context.signal.throwIfAborted();
      await copyFile(path, join(fresh, basename(path)), constants.COPYFILE_FICLONE);
    }
    context.progress(`index of ${found.length} packages`);
    await writeDebIndex(
      fresh,
      found.map((each) => basename(each.path)),
      new Map(found.flatMap(({ path, output }) => (output ? [[basename(path), output]] : []))),
    );
  });
  for (const { path, from } of found) context.log(`${basename(path)} of ${from}`);
  return {};
}

interface FoundPackage {
  readonly path: string;
  /** Text of the task that left it. */
  readonly from: string;
  /** Digest of all that this task handed on. */
  readonly output: string | undefined;
}

/** One package per package name, sorted by file name. */
async function collectPackages(order: TaskOrder): Promise<readonly FoundPackage[]> {
  const byName = new Map<string, FoundPackage>();
  for (const dependency of order.dependencies) {
    const from = formatTaskId(dependency.task);
    const output = /^(.+)\//.exec(order.dependencyDigests?.[from] ?? '')?.[1];
    for (const directory of dependency.directories) {
      for (const path of await packageFiles(directory)) {
        const name = packageName(path);
        const other = byName.get(name);
        if (other !== undefined && !(await isSameFile(other.path, path))) throw duplicate(name, other.from, from);
        byName.set(name, { path, from, output });
      }
    }
  }
  return [...byName.values()].sort((a, b) => compareCodePoints(basename(a.path), basename(b.path)));
}

async function packageFiles(directory: string): Promise<readonly string[]> {
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith('.deb'))
      .sort(compareCodePoints)
      .map((name) => join(directory, name));
  } catch (error) {
    throw systemError(error, 'reading', directory);
  }
}

/** `name_architecture` of `name_version_architecture.deb`. */
function packageName(path: string): string {
  const [name = '', , architecture = ''] = basename(path, '.deb').split('_');
  return `${name}_${architecture}`;
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  return formatDigest(await digestOfFile(a)) === formatDigest(await digestOfFile(b));
}

function duplicate(name: string, a: string, b: string): StxError {
  return StxError.of('duplicate-package', `\`${a}\` and \`${b}\` both make the package \`${name}\``, {
    help: 'rename one of them with `PKG:name`, or leave one recipe out of the image',
  });
}
