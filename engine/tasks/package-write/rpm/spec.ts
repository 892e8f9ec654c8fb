import { StxError } from '../../../base/stx-error.ts';
import { scriptNames, splitWords } from '../../package/package-order.ts';
import type { PackageRecord } from '../../package/package-record.ts';
import type { SplitPackage } from '../../package/read-records.ts';
import { accountPackages } from '../resolve-relations.ts';
import { wrapText } from '../wrap-text.ts';
import type { WriteOrder } from '../write-order.ts';
import { dependencyTags } from './capabilities.ts';
import { fileList } from './file-list.ts';
import { rpmScript, rpmSections, scriptRequirements } from './rpm-scripts.ts';

/** A file for rpmbuild, relative to the folder of the spec. */
export interface SpecFile {
  readonly path: string;
  readonly content: string;
}

/** One call of rpmbuild: packages of one architecture. */
export interface SpecGroup {
  /** Folder name: `noarch`, or the system's word for the machine. */
  readonly architecture: string;
  readonly packages: readonly SplitPackage[];
  /** `package.spec` and the texts of scriptlets, lists of files. */
  readonly files: readonly SpecFile[];
}

/** The packages of a recipe -> a spec file per architecture. Throws `bad-package-metadata` for what rpm does not allow. */
export function rpmSpecs(order: WriteOrder): readonly SpecGroup[] {
  const groups = new Map<string, SplitPackage[]>();
  for (const each of order.packages) {
    checkNames(each.record, order);
    const architecture = order.architecture(each.record);
    groups.set(architecture, [...(groups.get(architecture) ?? []), each]);
  }
  return [...groups].map(([architecture, packages]) => {
    const records = packages.map((each) => each.record);
    return { architecture, packages, files: [specFile(architecture, records, order), ...partFiles(records, order)] };
  });
}

function checkNames(record: PackageRecord, order: WriteOrder): void {
  if (!/^[A-Za-z0-9_][A-Za-z0-9+._-]*$/.test(record.package)) {
    throw StxError.of('bad-package-metadata', `\`${record.package}\` is not a name that rpm allows`, {
      help: `set \`PKG:${record.name}\` to one of letters, digits, \`+\`, \`.\`, \`_\` and \`-\``,
    });
  }
  if (!/^\d*$/.test(order.epoch)) {
    throw StxError.of('bad-package-metadata', `the epoch \`${order.epoch}\` is not a number`, {
      setting: { variable: 'PE' },
    });
  }
  const { version, release } = rpmVersion(order.version);
  if (!/^[A-Za-z0-9._+~^]+$/.test(version) || !/^[A-Za-z0-9._+~^]+$/.test(release)) {
    throw StxError.of('bad-package-metadata', `\`${order.version}\` is not a version that rpm allows`, {
      help: 'it holds letters, digits, `.`, `+`, `~` and `^`, and one `-` before the release: see `PV`, `PR`, `PACKAGE_VERSION`',
    });
  }
}

/** `1.0-r0.3` -> its two halves. */
export function rpmVersion(text: string): { readonly version: string; readonly release: string } {
  const dash = text.lastIndexOf('-');
  return dash === -1
    ? { version: text, release: '1' }
    : { version: text.slice(0, dash), release: text.slice(dash + 1) };
}

/** Where a licence text of a package lies on the system, relative to the root. */
export function licensePaths(
  record: PackageRecord,
  order: WriteOrder,
): readonly { readonly path: string; readonly file: string }[] {
  const pattern = order.plain('LICENSE_DIR').trim();
  if (order.plain('PACKAGE_DOCUMENTS').trim() !== '1' || !pattern.includes('%s')) return [];
  const folder = pattern.replace('%s', record.package).replace(/^\/+/, '');
  const own = new Set(record.entries.map((entry) => entry.path));
  return record.licenseTexts.flatMap(({ file }) => {
    const path = `${folder}/${file}`;
    return file === undefined || own.has(path) ? [] : [{ path, file }];
  });
}

function specFile(architecture: string, records: readonly PackageRecord[], order: WriteOrder): SpecFile {
  const main = records.find((each) => each.package === order.recipe);
  const { version, release } = rpmVersion(order.version);
  const any = main ?? records[0];
  const lines = [
    `Name: ${order.recipe}`,
    ...(order.epoch === '' ? [] : [`Epoch: ${order.epoch}`]),
    `Version: ${version}`,
    `Release: ${release}`,
    ...(architecture === 'noarch' ? ['BuildArch: noarch'] : []),
    'AutoReqProv: no',
    ...commonTags(order),
    ...(any === undefined ? [] : packageTags(any, order, main !== undefined)),
    '',
    '%description',
    ...textLines(any?.description || any?.summary || order.recipe),
    '',
    ...records.filter((each) => each !== main).flatMap((each) => subPackage(each, order)),
    '%install',
    'cp -a "%{stx_tree}/." "%{buildroot}/"',
    '',
    ...records.flatMap((each) => [...scriptSections(each, order), ...filesSection(each, each === main)]),
    '%changelog',
    ...changelog(order, any),
  ];
  return { path: 'package.spec', content: `${lines.join('\n')}\n` };
}

function commonTags(order: WriteOrder): readonly string[] {
  const tags: readonly (readonly [string, string])[] = [
    ['Vendor', order.plain('RPM_VENDOR')],
    [
      'Distribution',
      [order.plain('DISTRO_NAME'), order.plain('BUILD_ROOT_NOTE')].filter((each) => each.trim() !== '').join('; '),
    ],
  ];
  return tags.filter(([, value]) => value.trim() !== '').map(([tag, value]) => `${tag}: ${oneLine(value)}`);
}

/** Tags of one package; `own` leaves its dependencies out when the main package is none. */
function packageTags(record: PackageRecord, order: WriteOrder, own: boolean): readonly string[] {
  const tags: (readonly [string, string])[] = [
    ['Summary', record.summary],
    ['License', record.license === '' ? 'unknown' : record.license],
    ['Group', own ? record.section : ''],
    ['URL', record.homepage],
    ['Packager', record.maintainer],
  ];
  if (own) {
    const accounts = splitWords(order.plain('PACKAGE_USERADD_DEPENDS'));
    const alternatives = splitWords(order.plain('PACKAGE_ALTERNATIVES_DEPENDS'));
    const owners = accountPackages(record, order).map((each) => each.package);
    tags.push(...scriptRequirements(record, { accounts, alternatives, owners }));
    tags.push(...dependencyTags(record, order));
  }
  return tags.filter(([, value]) => value.trim() !== '').map(([tag, value]) => `${tag}: ${oneLine(value)}`);
}

function subPackage(record: PackageRecord, order: WriteOrder): readonly string[] {
  const tags = packageTags(record, order, true).filter((each) => !each.startsWith('Packager:'));
  return [
    `%package -n ${record.package}`,
    'AutoReqProv: no',
    ...tags,
    '',
    `%description -n ${record.package}`,
    ...textLines(record.description || record.summary),
    '',
  ];
}

function scriptSections(record: PackageRecord, order: WriteOrder): readonly string[] {
  return scriptNames.flatMap((name) => {
    const script = rpmScript(name, record, hasLinkerCache(order));
    if (script === undefined) return [];
    // The text stands in a file of its own (below %_builddir): no line of it can begin another section.
    return [
      `%${rpmSections[name]} -n ${record.package} -p "${escapeMacros(script.interpreter)}" -f ${scriptFile(record, name)}`,
      '',
    ];
  });
}

function scriptFile(record: PackageRecord, name: keyof typeof rpmSections): string {
  return `${record.package}.${rpmSections[name]}`;
}

function filesSection(record: PackageRecord, isMain: boolean): readonly string[] {
  const name = isMain ? '' : `-n ${record.package} `;
  return [`%files ${name}-f %{stx_parts}/${record.package}.files`, ''];
}

function partFiles(records: readonly PackageRecord[], order: WriteOrder): readonly SpecFile[] {
  const shared = splitWords(order.plain('RPM_SHARED_DIRECTORIES'));
  return records.flatMap((record) => {
    const licenses = licensePaths(record, order);
    const folders = [...new Set(licenses.map(({ path }) => path.slice(0, path.lastIndexOf('/'))))];
    const lines = [
      ...folders.map((path) => `%dir %attr(0755,root,root) "/${path}"`),
      ...fileList(
        record,
        shared,
        licenses.map((each) => each.path),
      ),
    ];
    const scripts = scriptNames.flatMap((name) => {
      const script = rpmScript(name, record, hasLinkerCache(order));
      return script === undefined ? [] : [{ path: scriptFile(record, name), content: escapeMacros(script.body) }];
    });
    return [{ path: `${record.package}.files`, content: lines.map((each) => `${each}\n`).join('') }, ...scripts];
  });
}

function hasLinkerCache(order: WriteOrder): boolean {
  return order.plain('RPM_LDCONFIG').trim() === '1';
}

function changelog(order: WriteOrder, record: PackageRecord | undefined): readonly string[] {
  const date = new Date(order.sourceDateEpoch * 1000).toUTCString().replace(',', '').split(' ');
  const [weekday = '', day = '', month = '', year = ''] = date;
  const version = order.epoch === '' ? order.version : `${order.epoch}:${order.version}`;
  return [
    `* ${weekday} ${month} ${day} ${year} ${escapeMacros(record?.maintainer ?? '')} - ${version}`,
    `- Built from the recipe ${order.recipe}, version ${record?.version ?? order.version}.`,
  ];
}

/** Text for a section: no macros, and no line that begins another section. */
function textLines(text: string): readonly string[] {
  return wrapText(text).map((line) => escapeMacros(line).replace(/^%/, ' %'));
}

function oneLine(text: string): string {
  return escapeMacros(text.replace(/\s+/g, ' ').trim());
}

function escapeMacros(text: string): string {
  return text.replaceAll('%', '%%');
}
