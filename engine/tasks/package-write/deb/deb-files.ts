import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { StxError } from '../../../base/stx-error.ts';
import { type Dependency, dependencyText } from '../../package/dependency.ts';
import { scriptNames } from '../../package/package-order.ts';
import type { PackageRecord } from '../../package/package-record.ts';
import type { SplitPackage } from '../../package/read-records.ts';
import { resolveRelations } from '../resolve-relations.ts';
import { wrapText } from '../wrap-text.ts';
import type { WriteOrder } from '../write-order.ts';
import { type AddedFile, changelogFile, copyrightFile, overridesFile } from './deb-documents.ts';
import { debNeeds } from './deb-needs.ts';
import { debScript } from './deb-scripts.ts';
import { isDebVersion } from './deb-version.ts';
import { libraryKey } from './vendor-libraries.ts';
import type { VendorPackages } from './vendor-packages.ts';

/** A member of the control archive. */
export interface ControlFile {
  readonly name: string;
  readonly content: string;
  readonly mode: number;
}

/** What makes a `.deb` out of a package's tree. */
export interface DebFiles {
  readonly control: readonly ControlFile[];
  readonly added: readonly AddedFile[];
}

/** A package -> its control folder and the files that the format adds. Throws `bad-package-metadata` for what deb does not allow. */
export async function debFiles(each: SplitPackage, order: WriteOrder, vendor: VendorPackages): Promise<DebFiles> {
  const { record, folder } = each;
  checkNames(record, order);
  const added = await addedFiles(each, order);
  const files: ControlFile[] = [
    { name: 'control', content: controlText(record, order, { vendor, added }), mode: 0o644 },
    { name: 'md5sums', content: await md5sums(record, join(folder, 'root'), added), mode: 0o644 },
  ];
  if (record.configurationFiles.length > 0) {
    files.push({ name: 'conffiles', content: `${record.configurationFiles.join('\n')}\n`, mode: 0o644 });
  }
  for (const name of scriptNames) {
    const text = debScript(name, record);
    if (text !== undefined) files.push({ name, content: text, mode: 0o755 });
  }
  const shlibs = shlibsText(record, order);
  if (shlibs !== '') files.push({ name: 'shlibs', content: shlibs, mode: 0o644 });
  // The linker's cache is dpkg's affair: a trigger of the package that holds ldconfig.
  if (record.libraries.length > 0) {
    files.push({ name: 'triggers', content: 'activate-noawait ldconfig\n', mode: 0o644 });
  }
  return { control: files.filter((file) => file.content !== ''), added };
}

function checkNames(record: PackageRecord, order: WriteOrder): void {
  if (!/^[a-z0-9][a-z0-9+.-]+$/.test(record.package)) {
    throw StxError.of('bad-package-metadata', `\`${record.package}\` is not a name that deb allows`, {
      help: `set \`PKG:${record.name}\` to one of lower-case letters, digits, \`+\`, \`-\` and \`.\`, at least two`,
    });
  }
  if (!isDebVersion(order.fullVersion)) {
    throw StxError.of('bad-package-metadata', `\`${order.fullVersion}\` is not a version that deb allows`, {
      help: 'it begins with a digit and holds letters, digits, `.`, `+`, `~` and `-`: see `PV`, `PR`, `PACKAGE_VERSION`',
    });
  }
}

/** Documents that the format's policy asks for, unless the recipe installs them itself. */
async function addedFiles(each: SplitPackage, order: WriteOrder): Promise<readonly AddedFile[]> {
  const { record, folder } = each;
  const overrides = overridesFile(record);
  const added = overrides === undefined ? [] : [overrides];
  if (order.plain('PACKAGE_DOCUMENTS').trim() !== '1') return added;
  const texts: { source: string; content: string }[] = [];
  for (const { source, file } of record.licenseTexts) {
    if (file !== undefined) texts.push({ source, content: await readFile(join(folder, 'licenses', file), 'utf8') });
  }
  const place = (order.plain('LICENSE_DIR').trim() || '/usr/share/doc/%s/copyright').replace('%s', record.package);
  const path = place.endsWith('/copyright') ? place : `${place}/copyright`;
  const documents = [copyrightFile(record, texts, path.replace(/^\/+/, '')), changelogFile(record, order), ...added];
  const own = new Set(record.entries.map((entry) => entry.path));
  return documents.filter((file) => !own.has(file.path));
}

function controlText(
  record: PackageRecord,
  order: WriteOrder,
  more: { readonly vendor: VendorPackages; readonly added: readonly AddedFile[] },
): string {
  const list = (dependencies: readonly Dependency[]) =>
    [...new Set(relationsOf(dependencies, record, order).map(dependencyText))].join(', ');
  const fields: readonly (readonly [string, string])[] = [
    ['Package', record.package],
    ['Source', record.recipe === record.package ? '' : record.recipe.toLowerCase()],
    ['Version', order.fullVersion],
    ['Architecture', order.architecture(record)],
    ['Maintainer', record.maintainer],
    ['Installed-Size', String(record.installedKibibytes + addedKibibytes(more.added))],
    ['Depends', dependsOf(record, order, more.vendor).join(', ')],
    ['Recommends', list(record.recommends)],
    ['Suggests', list(record.suggests)],
    ['Conflicts', list(record.conflicts)],
    ['Breaks', list(record.breaks)],
    ['Replaces', list(record.replaces)],
    [
      'Provides',
      [...new Set([...alias(record, order), list(record.provides)].filter((each) => each !== ''))].join(', '),
    ],
    ['Section', record.section],
    ['Priority', 'optional'],
    ['Homepage', record.homepage],
    ['X-Stx-Build-Root', order.plain('BUILD_ROOT_NOTE').trim()],
  ];
  const lines = fields.filter(([, value]) => value !== '').map(([name, value]) => `${name}: ${oneLine(value)}\n`);
  const isPlain = record.description === '' && order.plain('PACKAGE_DOCUMENTS').trim() === '1';
  const description = isPlain ? `Package of the recipe ${record.recipe}.` : record.description;
  return `${lines.join('')}Description: ${oneLine(record.summary)}\n${longDescription(description)}`;
}

/** With the system's names; throws for one that no package can have, so that the recipe is told and not a line of control data. */
function relationsOf(dependencies: readonly Dependency[], record: PackageRecord, order: WriteOrder) {
  const resolved = resolveRelations(dependencies, order);
  for (const { name, version } of resolved.flat()) {
    if (version !== undefined && !/^[A-Za-z0-9.+~:-]+$/.test(version)) throw badBound(record, name, version);
    if (/^[a-z0-9][a-z0-9+.-]*(:[a-z0-9-]+)?$/.test(name)) continue;
    const program = name.startsWith('/') ? name.slice(name.lastIndexOf('/') + 1) : '';
    throw StxError.of(
      'bad-package-metadata',
      `\`${record.package}\` names \`${name}\`, which deb does not allow as a package`,
      {
        setting: { variable: `RDEPENDS:${record.name}` },
        help:
          program === ''
            ? 'names have lower-case letters, digits, `+`, `-` and `.`'
            : `whoever has the program is \`vendor:cmd:${program}\``,
      },
    );
  }
  return resolved;
}

function badBound(record: PackageRecord, name: string, version: string): StxError {
  const message = `\`${record.package}\` names the version \`${version}\` of \`${name}\`, which deb does not allow`;
  return StxError.of('bad-package-metadata', message, {
    setting: { variable: `RDEPENDS:${record.name}` },
    help: 'versions have letters, digits, `.`, `+`, `-`, `~` and `:`',
  });
}

/** Elements of Depends: what the recipe says, then what the files need. */
export function dependsOf(record: PackageRecord, order: WriteOrder, vendor: VendorPackages): readonly string[] {
  const written = relationsOf(record.depends, record, order).map(dependencyText);
  const accounts =
    record.accounts.length > 0 ? order.plain('PACKAGE_USERADD_DEPENDS').split(/\s+/).filter(Boolean) : [];
  return mergeDependencies([...written, ...debNeeds(record, order, vendor), ...accounts]);
}

/** Dependants say the recipe's word for the package; a renamed one answers to it as well. */
function alias(record: PackageRecord, order: WriteOrder): readonly string[] {
  return record.isRenamed ? [`${record.name} (= ${order.fullVersion})`] : [];
}

/** A bare name adds nothing beside the same name with a version. */
function mergeDependencies(depends: readonly string[]): readonly string[] {
  const constrained = new Set(depends.filter((each) => each.includes(' (')).map((each) => each.split(' ')[0]));
  return [...new Set(depends)].filter((each) => !constrained.has(each));
}

/** deb-shlibs(5): who links a library of this package depends on this version of it, or a later one. */
function shlibsText(record: PackageRecord, order: WriteOrder): string {
  const keys = new Set(record.libraries.flatMap(({ soname }) => libraryKey(soname) ?? []));
  return [...keys].map((key) => `${key} ${record.package} (>= ${order.fullVersion})\n`).join('');
}

function addedKibibytes(added: readonly AddedFile[]): number {
  return added.reduce((sum, each) => sum + Math.ceil(each.content.length / 1024), 0);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function longDescription(text: string): string {
  return text.trim() === ''
    ? ''
    : wrapText(text)
        .map((line) => (line === '' ? ' .\n' : ` ${line}\n`))
        .join('');
}

async function md5sums(record: PackageRecord, root: string, added: readonly AddedFile[]): Promise<string> {
  const lines: string[] = [];
  // dpkg keeps the sums of configuration files elsewhere.
  const configuration = new Set(record.configurationFiles);
  for (const entry of record.entries) {
    if (entry.kind !== 'file' || configuration.has(`/${entry.path}`)) continue;
    lines.push(`${await md5Of(join(root, entry.path), entry.sizeBytes)}  ${entry.path}\n`);
  }
  for (const { path, content } of added) lines.push(`${createHash('md5').update(content).digest('hex')}  ${path}\n`);
  return lines.join('');
}

/** Up to this size (bytes) a file is read at once: packages of very many files are mostly of small ones. */
const SMALL = 1 << 20;

async function md5Of(path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('md5');
  if (sizeBytes <= SMALL) hash.update(readFileSync(path));
  else await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
