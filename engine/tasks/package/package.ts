import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory } from '../task-variable.ts';
import { copyPackageTree } from './copy-package-tree.ts';
import { debControlFiles } from './deb/deb-files.ts';
import { readVendorLibraries } from './deb/vendor-libraries.ts';
import { type InstalledEntry, listInstalledTree } from './installed-tree.ts';
import { libraryDependencies, readElfEntries, type VendorLibraries } from './libraries.ts';
import { makeRecord, outputName } from './make-record.ts';
import { type PackageOrder, readPackageOrder } from './package-order.ts';
import { type ElfEntry, type PackageRecord, packageRecordName } from './package-record.ts';
import { type FileSplit, splitFiles } from './split-files.ts';

/** Built-in task `package`: splits the installed tree (`D`) into packages below its output directory, with all their data. */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const order = readPackageOrder(context.order);
  const entries = await listTree(order.tree);
  const split = splitFiles(entries, order.packages, (name) => order.words('FILES', name));
  const produced = order.packages.filter((name) => isProduced(name, split, order));
  checkUnique(produced, order);
  const elves = new Map<string, readonly ElfEntry[]>();
  for (const [name, owned] of split) elves.set(name, await readElfEntries(order.tree, owned));
  const declared = await declaredPackages(context.order);
  const vendor = await vendorLibraries(order, elves);
  const libraries = { split, elves, declared, vendor };
  await replaceDirectory(outputDirectory(context.order), async (destination) => {
    for (const name of produced) {
      context.signal.throwIfAborted();
      context.progress(`package ${name}`);
      const dependencyOn = (owner: string) => `${outputName(owner, order)} (= ${order.version})`;
      const needs = libraryDependencies(name, { ...libraries, dependencyOn });
      const owned = split.get(name) ?? [];
      const record = makeRecord(name, order, { owned, elves: elves.get(name) ?? [], needs, declared });
      await writePackage(record, { owned, order, folder: join(destination, name) });
      context.log(`${record.package} ${record.version}: ${record.fileCount} files; ${record.depends.join(', ')}`);
    }
  });
  return {};
}

async function listTree(tree: string): Promise<readonly InstalledEntry[]> {
  try {
    return await listInstalledTree(tree);
  } catch (error) {
    // A recipe that installs nothing may still make an empty package.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw systemError(error, 'reading', tree);
  }
}

function isProduced(name: string, split: FileSplit, order: PackageOrder): boolean {
  return (split.get(name) ?? []).length > 0 || order.variable('ALLOW_EMPTY', name).trim() === '1';
}

function checkUnique(produced: readonly string[], order: PackageOrder): void {
  const seen = new Map<string, string>();
  for (const name of produced) {
    const output = outputName(name, order);
    const other = seen.get(output);
    if (other !== undefined) {
      throw StxError.of('bad-package-metadata', `\`${other}\` and \`${name}\` are both to be called \`${output}\``, {
        help: `give one of them another \`PKG:${name}\``,
      });
    }
    seen.set(output, name);
  }
}

/** The packages of the recipes this one DEPENDS on: what the same task of theirs left. */
async function declaredPackages(order: TaskOrder): Promise<readonly PackageRecord[]> {
  const records: PackageRecord[] = [];
  for (const dependency of order.dependencies) {
    if (dependency.task.task !== order.task.task) continue;
    for (const directory of dependency.directories) {
      for (const name of (await readdir(directory)).sort()) {
        records.push(JSON.parse(await readFile(join(directory, name, packageRecordName), 'utf8')) as PackageRecord);
      }
    }
  }
  return records;
}

async function vendorLibraries(
  order: PackageOrder,
  elves: ReadonlyMap<string, readonly ElfEntry[]>,
): Promise<VendorLibraries> {
  const isNeeded = [...elves.values()].flat().some(({ elf }) => elf.needed.length > 0);
  if (!isNeeded || order.librariesRoot === '') return () => undefined;
  return await readVendorLibraries(order.librariesRoot, order.plain('DEB_ARCH').trim());
}

async function writePackage(
  record: PackageRecord,
  place: { readonly owned: readonly InstalledEntry[]; readonly order: PackageOrder; readonly folder: string },
): Promise<void> {
  const { owned, folder } = place;
  const { tree, sourceDateEpoch } = place.order;
  await mkdir(join(folder, 'deb'), { recursive: true });
  await copyPackageTree(owned, { from: tree, to: join(folder, 'root'), sourceDateEpoch });
  await writeFile(join(folder, packageRecordName), `${JSON.stringify(record, null, 2)}\n`);
  for (const file of await debControlFiles(record, tree, owned)) {
    const path = join(folder, 'deb', file.name);
    await writeFile(path, file.content);
    await chmod(path, file.mode);
  }
}
