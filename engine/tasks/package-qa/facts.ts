import type { DiagnosticCode } from '../../base/diagnostic-codes.ts';
import type { PackageRecord, RecipeRecord } from '../package/package-record.ts';

/** What the checks of one package know. */
export interface PackageFacts {
  readonly record: PackageRecord;
  /** The package's tree on the disk. */
  readonly root: string;
  readonly recipe: RecipeFacts;
}

/** What is the same for all packages of a recipe. */
export interface RecipeFacts {
  readonly recipe: RecipeRecord;
  readonly packages: readonly PackageRecord[];
  /** Packages of the recipes of DEPENDS. */
  readonly declared: readonly PackageRecord[];
  readonly vendor: VendorRoot;
  /** Paths of this build: none of them may be in what is shipped. */
  readonly buildPaths: readonly string[];
  plain(variable: string): string;
}

/** The root of vendor packages that the recipe was built in. */
export interface VendorRoot {
  /** Whether the linker finds a library of that name in it. */
  hasLibrary(soname: string): boolean;
  hasUser(name: string): boolean;
  hasGroup(name: string): boolean;
}

/** What is wrong, as the end of the sentence `PACKAGE: ...`, and the way out. */
export interface Finding {
  readonly text: string;
  readonly help?: string | undefined;
}

/** One check of a package. */
export interface PackageCheck {
  readonly name: QaName;
  find(facts: PackageFacts): readonly Finding[] | Promise<readonly Finding[]>;
}

/** One check of all packages of a recipe together. */
export interface RecipeCheck {
  readonly name: QaName;
  find(facts: RecipeFacts): readonly Finding[];
}

/** Every check with the code of its findings: the names are words of ERROR_QA, WARN_QA and INSANE_SKIP. */
export const qaCodes = {
  alternatives: 'qa-alternatives',
  arch: 'qa-arch',
  buildpaths: 'qa-buildpaths',
  'debug-files': 'qa-debug-files',
  'dev-deps': 'qa-dev-deps',
  'dev-elf': 'qa-dev-elf',
  'dev-so': 'qa-dev-so',
  'empty-dirs': 'qa-empty-dirs',
  'file-rdeps': 'qa-file-rdeps',
  infodir: 'qa-infodir',
  'installed-vs-shipped': 'qa-installed-vs-shipped',
  ldflags: 'qa-ldflags',
  libdir: 'qa-libdir',
  'license-checksum': 'qa-license-checksum',
  'license-exists': 'qa-license-exists',
  perms: 'qa-perms',
  pkgname: 'qa-pkgname',
  'python-abi': 'qa-python-abi',
  rpaths: 'qa-rpaths',
  'shebang-size': 'qa-shebang-size',
  staticdev: 'qa-staticdev',
  'symlink-to-sysroot': 'qa-symlink-to-sysroot',
  textrel: 'qa-textrel',
  'unit-file': 'qa-unit-file',
  'unknown-owner': 'qa-unknown-owner',
  'unlisted-pkg-lics': 'qa-unlisted-pkg-lics',
  'useless-rpaths': 'qa-useless-rpaths',
  usrmerge: 'qa-usrmerge',
} as const satisfies Record<string, DiagnosticCode>;

/** The name of a check. */
export type QaName = keyof typeof qaCodes;
