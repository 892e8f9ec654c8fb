import { compareCodePoints } from '../base/canonical-json.ts';
import type { Layer } from './workspace.ts';

/** A collection of BBFILE_COLLECTIONS: which files belong to it, and how strong it is. */
export interface Collection extends Layer {
  /** `undefined` when the pattern is empty: then no file belongs to it. */
  readonly pattern: RegExp | undefined;
}

/** The collection a file belongs to: of those whose pattern matches, the one whose pattern is the last in code point order. */
export function collectionOf(path: string, collections: readonly Collection[]): Collection | undefined {
  let best: Collection | undefined;
  for (const each of collections) {
    if (!each.pattern || path.search(each.pattern) !== 0) continue;
    if (!best || compareCodePoints(each.patternText, best.patternText) > 0) best = each;
  }
  return best;
}

/** All that a recipe takes from its collection, as text. */
export function collectionKey(collection: Pick<Collection, 'name' | 'priority'> | undefined): string {
  return collection === undefined ? '' : `${collection.name} ${collection.priority}`;
}
