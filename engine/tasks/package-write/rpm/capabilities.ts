import type { Dependency, Operator, Relation } from '../../package/dependency.ts';
import type { NamedThing, NeededLibrary, OfferedLibrary, PackageRecord } from '../../package/package-record.ts';
import { resolveRelations } from '../resolve-relations.ts';
import type { WriteOrder } from '../write-order.ts';

const operators: Readonly<Record<Operator, string>> = { '<<': '<', '<=': '<=', '=': '=', '>=': '>=', '>>': '>' };

/** `name`, `name >= version`, or `(a or b)` for alternatives, as a dependency tag of a spec file has it. */
export function rpmDependency(dependency: Dependency): string {
  const texts = [...new Set(dependency.map(relationText))];
  return texts.length === 1 ? (texts[0] ?? '') : `(${texts.join(' or ')})`;
}

function relationText({ name, operator, version }: Relation): string {
  return operator === undefined ? name : `${name} ${operators[operator]} ${version}`;
}

/** What a 64-bit library is marked with in capabilities, so that it never serves a 32-bit program. */
function mark(abi: string): string {
  return abi.startsWith('64-') ? '(64bit)' : '';
}

/** Capabilities of a library: its name, and its name with each symbol version (rpm's elfdeps). */
export function libraryCapabilities(library: Pick<OfferedLibrary | NeededLibrary, 'soname' | 'abi' | 'versions'>) {
  const { soname, abi, versions } = library;
  const plain = mark(abi) === '' ? soname : `${soname}()${mark(abi)}`;
  return [plain, ...versions.map((version) => `${soname}(${version})${mark(abi)}`)];
}

/** Capabilities that the files of a package need of others. */
export function neededCapabilities(record: PackageRecord): readonly string[] {
  const { needs } = record;
  return [
    ...needs.libraries.filter((each) => !each.isOwn).flatMap(libraryCapabilities),
    ...needs.pkgConfig.map((each) => thing('pkgconfig', each)),
    ...needs.python.map((each) => thing('python3dist', withShortVersion(each))),
    ...needs.pythonVersions.filter((each) => each !== '').map((each) => `python(abi) = ${each}`),
    ...needs.interpreters,
  ];
}

/** Capabilities that its files offer, besides the package's own name. */
export function offeredCapabilities(record: PackageRecord): readonly string[] {
  return [
    ...record.libraries.flatMap(libraryCapabilities),
    ...record.offers.pkgConfig.map((each) => thing('pkgconfig', each)),
    ...record.offers.python.map((each) => thing('python3dist', withShortVersion(each))),
  ];
}

function thing(kind: string, { name, operator, version }: NamedThing): string {
  return operator === undefined ? `${kind}(${name})` : `${kind}(${name}) ${operators[operator]} ${version}`;
}

/** rpm's generator leaves out zeros at the end of versions of Python distributions; so must who asks for them. */
function withShortVersion(each: NamedThing): NamedThing {
  return each.version === undefined ? each : { ...each, version: each.version.replace(/(\.0+)+$/, '') };
}

/** All tags of a package that name other packages or capabilities, in the order of a spec file. */
export function dependencyTags(
  record: PackageRecord,
  order: WriteOrder,
): readonly (readonly [tag: string, value: string])[] {
  const texts = (dependencies: readonly Dependency[]) => resolveRelations(dependencies, order).map(rpmDependency);
  const replaced = splitReplaces(record);
  const tags: [string, string][] = [];
  const add = (tag: string, values: readonly string[]) => {
    for (const value of new Set(values)) tags.push([tag, value]);
  };
  const alias = record.isRenamed ? [`${record.name} = ${order.fullVersion}`] : [];
  add('Provides', [...alias, ...texts(record.provides), ...offeredCapabilities(record)]);
  add('Requires', withoutBareNames([...texts(record.depends), ...neededCapabilities(record)]));
  add('Recommends', texts(record.recommends));
  add('Suggests', texts(record.suggests));
  add('Obsoletes', texts(replaced.obsoletes));
  add('Conflicts', texts([...replaced.conflicts, ...record.breaks]));
  return tags;
}

/** A bare name adds nothing beside the same name with a version. */
function withoutBareNames(values: readonly string[]): readonly string[] {
  const bounded = new Set(values.flatMap((each) => /^(\S+) [<>=]/.exec(each)?.[1] ?? []));
  return values.filter((each) => !bounded.has(each));
}

/**
 * A package that replaces another one takes its place (Obsoletes); together with Breaks it only takes over files, which rpm
 * expresses by a conflict with the old version. What is replaced need not be a conflict as well.
 */
function splitReplaces(record: PackageRecord): {
  readonly obsoletes: readonly Dependency[];
  readonly conflicts: readonly Dependency[];
} {
  const names = (dependencies: readonly Dependency[]) => new Set(dependencies.flat().map((each) => each.name));
  const broken = names(record.breaks);
  const obsoletes = record.replaces.filter((each) => !each.some(({ name }) => broken.has(name)));
  const replaced = names(obsoletes);
  return { obsoletes, conflicts: record.conflicts.filter((each) => !each.some(({ name }) => replaced.has(name))) };
}
