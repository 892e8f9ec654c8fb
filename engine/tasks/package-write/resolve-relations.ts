import type { Dependency, Relation } from '../package/dependency.ts';
import type { Account, PackageRecord } from '../package/package-record.ts';
import type { WriteOrder } from './write-order.ts';

/** The system's names in dependencies; a word that stands for several packages becomes several dependencies. */
export function resolveRelations(dependencies: readonly Dependency[], order: WriteOrder): readonly Dependency[] {
  return dependencies.flatMap((dependency) => {
    const alternatives = dependency.map((relation) => resolveRelation(relation, order));
    const [only] = alternatives;
    if (alternatives.length === 1 && only !== undefined) return only.map((each) => [each]);
    return [alternatives.flat()];
  });
}

/** A relation `= PV-PR` to a package made here means this very build of it, whatever number it gets. */
function resolveRelation(relation: Relation, order: WriteOrder): readonly Relation[] {
  const own = order.packages.find(({ record }) => record.name === relation.name)?.record;
  const isThisBuild =
    own !== undefined &&
    relation.operator === '=' &&
    [own.version, versionWithEpoch(own)].includes(relation.version ?? '');
  const version = isThisBuild ? order.fullVersion : relation.version && order.bound(relation.version);
  return order.names.namesOf(relation.name).map((name) => ({ ...relation, name, version }));
}

/** Dependencies `= PV-PR` on packages of other recipes: they hold until those have another content, and so a number behind it. */
export function fixedDependencies(
  record: PackageRecord,
  declared: readonly PackageRecord[],
): readonly { readonly name: string; readonly version: string }[] {
  return record.depends.flat().flatMap(({ name, operator, version = '' }) => {
    const other = operator === '=' ? declared.find((each) => each.name === name) : undefined;
    const isFixed = other !== undefined && [other.version, versionWithEpoch(other)].includes(version);
    return isFixed ? [{ name, version }] : [];
  });
}

/** `epoch:PV-PR`, without the number of the content: what other recipes may ask for. */
export function versionWithEpoch(record: PackageRecord): string {
  return record.epoch === '' ? record.version : `${record.epoch}:${record.version}`;
}

/**
 * The packages that make accounts which a package needs and does not make itself, as owners of its files or as groups of its
 * own accounts: they must be there first.
 */
export function accountPackages(record: PackageRecord, order: WriteOrder): readonly PackageRecord[] {
  const makes = (each: PackageRecord, kind: Account['kind'], name: string) =>
    each.accounts.some((account) => account.kind === kind && account.name === name);
  const others = [...order.packages.map((each) => each.record), ...order.declared];
  const found = new Set<PackageRecord>();
  const owners = new Set(record.entries.flatMap((entry) => entry.owner ?? []));
  const wanted = [...owners].flatMap((owner) => {
    const [user = '', group = ''] = owner.split(':');
    return [['user', user] as const, ['group', group] as const];
  });
  const groups = record.accounts.flatMap(groupsOf).map((name) => ['group', name] as const);
  for (const [kind, name] of [...wanted, ...groups]) {
    const maker = makes(record, kind, name) ? undefined : others.find((each) => makes(each, kind, name));
    if (maker !== undefined) found.add(maker);
  }
  return [...found];
}

/** Groups that the arguments of useradd name. */
function groupsOf({ kind, arguments: text }: Account): readonly string[] {
  if (kind !== 'user') return [];
  const options = text.matchAll(/(?:^|\s)(?:-g|--gid|-G|--groups)[\s=]+(\S+)/g);
  return [...options].flatMap((each) => (each[1] ?? '').split(','));
}

/** The package of this recipe that holds a library, which the package itself does not. */
export function ownLibraryPackage(
  wanted: { readonly soname: string; readonly abi: string },
  order: WriteOrder,
): PackageRecord | undefined {
  return order.packages.find(({ record }) =>
    record.elves.some((elf) => {
      const name = elf.soname ?? elf.path.slice(elf.path.lastIndexOf('/') + 1);
      return name === wanted.soname && `${elf.bits}-${elf.endianness}-${elf.machine}` === wanted.abi;
    }),
  )?.record;
}

/** The package of DEPENDS that offers a library. */
export function declaredLibraryPackage(
  wanted: { readonly soname: string; readonly abi: string },
  declared: readonly PackageRecord[],
): PackageRecord | undefined {
  return declared.find((record) =>
    record.libraries.some((each) => each.soname === wanted.soname && each.abi === wanted.abi),
  );
}
