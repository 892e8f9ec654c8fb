import type { Dependency, Operator } from './dependency.ts';
import type { ElfFile } from './elf.ts';

/** Which format of `package.json` this is; a package of another one is made anew. */
export const packageRecordSchema = 2;

/** A shared library that a package offers to other packages. */
export interface OfferedLibrary {
  readonly soname: string;
  /** See `elfAbi`. */
  readonly abi: string;
  readonly path: string;
  /** Symbol versions that it defines. */
  readonly versions: readonly string[];
}

/** A shared library that files of a package need; one element per library and ABI. */
export interface NeededLibrary {
  readonly soname: string;
  readonly abi: string;
  readonly versions: readonly string[];
  /** The first file that needs it, relative to the root. */
  readonly path: string;
  /** One of its own files has this name: nobody else need offer it. */
  readonly isOwn: boolean;
}

/** Something that is named in a language of its own: a pkg-config module, a Python distribution. */
export interface NamedThing {
  readonly name: string;
  readonly operator?: Operator | undefined;
  readonly version?: string | undefined;
}

/** What was found in the files of a package: what they need, and what others find there. */
export interface Scan {
  readonly libraries: readonly NeededLibrary[];
  readonly pkgConfig: readonly NamedThing[];
  readonly python: readonly NamedThing[];
  /** Interpreters of scripts, as absolute paths. */
  readonly interpreters: readonly string[];
  /** Versions of Python (`3.11`; empty: any version 3) into whose folders modules were installed. */
  readonly pythonVersions: readonly string[];
}

/** A file, link or directory that a package owns. */
export interface RecordedEntry {
  /** Relative to the root. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  /** Permission bits, as four octal digits. */
  readonly mode: string;
  readonly sizeBytes: number;
  /** Target of a symlink. */
  readonly target?: string | undefined;
  /** `user:group` when not root's. */
  readonly owner?: string | undefined;
}

/** An account or group that must be there before the package's files are used. */
export interface Account {
  readonly kind: 'user' | 'group';
  readonly name: string;
  /** Arguments of useradd(8) or groupadd(8), the name included. */
  readonly arguments: string;
}

/** A name under which one of several packages offers a program: update-alternatives(1). */
export interface Alternative {
  readonly name: string;
  readonly link: string;
  readonly target: string;
  readonly priority: number;
}

/** An ELF file as the package checks want to know it. */
export interface RecordedElf extends Omit<ElfFile, 'versions' | 'needed'> {
  readonly path: string;
}

/** A text that LIC_FILES_CHKSUM names. */
export interface LicenseText {
  /** The entry of LIC_FILES_CHKSUM without its parameters. */
  readonly source: string;
  /** File below `licenses/` of the package's folder; absent when the text was not found. */
  readonly file?: string | undefined;
  readonly expectedMd5: string;
  readonly actualMd5?: string | undefined;
}

/** A package after the split, in no package format: what `package.json` in its folder holds. */
export interface PackageRecord {
  readonly schema: typeof packageRecordSchema;
  readonly recipe: string;
  /** The word of PACKAGES. */
  readonly name: string;
  /** The name the package manager sees: `PKG:name`, or the system's pattern for -dev, -doc and -dbg. */
  readonly package: string;
  /** `PKG:name` renamed it: it answers to its own word as well. */
  readonly isRenamed: boolean;
  readonly epoch: string;
  /** `PV-PR`, without the number of its content. */
  readonly version: string;
  /** `all`, or the word of TARGET_ARCH. */
  readonly architecture: string;
  /** PACKAGE_ARCH where it is finer than that: a machine, or a processor. Contents of each have numbers of their own. */
  readonly finerArchitecture?: string | undefined;
  readonly section: string;
  readonly summary: string;
  readonly description: string;
  readonly homepage: string;
  readonly license: string;
  readonly maintainer: string;
  readonly depends: readonly Dependency[];
  readonly recommends: readonly Dependency[];
  readonly suggests: readonly Dependency[];
  readonly provides: readonly Dependency[];
  readonly conflicts: readonly Dependency[];
  readonly replaces: readonly Dependency[];
  readonly breaks: readonly Dependency[];
  readonly entries: readonly RecordedEntry[];
  /** Directories that lead to an entry and are not entries themselves, with their modes. */
  readonly parents: readonly { readonly path: string; readonly mode: string }[];
  /** Sum of the sizes of its regular files. */
  readonly installedSizeBytes: number;
  /** The same in KiB as dpkg-gencontrol counts. */
  readonly installedKibibytes: number;
  readonly fileCount: number;
  readonly elves: readonly RecordedElf[];
  readonly libraries: readonly OfferedLibrary[];
  readonly offers: { readonly pkgConfig: readonly NamedThing[]; readonly python: readonly NamedThing[] };
  readonly needs: Scan;
  /** Absolute paths on the target. */
  readonly configurationFiles: readonly string[];
  /** `preinst`, `postinst`, ... as the recipe writes them. */
  readonly scripts: Readonly<Record<string, string>>;
  readonly accounts: readonly Account[];
  /** systemd units, by file name. */
  readonly units: readonly string[];
  readonly alternatives: readonly Alternative[];
  readonly licenseTexts: readonly LicenseText[];
  /** Names of findings that INSANE_SKIP forgives. */
  readonly skippedChecks: readonly string[];
  /** One line per override of lintian, with its reason. */
  readonly lintianOverrides: readonly string[];
}

/** What is not of one package: `recipe.json` beside the packages. */
export interface RecipeRecord {
  readonly schema: typeof packageRecordSchema;
  readonly recipe: string;
  /** Paths that no package took. */
  readonly unshipped: readonly string[];
  readonly skippedChecks: readonly string[];
}

/** A file of the installed tree that is an ELF program or library, with its path relative to the tree. */
export interface ElfEntry {
  readonly path: string;
  readonly elf: ElfFile;
}

/** The file in a package's folder that holds its record. */
export const packageRecordName = 'package.json';

/** The file beside the packages of a recipe that holds its `RecipeRecord`. */
export const recipeRecordName = 'recipe.json';
