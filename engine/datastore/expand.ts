/** What `expandText` asks for; `undefined` leaves the piece as it is written. */
export interface ExpansionSource {
  /** Final value of a variable. */
  reference(name: string): string | undefined;
  /** Value of an inline expression; `undefined` when its text ends inside a string, so that it is not one at all. */
  inline(code: string): string | undefined;
}

/** A reference without inner references: nothing else is a name in `${...}`. */
const reference = /\$\{([\w\-+./~:]+)\}/g;
/** The shortest text on one line in which an inner brace pair counts as a unit. */
const inlineExpression = /\$\{@((?:\{[^\n]*?\}|[^\n])+?)\}/g;

/**
 * Replaces references, then inline expressions, again and again until nothing changes, as BitBake does: inner
 * references make outer names, and what a value yields is expanded in turn. Code with an unset reference is left alone.
 */
export function expandText(text: string, source: ExpansionSource): string {
  let current = text;
  while (current.includes('${')) {
    const before = current;
    current = current.replace(reference, (written, name: string) => source.reference(name) ?? written);
    if (current.includes('${@')) current = replaceInline(current, source);
    if (current === before) break;
  }
  return current;
}

function replaceInline(text: string, source: ExpansionSource): string {
  let result = '';
  let end = 0;
  for (const match of text.matchAll(inlineExpression)) {
    const code = match[1] ?? '';
    result += text.slice(end, match.index);
    end = match.index + match[0].length;
    if (code.search(reference) !== -1) {
      result += match[0];
      continue;
    }
    const value = source.inline(code);
    if (value === undefined) return text;
    result += value;
  }
  return result + text.slice(end);
}
