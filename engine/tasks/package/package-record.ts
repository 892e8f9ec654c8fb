import type { ElfFile } from './elf.ts';

/** A shared library that a package offers to other packages. */
export interface OfferedLibrary {
  readonly soname: string;
  /** See `elfAbi`. */
  readonly abi: string;
  readonly path: string;
}

/** A package after the split, in no package format: what `package.json` in its folder holds. */
export interface PackageRecord {
  readonly schema: 1;
  readonly recipe: string;
  /** The word of PACKAGES. */
  readonly name: string;
  /** The name the package manager sees (`PKG:name`). */
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly section: string;
  readonly summary: string;
  readonly description: string;
  readonly homepage: string;
  readonly license: string;
  readonly maintainer: string;
  /** One element per dependency, `name` or `name (op version)`; alternatives joined by ` | `. */
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
  readonly suggests: readonly string[];
  readonly provides: readonly string[];
  readonly conflicts: readonly string[];
  readonly replaces: readonly string[];
  /** Sum of the sizes of its regular files. */
  readonly installedSizeBytes: number;
  readonly fileCount: number;
  readonly libraries: readonly OfferedLibrary[];
  /** Absolute paths on the target. */
  readonly configurationFiles: readonly string[];
  /** `preinst`, `postinst`, ... as the recipe writes them. */
  readonly scripts: Readonly<Record<string, string>>;
}

/** A file of the installed tree that is an ELF program or library, with its path relative to the tree. */
export interface ElfEntry {
  readonly path: string;
  readonly elf: ElfFile;
}

/** The file in a package's folder that holds its record. */
export const packageRecordName = 'package.json';
