import type { StoredBase, StoredRecipes } from './cache-file.ts';

/** What the cache knows a recipe by. */
export interface CachedNames {
  /** Empty for the default configuration. */
  readonly configuration: string;
  readonly pn: string;
  /** PROVIDES, its own name included. */
  readonly provides: readonly string[];
  /** Names of its tasks, with `do_`. */
  readonly tasks: readonly string[];
}

/**
 * The recipes of which a name begins so, as a parse cache last saw them: it is not checked whether they are still so.
 * A text that is no parse cache of today has none.
 */
export function namesInCache(text: string, prefix: string): readonly CachedNames[] {
  try {
    return found(text.split('\n'), JSON.stringify(prefix).slice(0, -1));
  } catch {
    return [];
  }
}

/** The value that a variable of the default configuration last had, of those that a cache keeps; `undefined` for others. */
export function valueInCache(text: string, name: string): string | undefined {
  const lines = text.split('\n', 3);
  if (!lines[0]?.startsWith('stx-parse-cache ')) return undefined;
  try {
    const heads = JSON.parse(lines[2] ?? '') as readonly Pick<StoredBase, 'name' | 'values'>[];
    return heads.find((head) => head.name === '')?.values?.[name] ?? undefined;
  } catch {
    return undefined;
  }
}

/** The names of all tasks in a parse cache, each once. */
export function taskNamesInCache(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/"name":"(do_[^"\\]+)"/g)].map(([, name = '']) => name))];
}

function found(lines: readonly string[], quoted: string): readonly CachedNames[] {
  if (!lines[0]?.startsWith('stx-parse-cache ')) return [];
  const heads = JSON.parse(lines[2] ?? '') as readonly { readonly name: string; readonly entries: readonly string[] }[];
  let at = 4;
  return heads.flatMap(({ name, entries }) => {
    // A line of states, then two lines for each recipe file.
    const own = lines.slice(at + 1, at + 1 + 2 * entries.length);
    at += own.length + 1;
    return own.filter((line, index) => index % 2 === 0 && line.includes(quoted)).flatMap((line) => namesOf(line, name));
  });
}

function namesOf(line: string, configuration: string): readonly CachedNames[] {
  const { recipes } = JSON.parse(line) as StoredRecipes;
  const usable = recipes.filter(({ skipped }) => skipped === undefined);
  return usable.map(({ pn, provides, tasks }) => ({
    configuration,
    pn,
    provides,
    tasks: tasks.map(({ name }) => name),
  }));
}
