import { StxError } from '../../../base/stx-error.ts';
import { splitWords } from '../../package/package-order.ts';
import type { NamedThing, NeededLibrary, PackageRecord } from '../../package/package-record.ts';
import { accountPackages, declaredLibraryPackage, ownLibraryPackage, versionWithEpoch } from '../resolve-relations.ts';
import { scriptInterpreter } from '../script-parts.ts';
import type { WriteOrder } from '../write-order.ts';
import type { VendorPackages } from './vendor-packages.ts';

/** Elements of Depends that the files of a package ask for, sorted out by who offers each thing. */
export function debNeeds(record: PackageRecord, order: WriteOrder, vendor: VendorPackages): readonly string[] {
  const result: string[] = [];
  const isForgiven = !mustOfferLibraries(record, order);
  for (const library of record.needs.libraries) {
    if (!library.isOwn) result.push(...libraryNeed(library, order, { vendor, isForgiven }));
  }
  for (const thing of record.needs.pkgConfig) result.push(...pkgConfigNeed(thing, order, vendor));
  for (const thing of record.needs.python) result.push(...pythonNeed(thing, order, vendor));
  for (const version of record.needs.pythonVersions) result.push(...pythonVersionNeed(version));
  for (const path of interpreters(record)) result.push(...interpreterNeed(path, order, vendor));
  result.push(...accountPackages(record, order).map((each) => each.package));
  return result.filter((each) => each.split(' ')[0] !== record.package);
}

/** Those of programs, and of scripts of the package itself that are not a shell's. */
function interpreters(record: PackageRecord): readonly string[] {
  const own = Object.values(record.scripts).flatMap((text) => scriptInterpreter(text)?.program ?? []);
  return [...new Set([...record.needs.interpreters, ...own])];
}

/** Whether the package checks are to refuse a package whose libraries nobody offers. */
function mustOfferLibraries(record: PackageRecord, order: WriteOrder): boolean {
  return splitWords(order.plain('ERROR_QA')).includes('file-rdeps') && !record.skippedChecks.includes('file-rdeps');
}

function libraryNeed(
  library: NeededLibrary,
  order: WriteOrder,
  { vendor, isForgiven }: { readonly vendor: VendorPackages; readonly isForgiven: boolean },
): readonly string[] {
  const own = ownLibraryPackage(library, order);
  if (own !== undefined) return [`${own.package} (= ${order.fullVersion})`];
  const declared = declaredLibraryPackage(library, order.declared);
  if (declared !== undefined) return [`${declared.package} (>= ${order.bound(versionWithEpoch(declared))})`];
  const found = vendor.library(library.soname);
  if (found !== undefined) return found;
  if (isForgiven) {
    order.warn(`no package is known for the library \`${library.soname}\` of \`/${library.path}\``);
    return [];
  }
  throw StxError.of(
    'unresolved-library',
    `\`/${library.path}\` needs \`${library.soname}\`, which no declared package offers`,
    {
      origin: 'task',
      help: `add the recipe that makes \`${library.soname}\` to \`DEPENDS\`, or its package to the build root`,
    },
  );
}

function offering(kind: 'pkgConfig' | 'python', name: string, order: WriteOrder): string | undefined {
  const offers = (record: PackageRecord) => record.offers[kind].some((each) => each.name === name);
  const own = order.packages.find(({ record }) => offers(record))?.record;
  if (own !== undefined) return `${own.package} (= ${order.fullVersion})`;
  const declared = order.declared.find(offers);
  return declared === undefined ? undefined : `${declared.package} (>= ${order.bound(versionWithEpoch(declared))})`;
}

function pkgConfigNeed(thing: NamedThing, order: WriteOrder, vendor: VendorPackages): readonly string[] {
  const offered = offering('pkgConfig', thing.name, order);
  if (offered !== undefined) return [offered];
  const found = order.names.row('pc', thing.name) ?? vendor.pkgConfig(thing.name);
  if (found !== undefined) return found;
  order.warn(`no package is known for the pkg-config module \`${thing.name}\``);
  return [];
}

function pythonNeed(thing: NamedThing, order: WriteOrder, vendor: VendorPackages): readonly string[] {
  const offered = offering('python', thing.name, order);
  if (offered !== undefined) return [offered];
  const found = order.names.row('py', thing.name) ?? vendor.python(thing.name) ?? order.names.vendor('py', thing.name);
  if (found !== undefined) return found.map((each, index) => (index === 0 ? `${each}${leastVersion(thing)}` : each));
  order.warn(`no package is known for the Python distribution \`${thing.name}\``);
  return [];
}

/**
 * The vendor's versions have more at their ends, and perhaps an epoch: none of them equals an author's version, and what he
 * sets as highest one says nothing of them. The least one holds.
 */
function leastVersion({ operator, version }: NamedThing): string {
  if (operator === undefined || operator === '<<' || operator === '<=') return '';
  return ` (${operator === '=' ? '>=' : operator} ${version})`;
}

/** Modules in the folder of one version run with that one alone; the common folder serves all of Python 3. */
function pythonVersionNeed(version: string): readonly string[] {
  if (version === '') return ['python3:any'];
  const [major = '3', minor = '0'] = version.split('.');
  return [`python3 (>= ${version})`, `python3 (<< ${major}.${Number(minor) + 1})`];
}

function interpreterNeed(path: string, order: WriteOrder, vendor: VendorPackages): readonly string[] {
  if (/^\/usr\/bin\/python3?$/.test(path)) return ['python3:any'];
  const own = order.packages.find(({ record }) => record.entries.some((each) => `/${each.path}` === path))?.record;
  if (own !== undefined) return [`${own.package} (= ${order.fullVersion})`];
  const owner = vendor.ownerOf(path);
  if (owner !== undefined) return owner.isEssential ? [] : [owner.name];
  const program = path.slice(path.lastIndexOf('/') + 1);
  const found = order.names.row('cmd', program);
  if (found !== undefined) return found;
  if (program !== 'sh') order.warn(`no package is known for the interpreter \`${path}\``);
  return [];
}
