import type { Layer } from './workspace.ts';

/** A collection of BBFILE_COLLECTIONS: which files belong to it, and how strong it is. */
export interface Collection extends Layer {
  /** BBFILE_PATTERN as written. */
  readonly patternText: string;
  /** `undefined` when the pattern is empty: then no file belongs to it. */
  readonly pattern: RegExp | undefined;
}

/** The collection a file belongs to: of those whose pattern matches, the one with the longest pattern. */
export function collectionOf(path: string, collections: readonly Collection[]): Collection | undefined {
  let best: Collection | undefined;
  for (const each of collections) {
    if (!each.pattern || path.search(each.pattern) !== 0) continue;
    if (!best || each.patternText.length > best.patternText.length) best = each;
  }
  return best;
}
