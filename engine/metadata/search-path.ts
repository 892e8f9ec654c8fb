import { isAbsolute, join, normalize } from 'node:path';

/** Where a search ended: the file, and the places tried before it (all of them when nothing was found). */
export interface SearchResult {
  readonly path: string | undefined;
  readonly lookedFor: readonly string[];
}

/** The first of `directories` that holds `name`; an absolute name is tried alone. */
export function searchPath(
  name: string,
  directories: readonly string[],
  isFile: (path: string) => boolean,
): SearchResult {
  const candidates = isAbsolute(name)
    ? [normalize(name)]
    : directories.map((directory) => normalize(join(directory, name)));
  const lookedFor: string[] = [];
  for (const candidate of candidates) {
    if (isFile(candidate)) return { path: candidate, lookedFor };
    if (!lookedFor.includes(candidate)) lookedFor.push(candidate);
  }
  return { path: undefined, lookedFor };
}

/** The directories of a colon-separated path variable, relative ones taken from `base`; empty entries are dropped. */
export function splitPath(text: string | undefined, base: string): readonly string[] {
  return (text ?? '')
    .split(':')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => (isAbsolute(each) ? each : join(base, each)));
}
