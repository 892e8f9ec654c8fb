import { existsSync } from 'node:fs';
import { lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory } from '../task-variable.ts';
import { copyPackageTree } from './copy-package-tree.ts';
import { type InstalledEntry, listInstalledTree } from './installed-tree.ts';
import { type FoundLicense, readLicenseTexts } from './license-texts.ts';
import { makeRecord, outputName } from './make-record.ts';
import { type PackageOrder, readPackageOrder, splitWords } from './package-order.ts';
import {
  type PackageRecord,
  packageRecordName,
  packageRecordSchema,
  type RecipeRecord,
  recipeRecordName,
} from './package-record.ts';
import { readElfEntries } from './scan-elf.ts';
import { scanFiles } from './scan-files.ts';
import { type FileSplit, splitFiles } from './split-files.ts';

/**
 * Built-in task `package`: splits the installed tree (`D`) into packages below its output directory, each with a record of
 * what it holds, needs and offers, in no package format.
 */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const order = readPackageOrder(context.order);
  const entries = await listTree(order.tree);
  const split = splitFiles(entries, order.packages, (name) => order.words('FILES', name));
  const produced = order.packages.filter((name) => isProduced(name, split, order));
  checkUnique(produced, order);
  const licenses = await readLicenseTexts(order);
  const made = new Set(produced);
  await replaceDirectory(outputDirectory(context.order), async (destination) => {
    for (const name of produced) {
      context.signal.throwIfAborted();
      context.progress(`package ${name}`);
      const owned = split.owned.get(name) ?? [];
      const record = await recordOf(name, order, { owned, licenses, made });
      await writePackage(record, { owned, order, licenses, folder: join(destination, name) });
      context.log(`${record.package} ${record.version}: ${record.fileCount} files`);
    }
    await writeJson(join(destination, recipeRecordName), recipeRecord(order, split));
  });
  return {};
}

async function listTree(tree: string): Promise<readonly InstalledEntry[]> {
  try {
    return await listInstalledTree(tree);
  } catch (error) {
    // A recipe that installs nothing may still make an empty package.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !existsSync(tree)) return [];
    throw systemError(error, 'reading', tree);
  }
}

function isProduced(name: string, split: FileSplit, order: PackageOrder): boolean {
  return (split.owned.get(name) ?? []).length > 0 || order.variable('ALLOW_EMPTY', name).trim() === '1';
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

async function recordOf(
  name: string,
  order: PackageOrder,
  contents: {
    readonly owned: readonly InstalledEntry[];
    readonly licenses: readonly FoundLicense[];
    readonly made: ReadonlySet<string>;
  },
): Promise<PackageRecord> {
  const { owned, licenses, made } = contents;
  const elves = await readElfEntries(order.tree, owned);
  const python = order.plain('PYTHON_BASEVERSION').trim() || '3';
  const { needs, offers } = await scanFiles(order.tree, { entries: owned, elves, python });
  const licenseTexts = licenses.map((each) => each.text);
  return makeRecord(name, order, {
    made,
    owned,
    parents: await parentsOf(owned, order.tree),
    elves,
    needs,
    offers,
    licenseTexts,
  });
}

/** Directories above entries, parents first, with their modes. */
async function parentsOf(owned: readonly InstalledEntry[], tree: string) {
  const own = new Set(owned.map((each) => each.path));
  const found = new Set<string>();
  for (const { path } of owned) {
    for (let at = dirname(path); at !== '.' && !found.has(at); at = dirname(at)) if (!own.has(at)) found.add(at);
  }
  const sorted = [...found].sort(compareCodePoints);
  return await Promise.all(sorted.map(async (path) => ({ path, mode: (await lstat(join(tree, path))).mode })));
}

async function writePackage(
  record: PackageRecord,
  place: {
    readonly owned: readonly InstalledEntry[];
    readonly order: PackageOrder;
    readonly licenses: readonly FoundLicense[];
    readonly folder: string;
  },
): Promise<void> {
  const { owned, licenses, folder } = place;
  const { tree, sourceDateEpoch } = place.order;
  await mkdir(folder, { recursive: true });
  await copyPackageTree(owned, { from: tree, to: join(folder, 'root'), sourceDateEpoch });
  await writeJson(join(folder, packageRecordName), record);
  for (const { text, content } of licenses) {
    if (text.file === undefined || content === undefined) continue;
    await mkdir(join(folder, 'licenses'), { recursive: true });
    await writeFile(join(folder, 'licenses', text.file), content);
  }
}

function recipeRecord(order: PackageOrder, split: FileSplit): RecipeRecord {
  return {
    schema: packageRecordSchema,
    recipe: order.recipe,
    unshipped: split.unshipped,
    skippedChecks: splitWords(order.plain('INSANE_SKIP')),
  };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
