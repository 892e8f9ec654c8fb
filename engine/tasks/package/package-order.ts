import type { TaskOrder } from '../../messages/task-order.ts';
import { requiredVariable } from '../task-variable.ts';

/** The maintainer scripts of a package, in the order in which they run. */
export const scriptNames = ['preinst', 'postinst', 'prerm', 'postrm'] as const;

/** The variables of the task `package`, taken apart. */
export interface PackageOrder {
  readonly recipe: string;
  /** The installed tree (`D`). */
  readonly tree: string;
  readonly packages: readonly string[];
  readonly version: string;
  readonly epoch: string;
  readonly sourceDateEpoch: number;
  /** Value of a variable for a package: `NAME:package`, else `NAME`, else nothing. */
  variable(name: string, packageName: string): string;
  /** Value of `NAME:package` alone. */
  own(name: string, packageName: string): string;
  words(name: string, packageName: string): readonly string[];
  /** The plain variable. */
  plain(name: string): string;
  /** A varflag. */
  flag(name: string, flag: string): string;
}

/** TaskOrder -> PackageOrder; throws `missing-input` for a class that does not set what it must. */
export function readPackageOrder(order: TaskOrder): PackageOrder {
  const { variables } = order;
  const plain = (name: string) => variables[name] ?? '';
  const own = (name: string, packageName: string) => variables[`${name}:${packageName}`] ?? '';
  return {
    recipe: requiredVariable(order, 'PN'),
    tree: requiredVariable(order, 'D'),
    packages: [...new Set(splitWords(plain('PACKAGES')))],
    version: requiredVariable(order, 'PACKAGE_VERSION'),
    epoch: plain('PE').trim(),
    sourceDateEpoch: Number.parseInt(plain('SOURCE_DATE_EPOCH'), 10) || 0,
    variable: (name, packageName) => variables[`${name}:${packageName}`] ?? plain(name),
    own,
    words: (name, packageName) => splitWords(own(name, packageName)),
    plain,
    flag: (name, flag) => (variables[`${name}[${flag}]`] ?? '').trim(),
  };
}

/** Words of a value, blanks of any kind between them. */
export function splitWords(value: string): readonly string[] {
  return value.split(/\s+/).filter((each) => each !== '');
}

const patterns = [
  { ending: '-dev', variable: 'PACKAGE_NAME_DEV' },
  { ending: '-doc', variable: 'PACKAGE_NAME_DOC' },
  { ending: '-dbg', variable: 'PACKAGE_NAME_DBG' },
] as const;

/**
 * The name that the system gives to a package by its custom: a word that ends in -dev, -doc or -dbg is put into the
 * system's pattern (`PACKAGE_NAME_DEV = "%s-devel"`); other words stay.
 */
export function customaryName(name: string, pattern: (variable: string) => string): string {
  for (const { ending, variable } of patterns) {
    const text = pattern(variable).trim();
    if (name.endsWith(ending) && name.length > ending.length && text.includes('%s')) {
      return text.replace('%s', name.slice(0, -ending.length));
    }
  }
  return name;
}
