import { encodeText } from './bytes.ts';
import { orderTexts } from './compare.ts';
import { reserve, reserveItems } from './meter.ts';
import { typeError, valueError } from './python-error.ts';
import {
  type CallArguments,
  hasSurrogates,
  isTrue,
  iterate,
  lengthOf,
  PythonDict,
  PythonList,
  PythonTuple,
  toIndex,
  typeNameOf,
  type Value,
} from './value.ts';

/** A method: its parameters as `native` reads them, and its body with the object in front. */
export interface Method<T> {
  readonly parameters: string;
  readonly body: (self: T, ...values: readonly (Value | undefined)[]) => Value;
  /** Takes the arguments as they come instead. */
  readonly raw?: (self: T, given: CallArguments) => Value;
}

/** Python's whitespace, which is not quite JavaScript's. */
export const whitespace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
const spaces = new RegExp(`[${whitespace}]+`, 'u');

/** A string argument. Throws TypeError. */
export function textOf(value: Value | undefined, what = 'argument'): string {
  if (typeof value === 'string') return value;
  throw typeError(`${what}${what === '' ? '' : ' '}must be str, not ${typeNameOf(value ?? null)}`);
}

/** Words between runs of whitespace, as `str.split()` gives them. */
export function words(text: string): readonly string[] {
  reserve(text.length * 2);
  return text.split(spaces).filter((each) => each !== '');
}

function optional<T>(value: Value | undefined, read: (value: Value) => T, missing: T): T {
  return value === undefined || value === null ? missing : read(value);
}

function split(text: string, separator: Value | undefined, max: Value | undefined): Value {
  const limit = optional(max, toIndex, -1);
  if (separator === undefined || separator === null) return new PythonList(splitWords(text, limit));
  if (typeof separator !== 'string') throw typeError(`must be str or None, not ${typeNameOf(separator)}`);
  const mark = separator;
  if (mark === '') throw valueError('empty separator');
  reserve(text.length * 2);
  const parts = text.split(mark);
  if (limit < 0 || parts.length <= limit + 1) return new PythonList(parts);
  return new PythonList([...parts.slice(0, limit), parts.slice(limit).join(mark)]);
}

function splitWords(text: string, limit: number): string[] {
  if (limit < 0) return [...words(text)];
  const found: string[] = [];
  let rest = strip(text, undefined, 'left');
  while (rest !== '' && found.length < limit) {
    const match = spaces.exec(rest);
    if (match === null) break;
    found.push(rest.slice(0, match.index));
    rest = rest.slice(match.index + match[0].length);
  }
  return rest === '' ? found : [...found, found.length < limit ? strip(rest, undefined, 'right') : rest];
}

function splitFromRight(text: string, separator: Value | undefined, max: Value | undefined): Value {
  const limit = optional(max, toIndex, -1);
  if (limit < 0) return split(text, separator, max);
  const turned = split(reversed(text), typeof separator === 'string' ? reversed(separator) : separator, max);
  const parts = (turned as PythonList).items.map((each) => reversed(String(each)));
  return new PythonList(parts.reverse());
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}

function strip(text: string, given: Value | undefined, side: 'left' | 'right' | 'both'): string {
  const set = given === undefined || given === null ? undefined : new Set(textOf(given));
  const drops = (char: string | undefined): boolean =>
    char !== undefined && (set === undefined ? spaces.test(char) : set.has(char));
  const chars = Array.from(text);
  let start = 0;
  let end = chars.length;
  if (side !== 'right') while (start < end && drops(chars[start])) start += 1;
  if (side !== 'left') while (end > start && drops(chars[end - 1])) end -= 1;
  return chars.slice(start, end).join('');
}

function window(text: string, start: Value | undefined, end: Value | undefined): { text: string; offset: number } {
  const length = lengthOf(text);
  const bound = (value: Value | undefined, missing: number): number => {
    const index = optional(value, toIndex, missing);
    return Math.max(0, index < 0 ? index + length : index);
  };
  const offset = bound(start, 0);
  const stop = Math.min(bound(end, length), length);
  const units = hasSurrogates(text) ? Array.from(text) : text;
  const part = units.slice(offset, Math.max(stop, offset));
  return { text: typeof part === 'string' ? part : part.join(''), offset };
}

function find(last: boolean, fails: boolean): Method<string>['body'] {
  return (text, wanted, start, end) => {
    const part = window(text, start, end);
    const sub = textOf(wanted, '');
    const at = last ? part.text.lastIndexOf(sub) : part.text.indexOf(sub);
    const outside = part.offset > lengthOf(text);
    if (at === -1 || outside) {
      if (fails) throw valueError('substring not found');
      return -1n;
    }
    return BigInt(part.offset + lengthOf(part.text.slice(0, at)));
  };
}

function affix(name: string, test: (text: string, affix: string) => boolean): Method<string>['body'] {
  return (text, wanted, start, end) => {
    const part = window(text, start, end).text;
    const choices = wanted instanceof PythonTuple ? wanted.items : [wanted];
    return choices.some((each) => {
      if (typeof each === 'string') return test(part, each);
      throw typeError(`${name} first arg must be str or a tuple of str, not ${typeNameOf(each ?? null)}`);
    });
  };
}

function pad(text: string, width: Value | undefined, fill: Value | undefined): { missing: number; fill: string } {
  const mark = fill === undefined ? ' ' : textOf(fill);
  if (lengthOf(mark) !== 1) throw typeError('The fill character must be exactly one character long');
  const missing = Math.max(0, toIndex(width ?? null) - lengthOf(text));
  reserveItems(missing, 1);
  return { missing, fill: mark };
}

function every(pattern: RegExp): Method<string>['body'] {
  return (text) => pattern.test(text);
}

function replace(text: string, old: Value | undefined, by: Value | undefined, count: Value | undefined): string {
  const from = textOf(old);
  const to = textOf(by);
  const limit = optional(count, toIndex, -1);
  const most = from === '' ? text.length + 1 : to.length > from.length ? text.split(from).length - 1 : 0;
  reserveItems(text.length + most * to.length, 1);
  if (limit < 0)
    return from === '' && hasSurrogates(text) ? to + [...text].join(to) + to : text.replaceAll(from, () => to);
  let done = 0;
  const pattern = new RegExp(from === '' ? '(?:)' : from.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu');
  return text.replace(pattern, (found) => (done++ < limit ? to : found));
}

function partition(text: string, separator: Value | undefined, last: boolean): Value {
  const mark = textOf(separator);
  if (mark === '') throw valueError('empty separator');
  const at = last ? text.lastIndexOf(mark) : text.indexOf(mark);
  if (at === -1) return new PythonTuple(last ? ['', '', text] : [text, '', '']);
  return new PythonTuple([text.slice(0, at), mark, text.slice(at + mark.length)]);
}

function joinable(items: Value): Iterable<Value> {
  if (typeof items === 'string') return items;
  if (items === null || typeof items !== 'object') throw typeError('can only join an iterable');
  return iterate(items);
}

function joinItems(separator: string, items: Value | undefined): string {
  const parts: string[] = [];
  let size = 0;
  for (const each of joinable(items ?? null)) {
    if (typeof each !== 'string') {
      throw typeError(`sequence item ${parts.length}: expected str instance, ${typeNameOf(each)} found`);
    }
    size += each.length + separator.length;
    parts.push(each);
  }
  reserveItems(size, 1);
  return parts.join(separator);
}

function count(text: string, wanted: Value | undefined, start: Value | undefined, end: Value | undefined): bigint {
  const sub = textOf(wanted, '');
  const part = window(text, start, end).text;
  return BigInt(sub === '' ? lengthOf(part) + 1 : part.split(sub).length - 1);
}

function capitalized(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return first.toUpperCase() + rest.join('').toLowerCase();
}

function center(text: string, width: Value | undefined, fill: Value | undefined): string {
  const { missing, fill: mark } = pad(text, width, fill);
  const total = missing + lengthOf(text);
  const left = (missing >> 1) + (missing & total & 1);
  return mark.repeat(left) + text + mark.repeat(missing - left);
}

function zeroFilled(text: string, width: Value | undefined): string {
  const { missing } = pad(text, width, '0');
  const sign = /^[-+]/.exec(text)?.[0] ?? '';
  return sign + '0'.repeat(missing) + text.slice(sign.length);
}

const lineEnds = '\\r\\n|[\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]';
const lineEnd = new RegExp(`(${lineEnds})`, 'u');

function lines(text: string, keepEnds: Value | undefined): Value {
  const parts = text.split(lineEnd);
  const found: string[] = [];
  for (let at = 0; at < parts.length; at += 2) {
    const end = parts[at + 1];
    if (end !== undefined || parts[at] !== '')
      found.push((parts[at] ?? '') + (keepEnds !== undefined && isTrue(keepEnds) ? (end ?? '') : ''));
  }
  return new PythonList(found);
}

function cased(text: string, upper: boolean): boolean {
  const same = upper ? text.toUpperCase() : text.toLowerCase();
  return text === same && text.toUpperCase() !== text.toLowerCase();
}

/** Methods of `str`. */
export const textMethods: Readonly<Record<string, Method<string>>> = {
  split: { parameters: 'sep? maxsplit?', body: split },
  rsplit: { parameters: 'sep? maxsplit?', body: splitFromRight },
  splitlines: { parameters: 'keepends?', body: lines },
  join: { parameters: 'iterable', body: joinItems },
  replace: { parameters: 'old new count?', body: replace },
  startswith: { parameters: 'prefix start? end?', body: affix('startswith', (text, part) => text.startsWith(part)) },
  endswith: { parameters: 'suffix start? end?', body: affix('endswith', (text, part) => text.endsWith(part)) },
  strip: { parameters: 'chars?', body: (text, chars) => strip(text, chars, 'both') },
  lstrip: { parameters: 'chars?', body: (text, chars) => strip(text, chars, 'left') },
  rstrip: { parameters: 'chars?', body: (text, chars) => strip(text, chars, 'right') },
  lower: { parameters: '', body: (text) => text.toLowerCase() },
  casefold: { parameters: '', body: (text) => text.toLowerCase().replaceAll('ß', 'ss') },
  upper: { parameters: '', body: (text) => text.toUpperCase() },
  capitalize: { parameters: '', body: capitalized },
  title: { parameters: '', body: titled },
  swapcase: {
    parameters: '',
    body: (text) => text.replace(/\p{L}/gu, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())),
  },
  find: { parameters: 'sub start? end?', body: find(false, false) },
  rfind: { parameters: 'sub start? end?', body: find(true, false) },
  index: { parameters: 'sub start? end?', body: find(false, true) },
  rindex: { parameters: 'sub start? end?', body: find(true, true) },
  count: { parameters: 'sub start? end?', body: count },
  isdigit: { parameters: '', body: every(/^[\p{Nd}²³¹⁰-⁹₀-₉]+$/u) },
  isdecimal: { parameters: '', body: every(/^\p{Nd}+$/u) },
  isnumeric: { parameters: '', body: every(/^\p{N}+$/u) },
  isalpha: { parameters: '', body: every(/^\p{L}+$/u) },
  isalnum: { parameters: '', body: every(/^[\p{L}\p{N}]+$/u) },
  isspace: { parameters: '', body: every(new RegExp(`^[${whitespace}]+$`, 'u')) },
  isidentifier: { parameters: '', body: every(/^[\p{L}_][\p{L}\p{N}_]*$/u) },
  isupper: { parameters: '', body: (text) => cased(text, true) },
  islower: { parameters: '', body: (text) => cased(text, false) },
  removeprefix: {
    parameters: 'prefix',
    body: (text, part) => (text.startsWith(textOf(part)) ? text.slice(textOf(part).length) : text),
  },
  removesuffix: {
    parameters: 'suffix',
    body: (text, part) => (textOf(part) && text.endsWith(textOf(part)) ? text.slice(0, -textOf(part).length) : text),
  },
  partition: { parameters: 'sep', body: (text, mark) => partition(text, mark, false) },
  rpartition: { parameters: 'sep', body: (text, mark) => partition(text, mark, true) },
  ljust: {
    parameters: 'width fillchar?',
    body: (text, width, fill) => text + pad(text, width, fill).fill.repeat(pad(text, width, fill).missing),
  },
  rjust: {
    parameters: 'width fillchar?',
    body: (text, width, fill) => pad(text, width, fill).fill.repeat(pad(text, width, fill).missing) + text,
  },
  center: { parameters: 'width fillchar?', body: center },
  zfill: { parameters: 'width', body: zeroFilled },
  expandtabs: { parameters: 'tabsize?', body: (text, size = 8n) => expandTabs(text, toIndex(size)) },
  istitle: { parameters: '', body: isTitle },
  isascii: { parameters: '', body: (text) => !/[^\0-\x7f]/.test(text) },
  isprintable: { parameters: '', body: (text) => !unprintable.test(text) },
  encode: {
    parameters: 'encoding? errors?',
    body: (text, encoding = 'utf-8', errors = 'strict') => encodeText(text, textOf(encoding), textOf(errors)),
  },
  translate: { parameters: 'table', body: translate },
  maketrans: { parameters: 'x y? z?', body: (_text, x = null, y, z) => translationTable(x, y, z) },
};

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

function isTitle(text: string): boolean {
  return /\p{L}/u.test(text) && text === titled(text);
}

function titled(text: string): string {
  return text.replace(/\p{L}+/gu, capitalized);
}

function expandTabs(text: string, size: number): string {
  let column = 0;
  let result = '';
  for (const char of text) {
    if (char === '\t') {
      const width = size > 0 ? size - (column % size) : 0;
      reserveItems(result.length + width, 1);
      result += ' '.repeat(width);
      column += width;
    } else {
      result += char;
      column = char === '\n' || char === '\r' ? 0 : column + 1;
    }
  }
  return result;
}

function translate(text: string, table: Value | undefined): Value {
  if (!(table instanceof PythonDict)) throw typeError('a translation table must be a dict');
  let result = '';
  for (const char of text) {
    const code = BigInt(char.codePointAt(0) ?? 0);
    const by = table.has(code) ? (table.get(code) ?? null) : char;
    if (by !== null) result += typeof by === 'bigint' ? String.fromCodePoint(Number(by)) : textOf(by);
  }
  return result;
}

/** `str.maketrans`: from a dict, or from two texts of the same length and one of what goes. */
export function translationTable(x: Value, y: Value | undefined, z: Value | undefined): PythonDict {
  const table = new PythonDict();
  if (y === undefined) {
    if (!(x instanceof PythonDict)) throw typeError('if you give only one argument to maketrans it must be a dict');
    for (const [key, value] of x.entries()) table.set(typeof key === 'string' ? pointOf(key) : key, value);
    return table;
  }
  const from = Array.from(textOf(x));
  const to = Array.from(textOf(y));
  if (from.length !== to.length) throw valueError('the first two maketrans arguments must have equal length');
  for (const [index, char] of from.entries()) table.set(pointOf(char), pointOf(to[index] ?? ''));
  for (const char of z === undefined ? '' : textOf(z)) table.set(pointOf(char), null);
  return table;
}

function pointOf(char: string): bigint {
  return BigInt(char.codePointAt(0) ?? 0);
}

/** Texts in code point order. */
export function sortedTexts(texts: Iterable<string>): string[] {
  return [...texts].sort(orderTexts);
}
