import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskContext, TaskProduct } from '../builtin-task.ts';
import type { PackageRecord } from '../package/package-record.ts';
import { readSplitRecipes, type SplitPackage } from '../package/read-records.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';
import { contentDigest } from './content-digest.ts';
import { debFormat } from './deb/deb-format.ts';
import type { FormatFile } from './format-file.ts';
import { fixedDependencies } from './resolve-relations.ts';
import { revisionNumber } from './revision-store.ts';
import { rpmFormat } from './rpm/rpm-format.ts';
import { formatsOf, makeWriteOrder, type PackageFormat, type WriteOrder } from './write-order.ts';

/**
 * Built-in task `package-revision`: gives the packages of a recipe the number that belongs to their content, and writes what
 * their formats need beside their trees: control folders, spec files, documents, and `packages.json`.
 */
export async function run(context: TaskContext): Promise<TaskProduct> {
  const { own, declared } = await readSplitRecipes(context.order);
  const said = new Set<string>();
  const warn = (text: string) => said.add(text);
  const records = { packages: own.packages, declared };
  const formats = formatsOf(context.order);
  const orderFor = (version: string, format = formats[0]) =>
    makeWriteOrder(context.order, records, { version, format, warn });
  const base = own.packages[0]?.record.version ?? '';
  const first = versionText(context.order.variables, base, '');
  const plain = orderFor(first);
  const firstFiles = await writeFormats(formats, (format) => orderFor(first, format));
  const digest = await contentDigest(own.packages, firstFiles);
  const number = own.packages.length === 0 ? 0 : await numberOf(context, { plain, digest });
  const mark = (context.order.variables['PACKAGE_VERSION_MARK'] ?? '').trim();
  const numbered = versionText(context.order.variables, base, number === 0 ? '' : `.${number}`);
  // At the very end, behind the system's label as well: rpm orders `r0+d1234.label` below `r0.label`.
  const version = mark === '' ? numbered : `${numbered}+${mark}${digest.slice(0, 8)}`;
  const order = orderFor(version);
  const files = await writeFormats(formats, (format) => orderFor(version, format));
  await replaceDirectory(outputDirectory(context.order), async (fresh) => {
    for (const file of files) await writeFormatFile(fresh, file);
    await writeFormatFile(fresh, jsonFile('revision.json', { number, version: order.fullVersion, digest }));
  });
  for (const text of said) context.log(`note: ${text}`);
  context.log(`${own.recipe.recipe} ${order.fullVersion}: number ${number} for content ${digest.slice(0, 16)}`);
  const warnings = own.packages.flatMap(({ record }) => fixedWarnings(record, declared));
  return warnings.length === 0 ? {} : { warnings };
}

function fixedWarnings(record: PackageRecord, declared: readonly PackageRecord[]): readonly StoredDiagnostic[] {
  return fixedDependencies(record, declared).map(({ name, version }) => ({
    code: 'fixed-dependency',
    severity: 'warning',
    message: `\`${record.package}\` needs \`${name} (= ${version})\`, which the first content of that version is at most`,
    help: `write \`${name} (>= ${version})\` in \`RDEPENDS:${record.name}\``,
  }));
}

async function numberOf(
  context: TaskContext,
  content: { readonly plain: WriteOrder; readonly digest: string },
): Promise<number> {
  const { plain, digest } = content;
  const store = requiredVariable(context.order, 'REVISION_DIR');
  const policy = plain.plain('REVISION_POLICY').trim() || 'content';
  if (policy !== 'content' && policy !== 'monotonic') {
    throw StxError.of('invalid-value', `\`REVISION_POLICY\` cannot be \`${policy}\``, {
      setting: { variable: 'REVISION_POLICY' },
      help: 'it is `content` or `monotonic`',
    });
  }
  const finer = new Set(plain.packages.flatMap(({ record }) => record.finerArchitecture ?? []));
  const parts = ['DISTRO', 'DISTRO_CODENAME', 'TARGET_ARCH'].map((name) => plain.plain(name).trim());
  const system = [...parts, ...finer].filter((each) => each !== '').join('-') || 'any';
  return await revisionNumber(store, { system, recipe: plain.recipe, version: plain.fullVersion }, { digest, policy });
}

/** PACKAGE_VERSION_FORMAT with `PV`, `PR` and the number of the content (with its separator) put in. */
function versionText(variables: Readonly<Record<string, string>>, base: string, revision: string): string {
  const format = (variables['PACKAGE_VERSION_FORMAT'] ?? '').trim() || '%(pv)s-%(pr)s%(rev)s';
  const dash = base.lastIndexOf('-');
  if (dash === -1) return `${base}${revision}`;
  const words: Readonly<Record<string, string>> = { pv: base.slice(0, dash), pr: base.slice(dash + 1), rev: revision };
  return format.replace(/%\((pv|pr|rev)\)s/g, (_whole, word: string) => words[word] ?? '');
}

async function writeFormats(
  formats: readonly PackageFormat[],
  orderFor: (format: PackageFormat) => WriteOrder,
): Promise<readonly FormatFile[]> {
  const files: FormatFile[] = [];
  for (const format of formats) {
    const order = orderFor(format);
    const { added, fileNameOf } = await (format === 'deb' ? debFormat(order) : rpmFormat(order));
    files.push(...added);
    files.push(
      jsonFile(
        `${format}/packages.json`,
        order.packages.map((each) => identity(each, order, fileNameOf)),
      ),
    );
  }
  return files;
}

/** What a feed and a manifest want to know of a package without opening it. */
function identity(
  { record }: SplitPackage,
  order: WriteOrder,
  fileNameOf: (record: PackageRecord) => string,
): Readonly<Record<string, unknown>> {
  return {
    file: fileNameOf(record),
    package: record.package,
    version: order.fullVersion,
    architecture: order.architecture(record),
    recipe: record.recipe,
    license: record.license,
    summary: record.summary,
    homepage: record.homepage,
    installedSizeBytes: record.installedSizeBytes,
    ...(order.plain('BUILD_ROOT_NOTE').trim() === '' ? {} : { buildRoot: order.plain('BUILD_ROOT_NOTE').trim() }),
  };
}

function jsonFile(path: string, value: unknown): FormatFile {
  return { path, content: `${JSON.stringify(value, null, 2)}\n`, mode: 0o644 };
}

async function writeFormatFile(directory: string, { path, content, mode }: FormatFile): Promise<void> {
  const full = join(directory, path);
  await mkdir(dirname(full), { recursive: true });
  await writeFile(full, content);
  await chmod(full, mode);
}
