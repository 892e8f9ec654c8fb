import type { OpenConfiguration } from '../base-configuration.ts';
import { collectionKey, collectionOf } from '../layer.ts';
import {
  asksOneOf,
  parseInputs,
  type StoredBase,
  type StoredConfiguration,
  type StoredEntry,
  type StoredRecipes,
} from './cache-file.ts';
import type { ParseCache } from './parse-cache.ts';

/** Which stored entries may stand for an evaluation of the files of today. */
export type EntryCheck = (file: string, appends: () => readonly string[]) => StoredEntry | undefined;

/** Every entry is checked by the files that it asked for alone: the configuration is what it was. */
export function checkByFiles(stored: StoredConfiguration, cache: ParseCache): EntryCheck {
  const { entries } = stored;
  const { changed } = cache.files;
  if (changed.length === 0) return (file) => entries.get(file);
  return (file) => {
    const entry = entries.get(file);
    if (entry === undefined || asksOneOf(entry.inputs, changed)) return undefined;
    return entry;
  };
}

/** The configuration was evaluated again: an entry holds when all that it read of it is the same. */
export function checkByVariables(
  stored: StoredConfiguration,
  now: { readonly base: StoredBase; readonly open: OpenConfiguration },
  cache: ParseCache,
): EntryCheck {
  const before = stored.base;
  if (before.state !== now.base.state) return () => undefined;
  const same = before.wholeState === now.base.wholeState;
  const names = same ? noChange : changes(before.states().whole, now.base.states().whole);
  const overwritten = same ? noChange : changes(before.states().withoutValue, now.base.states().withoutValue);
  return (file, appends) => {
    const entry = stored.entries.get(file);
    if (entry === undefined) return undefined;
    const inputs = parseInputs(entry.inputs);
    if (inputs.all && !same) return undefined;
    if (inputs.names.some((each) => names.has(each))) return undefined;
    if (inputs.overwritten.some((each) => overwritten.has(each))) return undefined;
    if (cache.files.haveChanged(inputs.questions)) return undefined;
    const recipes = JSON.parse(entry.recipes) as StoredRecipes;
    if (recipes.collection !== collectionKey(collectionOf(file, now.open.collections))) return undefined;
    return sameTexts(recipes.appends, appends()) ? entry : undefined;
  };
}

const noChange: ReadonlySet<number> = new Set();

function changes(before: readonly string[], now: readonly string[]): ReadonlySet<number> {
  return new Set(now.flatMap((state, number) => (state === before[number] ? [] : [number])));
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
