/** A piece of a value: literal text, `${NAME}` or `${@expression}`; offsets are in the value's text. */
export type ExpansionPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** `name` may itself hold references (`${A_${B}}`): then it is that text, expanded first. */
  | { readonly kind: 'reference'; readonly name: string; readonly start: number; readonly end: number }
  | { readonly kind: 'inline'; readonly code: string; readonly start: number; readonly end: number };

type Reference = Exclude<ExpansionPart, { readonly kind: 'literal' }>;

/** Cuts a value into literals, references and inline code; what only looks like a reference stays literal. */
export function parseExpansion(text: string): readonly ExpansionPart[] {
  if (text === '') return [];
  if (!text.includes('${')) return [{ kind: 'literal', text }];
  const parts: ExpansionPart[] = [];
  let done = 0;
  for (const reference of outermostReferences(text)) {
    if (reference.start > done) parts.push({ kind: 'literal', text: text.slice(done, reference.start) });
    parts.push(reference);
    done = reference.end;
  }
  if (done < text.length) parts.push({ kind: 'literal', text: text.slice(done) });
  return parts;
}

const nameCharacters = /[a-zA-Z0-9\-_+./~:]+/y;
const notBraces = /[^{}\n]+/y;

/** What one pass over a text has found: references that are complete, and where those that are not yet begin. */
interface Found {
  readonly closed: Reference[];
  readonly open: number[];
}

/** One pass with a list of the `${` that are still open, so that any depth of nesting costs linear time. */
function outermostReferences(text: string): readonly Reference[] {
  const found: Found = { closed: [], open: [] };
  let at = text.indexOf('${');
  while (at !== -1 && at < text.length) {
    at = text.startsWith('${', at) ? readOpening(text, at, found) : readWithin(text, at, found);
    if (found.open.length === 0) at = text.indexOf('${', at);
  }
  return found.closed;
}

function readOpening(text: string, at: number, { closed, open }: Found): number {
  if (text[at + 2] !== '@') {
    open.push(at);
    return at + 2;
  }
  const end = inlineEnd(text, at);
  if (end === -1) {
    open.length = 0;
    return at + 3;
  }
  closed.push({ kind: 'inline', code: text.slice(at + 3, end - 1), start: at, end });
  return end;
}

/** Reads on within an open reference; a character that no name holds makes all open ones literal. */
function readWithin(text: string, at: number, { closed, open }: Found): number {
  const start = open.at(-1) ?? 0;
  if (text[at] === '}' && at > start + 2) {
    open.pop();
    while ((closed.at(-1)?.start ?? -1) > start) closed.pop();
    closed.push({ kind: 'reference', name: text.slice(start + 2, at), start, end: at + 1 });
    return at + 1;
  }
  const end = matchEnd(nameCharacters, text, at);
  if (end !== -1) return end;
  open.length = 0;
  return at + 1;
}

/**
 * Where inline code that starts at `start` ends, or -1. A `{` takes everything up to the next `}` with it as long as
 * the line has a further `}`; else it is an ordinary character. Strings of the code are not looked at.
 */
function inlineEnd(text: string, start: number): number {
  const newline = text.indexOf('\n', start);
  const last = text.lastIndexOf('}', newline === -1 ? text.length : newline);
  const first = start + 3;
  let at = first;
  while (at <= last) {
    if (text[at] === '}' && at > first) return at + 1;
    const close = text[at] === '{' ? text.indexOf('}', at) : -1;
    if (close !== -1 && close < last) at = close + 1;
    else at = Math.max(at + 1, matchEnd(notBraces, text, at));
  }
  return -1;
}

function matchEnd(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}
