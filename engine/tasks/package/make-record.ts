import { parseDependencyList } from './dependency-list.ts';
import { compileFilePattern } from './file-pattern.ts';
import type { InstalledEntry } from './installed-tree.ts';
import { offeredLibraries } from './libraries.ts';
import { type PackageOrder, scriptNames } from './package-order.ts';
import type { ElfEntry, PackageRecord } from './package-record.ts';

/** The name a package gets in the package manager: `PKG:name`, else its own. */
export function outputName(name: string, order: PackageOrder): string {
  const renamed = order.own('PKG', name).trim();
  return renamed === '' ? name : renamed;
}

/** What was found out about a package before its record is made. */
export interface PackageFindings {
  readonly owned: readonly InstalledEntry[];
  readonly elves: readonly ElfEntry[];
  /** Dependencies from ELF needs. */
  readonly needs: readonly string[];
  readonly declared: readonly PackageRecord[];
}

/** Recipe variables and findings -> the record of one package. */
export function makeRecord(name: string, order: PackageOrder, findings: PackageFindings): PackageRecord {
  const { owned, elves, needs } = findings;
  const rename = renamer(order, findings.declared);
  const list = (variable: string) => parseDependencyList(order.own(variable, name), rename, `${variable}:${name}`);
  const output = outputName(name, order);
  // Dependants say the recipe's word for the package; a renamed one answers to it as well.
  const alias = output === name ? [] : [`${name} (= ${order.version})`];
  const summary = order.variable('SUMMARY', name).trim() || name;
  const description = order.variable('DESCRIPTION', name).trim();
  return {
    schema: 1,
    recipe: order.recipe,
    name,
    package: output,
    version: order.version,
    architecture: debArchitecture(order.variable('PACKAGE_ARCH', name).trim(), order.plain('DEB_ARCH').trim()),
    section: order.variable('SECTION', name).trim() || 'misc',
    summary,
    description: description === summary ? '' : description,
    homepage: order.variable('HOMEPAGE', name).trim(),
    license: order.variable('LICENSE', name).trim(),
    maintainer: order.plain('MAINTAINER').trim(),
    depends: mergeDependencies([...list('RDEPENDS'), ...needs]),
    recommends: list('RRECOMMENDS'),
    suggests: list('RSUGGESTS'),
    provides: [...new Set([...alias, ...list('RPROVIDES')])],
    conflicts: list('RCONFLICTS'),
    replaces: list('RREPLACES'),
    installedSizeBytes: owned.reduce((sum, each) => sum + each.sizeBytes, 0),
    fileCount: owned.length,
    libraries: offeredLibraries(elves),
    configurationFiles: configurationFiles(order.words('CONFFILES', name), owned),
    scripts: scripts(name, order),
  };
}

function renamer(order: PackageOrder, declared: readonly PackageRecord[]): (name: string) => string {
  const names = new Map(declared.map((each) => [each.name, each.package]));
  for (const name of order.packages) names.set(name, outputName(name, order));
  return (name) => names.get(name) ?? name;
}

/** A bare name adds nothing beside the same name with a version. */
function mergeDependencies(depends: readonly string[]): readonly string[] {
  const constrained = new Set(depends.filter((each) => each.includes(' (')).map((each) => each.split(' ')[0]));
  return [...new Set(depends)].filter((each) => !constrained.has(each));
}

/** `all` for packages that run everywhere, else the architecture that the package format names. */
function debArchitecture(packageArchitecture: string, machineArchitecture: string): string {
  return packageArchitecture === 'all' || packageArchitecture === 'allarch' ? 'all' : machineArchitecture;
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
