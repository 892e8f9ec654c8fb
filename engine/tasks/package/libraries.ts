import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import { elfAbi, hasElfMagic, parseElf } from './elf.ts';
import type { InstalledEntry } from './installed-tree.ts';
import type { ElfEntry, OfferedLibrary, PackageRecord } from './package-record.ts';
import type { FileSplit } from './split-files.ts';

/** ELF programs and libraries among installed entries. */
export async function readElfEntries(tree: string, entries: readonly InstalledEntry[]): Promise<readonly ElfEntry[]> {
  const found: ElfEntry[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.sizeBytes < 64) continue;
    const path = join(tree, entry.path);
    if (!(await beginsAsElf(path))) continue;
    const elf = parseElf(await readFile(path));
    if (elf !== undefined) found.push({ path: entry.path, elf });
  }
  return found;
}

async function beginsAsElf(path: string): Promise<boolean> {
  await using file = await open(path);
  const head = new Uint8Array(4);
  await file.read(head, 0, 4, 0);
  return hasElfMagic(head);
}

/** Where the dynamic linker looks on its own; a library elsewhere is private to its recipe. */
const libraryFolder = /^(usr\/)?lib(32|64|x32)?(\/[^/]+-linux-[^/]+)?\/[^/]+$/;

/** Libraries that other packages may need by name. */
export function offeredLibraries(elves: readonly ElfEntry[]): readonly OfferedLibrary[] {
  return elves.flatMap(({ path, elf }) =>
    elf.soname !== undefined && libraryFolder.test(path) ? [{ soname: elf.soname, abi: elfAbi(elf), path }] : [],
  );
}

/** Whom a package must depend on for a library: elements for `depends`. */
export type VendorLibraries = (soname: string) => readonly string[] | undefined;

/** What is known when the needs of the packages are looked up. */
export interface LibraryContext {
  readonly split: FileSplit;
  readonly elves: ReadonlyMap<string, readonly ElfEntry[]>;
  /** Name and version of the packages made here, by word of PACKAGES. */
  readonly dependencyOn: (packageName: string) => string;
  /** Records of the packages of DEPENDS. */
  readonly declared: readonly PackageRecord[];
  readonly vendor: VendorLibraries;
}

/** Dependencies that the ELF files of a package ask for, sorted out by who offers each library; own libraries cost none. */
export function libraryDependencies(packageName: string, context: LibraryContext): readonly string[] {
  const result = new Set<string>();
  for (const { path, elf } of context.elves.get(packageName) ?? []) {
    for (const soname of elf.needed) {
      const found = findLibrary(packageName, { soname, abi: elfAbi(elf) }, context);
      if (found === undefined) throw unresolved(path, soname);
      for (const each of found) result.add(each);
    }
  }
  return [...result];
}

function findLibrary(
  packageName: string,
  wanted: { readonly soname: string; readonly abi: string },
  context: LibraryContext,
): readonly string[] | undefined {
  const owner = ownOwner(packageName, wanted, context);
  if (owner !== undefined) return owner === packageName ? [] : [context.dependencyOn(owner)];
  const record = context.declared.find((each) =>
    each.libraries.some((library) => library.soname === wanted.soname && library.abi === wanted.abi),
  );
  if (record !== undefined) return [`${record.package} (>= ${record.version})`];
  return context.vendor(wanted.soname);
}

/** The package of this recipe that holds a library: itself first. */
function ownOwner(
  packageName: string,
  wanted: { readonly soname: string; readonly abi: string },
  context: LibraryContext,
): string | undefined {
  const holds = (name: string) =>
    (context.elves.get(name) ?? []).some(({ path, elf }) => {
      const name = elf.soname ?? path.slice(path.lastIndexOf('/') + 1);
      return name === wanted.soname && elfAbi(elf) === wanted.abi;
    });
  if (holds(packageName)) return packageName;
  return [...context.split.keys()].find(holds);
}

function unresolved(path: string, soname: string): StxError {
  return StxError.of('unresolved-library', `\`/${path}\` needs \`${soname}\`, which no declared package offers`, {
    origin: 'task',
    help: `add the recipe that makes \`${soname}\` to \`DEPENDS\`, or its package to the build root`,
  });
}
