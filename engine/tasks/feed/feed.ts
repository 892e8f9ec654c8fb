import { constants } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { formatDigest } from '../../base/digest.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { formatTaskId } from '../../base/task-id.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { writeDebIndex, writeDebSuite } from '../deb-index/deb-index.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory } from '../task-variable.ts';
import { type PackageFile, packageFiles } from './package-files.ts';

/**
 * Built-in task `feed`: all packages of its dependencies in its output directory. Of the format deb it writes the index, too:
 * flat, or of the suite FEED_SUITE; for rpm createrepo_c does it in a task of its own.
 */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const { order } = context;
  const plain = (name: string) => (order.variables[name] ?? '').trim();
  const format = plain('FEED_FORMAT') || 'deb';
  const suite = plain('FEED_SUITE');
  const found = await collectPackages(order, `.${format}`);
  const placeOf = (path: string) => (suite === '' ? basename(path) : `${poolOf(basename(path))}/${basename(path)}`);
  await replaceDirectory(outputDirectory(order), async (fresh) => {
    for (const { path } of found) {
      context.signal.throwIfAborted();
      const target = join(fresh, placeOf(path));
      await mkdir(dirname(target), { recursive: true });
      await copyFile(path, target, constants.COPYFILE_FICLONE);
    }
    await writePackageList(fresh, found, placeOf);
    if (format !== 'deb') return;
    context.progress(`index of ${found.length} packages`);
    const names = found.map((each) => placeOf(each.path));
    const outputs = new Map(found.flatMap(({ path, output }) => (output ? [[placeOf(path), output]] : [])));
    if (suite === '') await writeDebIndex(fresh, names, outputs);
    else await writeDebSuite(fresh, names, { outputs, suite: suiteOf(plain, suite) });
  });
  for (const { path, from } of found) context.log(`${basename(path)} of ${from}`);
  return {};
}

function suiteOf(plain: (name: string) => string, codename: string) {
  return {
    codename,
    component: plain('FEED_COMPONENT') || 'main',
    architectures: (plain('FEED_ARCHITECTURES') || plain('DISTRO_TARGET_ARCH'))
      .split(/\s+/)
      .filter((each) => each !== ''),
    origin: plain('FEED_ORIGIN'),
    date: Number.parseInt(plain('SOURCE_DATE_EPOCH'), 10) || 0,
  };
}

/** `pool/l` or `pool/libx`, as archives do it. */
function poolOf(name: string): string {
  return `pool/${name.startsWith('lib') ? name.slice(0, 4) : name.slice(0, 1)}`;
}

interface FoundPackage extends PackageFile {
  /** Text of the task that left it. */
  readonly from: string;
  /** Digest of all that this task handed on. */
  readonly output: string | undefined;
}

/** One package per package name and architecture, sorted by file name. */
async function collectPackages(order: TaskOrder, suffix: string): Promise<readonly FoundPackage[]> {
  const byName = new Map<string, FoundPackage>();
  // Where a root of another configuration stands in, that configuration's packages are below it, too.
  const own = order.dependencies.filter(({ task }) => task.configuration === order.task.configuration);
  for (const dependency of own) {
    const from = formatTaskId(dependency.task);
    const output = /^(.+)\//.exec(order.dependencyDigests?.[from] ?? '')?.[1];
    for (const directory of dependency.directories) {
      for (const file of await packageFiles(directory, suffix)) {
        const name = `${file.package}_${file.architecture}`;
        const other = byName.get(name);
        if (other !== undefined && !(await isSameFile(other.path, file.path))) throw duplicate(name, other.from, from);
        byName.set(name, { ...file, from, output });
      }
    }
  }
  return [...byName.values()].sort((a, b) => compareCodePoints(basename(a.path), basename(b.path)));
}

/** `packages.json`: what is known of each package, for manifests. */
async function writePackageList(
  directory: string,
  found: readonly FoundPackage[],
  placeOf: (path: string) => string,
): Promise<void> {
  const known = found.filter((each) => each.identity !== undefined);
  if (known.length === 0) return;
  const list = await Promise.all(
    known.map(async ({ path, identity, output }) => {
      const { hash, sizeBytes } = await digestOfFile(path);
      return { ...identity, file: placeOf(path), sha256: hash, sizeBytes, ...(output ? { output } : {}) };
    }),
  );
  await writeFile(join(directory, 'packages.json'), `${JSON.stringify(list, null, 2)}\n`);
}

async function isSameFile(a: string, b: string): Promise<boolean> {
  return formatDigest(await digestOfFile(a)) === formatDigest(await digestOfFile(b));
}

function duplicate(name: string, a: string, b: string): StxError {
  return StxError.of('duplicate-package', `\`${a}\` and \`${b}\` both make the package \`${name}\``, {
    help: 'rename one of them with `PKG:name`, or leave one recipe out of the image',
  });
}
