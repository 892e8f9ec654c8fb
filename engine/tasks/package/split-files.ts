import { compileFilePattern } from './file-pattern.ts';
import type { InstalledEntry } from './installed-tree.ts';

/** Which entries each package owns, and what no package took. */
export interface FileSplit {
  /** Every package of the list is a key. */
  readonly owned: ReadonlyMap<string, readonly InstalledEntry[]>;
  /** Absolute paths on the target. */
  readonly unshipped: readonly string[];
}

/** Gives each installed entry to the first package, in the order of PACKAGES, one of whose `FILES` matches it. */
export function splitFiles(
  entries: readonly InstalledEntry[],
  packages: readonly string[],
  filesOf: (packageName: string) => readonly string[],
): FileSplit {
  const owned = new Map<string, InstalledEntry[]>(packages.map((name) => [name, []]));
  const patterns = packages.map((name) => ({ name, patterns: filesOf(name).map(compileFilePattern) }));
  const unshipped: string[] = [];
  for (const entry of entries) {
    const owner = patterns.find((each) => each.patterns.some((pattern) => pattern.matches(entry.path)));
    if (owner === undefined) unshipped.push(`/${entry.path}`);
    else owned.get(owner.name)?.push(entry);
  }
  return { owned, unshipped };
}
