import { StxError } from '../../base/stx-error.ts';
import { compileFilePattern } from './file-pattern.ts';
import type { InstalledEntry } from './installed-tree.ts';

/** Which entries each package owns; every package of the list is a key. */
export type FileSplit = ReadonlyMap<string, readonly InstalledEntry[]>;

/** How many left-over files an error names. */
const LISTED = 20;

/**
 * Gives each installed entry to the first package, in the order of PACKAGES, one of whose `FILES` matches it. Throws
 * `installed-not-shipped` for what is left over.
 */
export function splitFiles(
  entries: readonly InstalledEntry[],
  packages: readonly string[],
  filesOf: (packageName: string) => readonly string[],
): FileSplit {
  const split = new Map<string, InstalledEntry[]>(packages.map((name) => [name, []]));
  const patterns = packages.map((name) => ({ name, patterns: filesOf(name).map(compileFilePattern) }));
  const unshipped: string[] = [];
  for (const entry of entries) {
    const owner = patterns.find((each) => each.patterns.some((pattern) => pattern.matches(entry.path)));
    if (owner === undefined) unshipped.push(`/${entry.path}`);
    else split.get(owner.name)?.push(entry);
  }
  if (unshipped.length > 0) throw notShipped(unshipped, packages);
  return split;
}

function notShipped(paths: readonly string[], packages: readonly string[]): StxError {
  const listed = paths.slice(0, LISTED).map((path) => `\`${path}\``);
  if (paths.length > LISTED) listed.push(`${paths.length - LISTED} more`);
  const example = packages.at(-1) ?? 'NAME';
  return StxError.of('installed-not-shipped', `installed, but in no package: ${listed.join(', ')}`, {
    origin: 'task',
    help: `add them to a package (\`FILES:${example}:append = " ${paths[0]}"\`), or remove them at the end of \`do_install\``,
  });
}
