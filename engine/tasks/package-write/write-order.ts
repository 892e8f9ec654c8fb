import type { TaskOrder } from '../../messages/task-order.ts';
import { splitWords } from '../package/package-order.ts';
import type { PackageRecord } from '../package/package-record.ts';
import type { SplitPackage } from '../package/read-records.ts';
import { requiredVariable } from '../task-variable.ts';
import { type PackageNames, packageNames } from './package-names.ts';

/** A package format that the task `package-revision` writes the data of. */
export type PackageFormat = 'deb' | 'rpm';

/** Everything that the data of the packages of one recipe are made from, in either format. */
export interface WriteOrder {
  readonly recipe: string;
  readonly packages: readonly SplitPackage[];
  /** Records of the packages of DEPENDS. */
  readonly declared: readonly PackageRecord[];
  readonly names: PackageNames;
  /** Version of the packages made here, number of the content included, without epoch. */
  readonly version: string;
  readonly epoch: string;
  /** `epoch:version`, or the version alone. */
  readonly fullVersion: string;
  readonly sourceDateEpoch: number;
  /** A version that somebody asks for, in characters that the format allows. */
  bound(version: string): string;
  /** The system's word for an architecture of a record. */
  architecture(record: PackageRecord): string;
  plain(name: string): string;
  /** Something that the user should know of, once. */
  warn(text: string): void;
}

/** Formats that PACKAGE_CLASSES asks for. */
export function formatsOf(order: TaskOrder): readonly PackageFormat[] {
  const words = splitWords(order.variables['PACKAGE_CLASSES'] ?? '');
  return (['deb', 'rpm'] as const).filter((format) => words.includes(`package_${format}`));
}

/**
 * A version in characters that a format allows, where its own ones mean the same: rpm has one `-`, before the release, deb no
 * `^`; both get `+` instead (OE does so, too).
 */
export function versionFor(format: PackageFormat | undefined, version: string): string {
  if (format === 'deb') return version.replaceAll('^', '+');
  const dash = version.lastIndexOf('-');
  return format === 'rpm' && dash > 0
    ? `${version.slice(0, dash).replaceAll('-', '+')}${version.slice(dash)}`
    : version;
}

/** TaskOrder and records -> WriteOrder for one version in one format. */
export function makeWriteOrder(
  order: TaskOrder,
  records: { readonly packages: readonly SplitPackage[]; readonly declared: readonly PackageRecord[] },
  more: {
    readonly version: string;
    readonly format: PackageFormat | undefined;
    readonly warn: (text: string) => void;
  },
): WriteOrder {
  const plain = (name: string) => order.variables[name] ?? '';
  const epoch = records.packages[0]?.record.epoch ?? '';
  const machine = plain('DISTRO_TARGET_ARCH').trim() || plain('DEB_ARCH').trim();
  const version = versionFor(more.format, more.version);
  const everywhere = plain('PACKAGE_ARCH_ALL').trim() || 'all';
  return {
    recipe: requiredVariable(order, 'PN'),
    packages: records.packages,
    declared: records.declared,
    names: packageNames(plain, [...records.declared, ...records.packages.map((each) => each.record)]),
    version,
    epoch,
    fullVersion: epoch === '' ? version : `${epoch}:${version}`,
    bound: (text) => versionFor(more.format, text),
    sourceDateEpoch: Number.parseInt(plain('SOURCE_DATE_EPOCH'), 10) || 0,
    architecture: (record) => (record.architecture === 'all' ? everywhere : machine || record.architecture),
    plain,
    warn: more.warn,
  };
}
