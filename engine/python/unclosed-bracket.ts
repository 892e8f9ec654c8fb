/** Where a bracket stands that is never closed: one-based line, zero-based column. */
export interface UnclosedBracket {
  readonly bracket: string;
  readonly line: number;
  readonly column: number;
}

/** A string, a comment, or one bracket: what else there is does not matter. */
const piece =
  /"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*|[([{)\]}]/g;

/** The innermost bracket that is open when a text ends; `undefined` when all are closed. */
export function unclosedBracket(code: string): UnclosedBracket | undefined {
  const open: { readonly bracket: string; readonly at: number }[] = [];
  for (const match of code.matchAll(piece)) {
    const [text] = match;
    if ('([{'.includes(text)) open.push({ bracket: text, at: match.index });
    else if (')]}'.includes(text)) open.pop();
  }
  const last = open.at(-1);
  if (last === undefined) return undefined;
  const before = code.slice(0, last.at);
  const line = before.split('\n').length;
  return { bracket: last.bracket, line, column: last.at - (before.lastIndexOf('\n') + 1) };
}
