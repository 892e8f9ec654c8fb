import type { TaskOrder } from '../../messages/task-order.ts';
import { requiredVariable } from '../task-variable.ts';

/** The maintainer scripts of a package, in the order in which they run. */
export const scriptNames = ['preinst', 'postinst', 'prerm', 'postrm'] as const;

/** The variables of the task `package`, taken apart. */
export interface PackageOrder {
  readonly recipe: string;
  /** The installed tree (`D`). */
  readonly tree: string;
  /** Root of the file system whose packages offer the vendor's libraries; may be empty. */
  readonly librariesRoot: string;
  readonly packages: readonly string[];
  readonly version: string;
  readonly sourceDateEpoch: number;
  /** Value of a variable for a package: `NAME:package`, else `NAME`, else nothing. */
  variable(name: string, packageName: string): string;
  /** Value of `NAME:package` alone. */
  own(name: string, packageName: string): string;
  words(name: string, packageName: string): readonly string[];
  /** The plain variable. */
  plain(name: string): string;
}

/** TaskOrder -> PackageOrder; throws `missing-input` for a class that does not set what it must. */
export function readPackageOrder(order: TaskOrder): PackageOrder {
  const { variables } = order;
  const plain = (name: string) => variables[name] ?? '';
  const own = (name: string, packageName: string) => variables[`${name}:${packageName}`] ?? '';
  const epoch = plain('PE').trim();
  const version = requiredVariable(order, 'PACKAGE_VERSION');
  return {
    recipe: requiredVariable(order, 'PN'),
    tree: requiredVariable(order, 'D'),
    librariesRoot: plain('SHLIBS_ROOT').trim(),
    packages: [...new Set(splitWords(plain('PACKAGES')))],
    version: epoch === '' ? version : `${epoch}:${version}`,
    sourceDateEpoch: Number.parseInt(plain('SOURCE_DATE_EPOCH'), 10) || 0,
    variable: (name, packageName) => variables[`${name}:${packageName}`] ?? plain(name),
    own,
    words: (name, packageName) => splitWords(own(name, packageName)),
    plain,
  };
}

/** Words of a value, blanks of any kind between them. */
export function splitWords(value: string): readonly string[] {
  return value.split(/\s+/).filter((each) => each !== '');
}
