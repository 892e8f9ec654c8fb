import { StxError } from '../../base/stx-error.ts';
import { type Dependency, dependencyText, parseDependencyList } from './dependency.ts';
import { compileFilePattern } from './file-pattern.ts';
import type { InstalledEntry } from './installed-tree.ts';
import { accountsOf, alternativesOf, lintianOverridesOf, ownerReader, unitsOf } from './package-actions.ts';
import { customaryName, type PackageOrder, scriptNames, splitWords } from './package-order.ts';
import {
  type ElfEntry,
  type LicenseText,
  type PackageRecord,
  packageRecordSchema,
  type RecordedElf,
  type RecordedEntry,
  type Scan,
} from './package-record.ts';
import { offeredLibraries } from './scan-elf.ts';
import type { Offers } from './scan-files.ts';

/** The name a package gets in the package manager: `PKG:name`, else the system's customary one. */
export function outputName(name: string, order: PackageOrder): string {
  const renamed = order.own('PKG', name).trim();
  return renamed === '' ? customaryName(name, (variable) => order.plain(variable)) : renamed;
}

/** What was found out about a package before its record is made. */
export interface PackageFindings {
  /** Words of PACKAGES that become packages. */
  readonly made: ReadonlySet<string>;
  readonly owned: readonly InstalledEntry[];
  readonly parents: readonly { readonly path: string; readonly mode: number }[];
  readonly elves: readonly ElfEntry[];
  readonly needs: Scan;
  readonly offers: Offers;
  readonly licenseTexts: readonly LicenseText[];
}

/** Recipe variables and findings -> the record of one package. */
export function makeRecord(name: string, order: PackageOrder, findings: PackageFindings): PackageRecord {
  const { owned, elves } = findings;
  return {
    schema: packageRecordSchema,
    recipe: order.recipe,
    name,
    package: outputName(name, order),
    isRenamed: order.own('PKG', name).trim() !== '' && order.own('PKG', name).trim() !== name,
    epoch: order.epoch,
    version: order.version,
    ...architectures(order.variable('PACKAGE_ARCH', name).trim(), order.plain('TARGET_ARCH').trim()),
    ...descriptions(name, order),
    ...relations(name, order, findings.made),
    entries: owned.map(entryRecorder(name, order)),
    parents: findings.parents.map(({ path, mode }) => ({ path, mode: octal(mode) })),
    installedSizeBytes: owned.reduce((sum, each) => sum + each.sizeBytes, 0),
    installedKibibytes: installedKibibytes(owned),
    fileCount: owned.length,
    elves: elves.map(recordElf),
    libraries: offeredLibraries(elves),
    offers: findings.offers,
    needs: findings.needs,
    configurationFiles: configurationFiles(splitWords(order.variable('CONFFILES', name)), owned),
    scripts: scripts(name, order),
    accounts: accountsOf(name, order),
    units: unitsOf(name, order),
    alternatives: alternativesOf(name, order),
    licenseTexts: findings.licenseTexts,
    skippedChecks: [...new Set([...splitWords(order.plain('INSANE_SKIP')), ...order.words('INSANE_SKIP', name)])],
    lintianOverrides: lintianOverridesOf(name, order),
  };
}

function descriptions(name: string, order: PackageOrder) {
  const summary = order.variable('SUMMARY', name).trim() || name;
  // A value of a recipe is one line: `\n` in it is a line end.
  const description = order.variable('DESCRIPTION', name).replaceAll('\\n', '\n').trim();
  return {
    section: order.variable('SECTION', name).trim() || 'misc',
    summary,
    description: description === summary ? '' : description,
    homepage: order.variable('HOMEPAGE', name).trim(),
    license: order.variable('LICENSE', name).trim(),
    maintainer: order.plain('MAINTAINER').trim(),
  };
}

function relations(name: string, order: PackageOrder, made: ReadonlySet<string>) {
  const list = (variable: string) => parseDependencyList(order.own(variable, name), `${variable}:${name}`);
  const plain = (variable: string) => withoutAlternatives(list(variable), `${variable}:${name}`);
  return {
    depends: withoutEmpty(list('RDEPENDS'), name, order, made),
    recommends: list('RRECOMMENDS'),
    suggests: list('RSUGGESTS'),
    provides: plain('RPROVIDES'),
    conflicts: plain('RCONFLICTS'),
    replaces: plain('RREPLACES'),
    breaks: plain('RBREAKS'),
  };
}

/** A package to build with asks for the recipe's main package: not when that has no files, and so is not made. */
function withoutEmpty(
  list: readonly Dependency[],
  name: string,
  order: PackageOrder,
  made: ReadonlySet<string>,
): readonly Dependency[] {
  if (!/-(dev|staticdev|dbg)$/.test(name)) return list;
  const isEmpty = (word: string) => order.packages.includes(word) && !made.has(word);
  return list.filter((each) => !each.every((relation) => isEmpty(relation.name)));
}

/** In no format a package can offer, replace or exclude one thing or another. */
function withoutAlternatives(list: readonly Dependency[], variable: string): readonly Dependency[] {
  for (const each of list) {
    const bound = variable.startsWith('RPROVIDES:')
      ? each.find(({ operator }) => operator && operator !== '=')
      : undefined;
    if (each.length === 1 && bound === undefined) continue;
    const why = bound === undefined ? 'alternatives' : 'something else than `=`';
    throw StxError.of('bad-package-metadata', `\`${variable}\` has ${why} in \`${dependencyText(each)}\``, {
      setting: { variable },
      help: 'write each package on its own; what is provided has `(= version)`, or no version',
    });
  }
  return list;
}

function entryRecorder(name: string, order: PackageOrder): (entry: InstalledEntry) => RecordedEntry {
  const ownerOf = ownerReader(name, order);
  return (entry) => {
    const owner = ownerOf(entry);
    const { path, kind, mode, sizeBytes, target } = entry;
    return {
      path,
      kind,
      mode: octal(mode),
      sizeBytes,
      ...(target === undefined ? {} : { target }),
      ...(owner === undefined || owner === 'root:root' ? {} : { owner }),
    };
  };
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function recordElf({ path, elf }: ElfEntry): RecordedElf {
  const { versions: _versions, needed: _needed, ...rest } = elf;
  return { path, ...rest };
}

/** As dpkg-gencontrol counts: files rounded up to KiB, everything else one each. */
function installedKibibytes(entries: readonly InstalledEntry[]): number {
  const seen = new Set<string>();
  let total = 0;
  for (const entry of entries) {
    if (entry.kind === 'file' && seen.has(entry.identity)) continue;
    seen.add(entry.identity);
    total += entry.kind === 'file' ? Math.ceil(entry.sizeBytes / 1024) : 1;
  }
  return total;
}

/** `all` for packages that run everywhere, else the word of the machine; and the finer word, where there is one. */
function architectures(own: string, machine: string): Pick<PackageRecord, 'architecture' | 'finerArchitecture'> {
  if (own === 'all' || own === 'allarch' || own === 'noarch') return { architecture: 'all' };
  const isFiner = machine !== '' && own !== '' && own !== machine;
  return { architecture: machine || own, ...(isFiner ? { finerArchitecture: own } : {}) };
}

function configurationFiles(patterns: readonly string[], owned: readonly InstalledEntry[]): readonly string[] {
  const compiled = patterns.map(compileFilePattern);
  const files = owned.filter((each) => each.kind === 'file' && compiled.some((one) => one.matches(each.path)));
  return files.map((each) => `/${each.path}`);
}

/** Bodies without the indentation they have in the recipe. */
function scripts(name: string, order: PackageOrder): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const script of scriptNames) {
    const body = order.own(`pkg_${script}`, name);
    if (body.trim() !== '') result[script] = dedent(body);
  }
  return result;
}

function dedent(body: string): string {
  const lines = body
    .replace(/^\s*\n/, '')
    .trimEnd()
    .split('\n');
  const indents = lines.filter((each) => each.trim() !== '').map((each) => /^[ \t]*/.exec(each)?.[0].length ?? 0);
  const common = Math.min(...indents);
  return `${lines.map((each) => each.slice(common)).join('\n')}\n`;
}
