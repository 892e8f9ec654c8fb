import { closeSync, openSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareCodePoints } from '../../base/canonical-json.ts';
import { elfAbi, hasElfMagic, parseElf } from './elf.ts';
import type { InstalledEntry } from './installed-tree.ts';
import type { ElfEntry, NeededLibrary, OfferedLibrary } from './package-record.ts';

/** ELF files among installed entries. */
export async function readElfEntries(tree: string, entries: readonly InstalledEntry[]): Promise<readonly ElfEntry[]> {
  const found: ElfEntry[] = [];
  for (const entry of entries) {
    if (entry.kind !== 'file' || entry.sizeBytes < 52) continue;
    const path = join(tree, entry.path);
    if (!beginsAsElf(path)) continue;
    const elf = parseElf(await readFile(path));
    if (elf !== undefined) found.push({ path: entry.path, elf });
  }
  return found;
}

function beginsAsElf(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = new Uint8Array(4);
    readSync(file, head, 0, 4, 0);
    return hasElfMagic(head);
  } finally {
    closeSync(file);
  }
}

/** Where the dynamic linker looks on its own; a library elsewhere is private to its recipe. */
const libraryFolder = /^(usr\/)?lib(32|64|x32)?(\/[^/]+-linux-[^/]+)?\/[^/]+$/;

/** Folders of files with debugging symbols: what they say of needs is that of the files they were cut from. */
const debugFolder = /^usr\/lib\/debug\//;

/** Libraries that other packages may need by name. */
export function offeredLibraries(elves: readonly ElfEntry[]): readonly OfferedLibrary[] {
  return elves.flatMap(({ path, elf }) =>
    elf.soname !== undefined && libraryFolder.test(path)
      ? [{ soname: elf.soname, abi: elfAbi(elf), path, versions: elf.versions.defined }]
      : [],
  );
}

/** Libraries that the files of a package need, sorted by name and ABI, with all symbol versions that they need of them. */
export function neededLibraries(elves: readonly ElfEntry[]): readonly NeededLibrary[] {
  const own = new Set(elves.map(({ path, elf }) => `${elf.soname ?? baseName(path)} ${elfAbi(elf)}`));
  const needs = new Map<string, { readonly need: NeededLibrary; readonly versions: Set<string> }>();
  for (const { path, elf } of elves) {
    if (debugFolder.test(path)) continue;
    const abi = elfAbi(elf);
    for (const soname of elf.needed) {
      const key = `${soname} ${abi}`;
      const known = needs.get(key) ?? {
        need: { soname, abi, versions: [], path, isOwn: own.has(key) },
        versions: new Set<string>(),
      };
      needs.set(key, known);
      const versions = elf.versions.needed.find((each) => each.soname === soname)?.versions ?? [];
      for (const version of versions) known.versions.add(version);
    }
  }
  return [...needs.keys()].sort(compareCodePoints).flatMap((key) => {
    const found = needs.get(key);
    return found === undefined ? [] : [{ ...found.need, versions: [...found.versions].sort(compareCodePoints) }];
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
