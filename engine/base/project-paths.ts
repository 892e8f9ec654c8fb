/** A path of this checkout and the word that stands for it in hashes. */
export interface ProjectPath {
  readonly path: string;
  readonly placeholder: string;
}

/** Replaces paths in a text. */
export type PathReplacer = (text: string) => string;

/**
 * Puts placeholders (`<TOPDIR>`, `<LAYER:name>`) for the given paths, longest path first, so that another checkout gives
 * the same hashes. Only whole components at the beginning of a path are replaced: `/a/build` touches neither `/a/build2`
 * nor `x/a/build`, but `-I/a/build` and `file:///a/build`.
 */
export function projectPathReplacer(paths: readonly ProjectPath[]): PathReplacer {
  const known = new Map<string, string>();
  for (const { path, placeholder } of paths) {
    const trimmed = path.replace(/\/+$/, '');
    if (trimmed !== '' && !known.has(trimmed)) known.set(trimmed, placeholder);
  }
  if (known.size === 0) return (text) => text;
  const alternatives = [...known.keys()].sort((a, b) => b.length - a.length).map(escapePattern);
  const pattern = new RegExp(`${pathBegins}(?:${alternatives.join('|')})(?![\\w.+~-])`, 'g');
  return (text) => (text.includes('/') ? text.replace(pattern, (path) => known.get(path) ?? path) : text);
}

/** A character of a path, or a quote or mark that closes one: what follows it continues that path. */
const insidePath = '[\\w.+~*?})\\]/-]["\'`@]?';
const option = '-(?:[A-Za-z]|isystem|iquote|idirafter|include)["\']?';
const pathBegins = `(?:(?<!${insidePath})|(?<=(?<!${insidePath})${option})|(?<=:\\/\\/|\\\\[nt]))`;

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
