import { spend, spendOn } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { textOf, words } from '../values/text-methods.ts';
import { iterate, PythonList, PythonModule, toIndex, type Value } from '../values/value.ts';
import { wrapText } from './wrap-text.ts';

/** `string`. */
export function stringModule(): PythonModule {
  const lower = 'abcdefghijklmnopqrstuvwxyz';
  const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
  return new PythonModule('string', {
    ascii_lowercase: lower,
    ascii_uppercase: lower.toUpperCase(),
    ascii_letters: lower + lower.toUpperCase(),
    digits: '0123456789',
    hexdigits: '0123456789abcdefABCDEF',
    octdigits: '01234567',
    punctuation,
    whitespace: ' \t\n\r\v\f',
    printable: `0123456789${lower}${lower.toUpperCase()}${punctuation} \t\n\r\v\f`,
    capwords: native('capwords', 's sep?', (text) =>
      words(textOf(text))
        .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
        .join(' '),
    ),
  });
}

/** `textwrap`. */
export function textwrapModule(): PythonModule {
  return new PythonModule('textwrap', {
    dedent: native('dedent', 'text', (text) => dedent(textOf(text))),
    indent: native('indent', 'text prefix', (text, prefix) =>
      textOf(text).replace(/^(?=[^\n]*\S)/gm, () => textOf(prefix)),
    ),
    wrap: wrapper('wrap', (lines) => new PythonList([...lines])),
    fill: wrapper('fill', (lines) => lines.join('\n')),
    shorten: native('shorten', 'text width placeholder?', (text, width = null, end = ' [...]') =>
      shortened(words(textOf(text)), toIndex(width), textOf(end)),
    ),
  });
}

function wrapper(name: string, finish: (lines: readonly string[]) => Value): NativeFunction {
  return new NativeFunction(name, ({ positional: [text, width], keywords }) => {
    const known = new Set(['width', 'initial_indent', 'subsequent_indent', 'break_long_words', 'break_on_hyphens']);
    for (const each of keywords.keys()) {
      if (!known.has(each)) throw new UnsupportedConstruct(`\`${each}\` of \`textwrap.${name}\``, 'leave it out');
    }
    const option = (key: string): string => textOf(keywords.get(key) ?? '');
    return finish(
      wrapText(textOf(text), {
        width: toIndex(width ?? keywords.get('width') ?? 70n),
        first: option('initial_indent'),
        next: option('subsequent_indent'),
        breakLong: keywords.get('break_long_words') !== false,
        breakHyphens: keywords.get('break_on_hyphens') !== false,
      }),
    );
  });
}

/** As many words as fit together with what stands for the others. */
function shortened(all: readonly string[], width: number, end: string): string {
  const whole = all.join(' ');
  if (whole.length <= width) return whole;
  if (end.trimStart().length > width) throw valueError('placeholder too large for max width');
  const kept = [...all];
  while (kept.length > 0 && kept.join(' ').length + end.length > width) kept.pop();
  return kept.length === 0 ? end.trimStart() : kept.join(' ') + end;
}

function dedent(given: string): string {
  spendOn(given.length, 'items');
  const text = given.replace(/^[ \t]+$/gm, '');
  let margin: string | undefined;
  for (const [, indent = ''] of text.matchAll(/^([ \t]*)(?=[^ \t\n])/gm)) {
    if (margin === undefined) margin = indent;
    let shared = 0;
    while (shared < margin.length && margin[shared] === indent[shared]) shared += 1;
    margin = margin.slice(0, shared);
  }
  if (!margin) return text;
  const head = margin;
  return text
    .split('\n')
    .map((line) => (line.startsWith(head) ? line.slice(head.length) : line))
    .join('\n');
}

/** `shlex`. */
export function shlexModule(): PythonModule {
  return new PythonModule('shlex', {
    quote: native('quote', 's', (text) => quote(textOf(text))),
    join: native('join', 'split_command', (parts = null) =>
      [...iterate(parts)].map((each) => quote(textOf(each))).join(' '),
    ),
    split: native('split', 's comments? posix?', (text, comments = false, posix = true) => {
      if (posix !== true) throw new UnsupportedConstruct('`shlex.split` with `posix=False`', 'leave it out');
      return new PythonList(splitShell(textOf(text), comments === true));
    }),
  });
}

function quote(text: string): string {
  if (text === '') return "''";
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\"'\"'")}'`;
}

function splitShell(text: string, comments: boolean): string[] {
  spendOn(text.length, 'hashes');
  const found: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const char = text.charAt(at);
    if (/[ \t\r\n]/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
      at += 1;
    } else if (char === '#' && comments && word === undefined) {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else {
      const [piece, next] = shellPiece(text, at);
      word = (word ?? '') + piece;
      at = next;
    }
  }
  if (word !== undefined) found.push(word);
  return found;
}

/** A character, an escaped one, or a quoted stretch, and where it ends. */
function shellPiece(text: string, at: number): readonly [string, number] {
  const char = text.charAt(at);
  if (char === '\\') {
    if (at + 1 >= text.length) throw valueError('No escaped character');
    return [text.charAt(at + 1), at + 2];
  }
  if (char !== "'" && char !== '"') return [char, at + 1];
  let piece = '';
  let next = at + 1;
  while (next < text.length && text.charAt(next) !== char) {
    if (char === '"' && text.charAt(next) === '\\' && /["\\]/.test(text.charAt(next + 1))) next += 1;
    piece += text.charAt(next);
    next += 1;
  }
  if (next >= text.length) throw valueError('No closing quotation');
  return [piece, next + 1];
}

/** `fnmatch`. */
export function fnmatchModule(): PythonModule {
  const matches = (name: Value | undefined, pattern: Value | undefined): boolean =>
    matchesGlob(textOf(name), textOf(pattern));
  return new PythonModule('fnmatch', {
    fnmatch: native('fnmatch', 'name pat', matches),
    fnmatchcase: native('fnmatchcase', 'name pat', matches),
    translate: native('translate', 'pat', (pattern) => globAsExpression(textOf(pattern))),
    filter: native(
      'filter',
      'names pat',
      (names = null, pattern) => new PythonList([...iterate(names)].filter((each) => matches(each, pattern))),
    ),
  });
}

/** The regular expression that `fnmatch.translate` gives. */
function globAsExpression(pattern: string): string {
  const inside = [...pattern.replace(/\*+/g, '*').matchAll(/\[!?\]?[^\]]*\]|[\s\S]/gu)].map(([piece]) => {
    if (piece === '*') return '.*';
    if (piece === '?') return '.';
    if (piece.length > 2) return piece.replace('[!', '[^').replaceAll('\\', '\\\\');
    return piece.replace(/[^\w\s"%',/:;<=>@`!-]|[\s-]/gu, '\\$&');
  });
  return `(?s:${inside.join('')})\\Z`;
}

/** Shell patterns with `*`, `?` and `[...]`, without going back more than needed. */
export function matchesGlob(name: string, pattern: string): boolean {
  const chars = Array.from(name);
  const parts = globParts(pattern);
  let at = 0;
  let part = 0;
  let star = -1;
  let resume = 0;
  while (at < chars.length) {
    const test = parts[part];
    spend(1);
    if (test === '*') {
      star = part;
      part += 1;
      resume = at;
    } else if (typeof test === 'function' && test(chars[at] ?? '')) {
      at += 1;
      part += 1;
    } else if (star >= 0) {
      part = star + 1;
      resume += 1;
      at = resume;
    } else return false;
  }
  while (parts[part] === '*') part += 1;
  return part === parts.length;
}

type GlobPart = '*' | ((char: string) => boolean);

function globParts(pattern: string): readonly GlobPart[] {
  const parts: GlobPart[] = [];
  for (const [piece] of pattern.matchAll(/\[!?\]?[^\]]*\]|[\s\S]/gu)) {
    if (piece === '*') parts.push('*');
    else if (piece === '?') parts.push(() => true);
    else if (piece.length > 1 && piece.startsWith('[')) parts.push(setTest(piece.slice(1, -1)));
    else parts.push((char) => char === piece);
  }
  return parts;
}

function setTest(body: string): (char: string) => boolean {
  const negated = body.startsWith('!');
  const ranges = [...(negated ? body.slice(1) : body).matchAll(/([\s\S])-([\s\S])|([\s\S])/gu)];
  return (char) => {
    const inside = ranges.some(([, from, to, one]) =>
      one === undefined ? char >= (from ?? '') && char <= (to ?? '') : char === one,
    );
    return inside !== negated;
  };
}
