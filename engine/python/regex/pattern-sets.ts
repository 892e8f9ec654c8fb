import type { CharTest } from './pattern-nodes.ts';

/** The flags that change what characters match. */
export interface CharFlags {
  readonly ascii: boolean;
  readonly fold: boolean;
}

function unicodeTest(pattern: RegExp): CharTest {
  const known = new Map<number, boolean>();
  return (code) => {
    const found = known.get(code);
    if (found !== undefined) return found;
    const result = pattern.test(String.fromCodePoint(code));
    if (known.size < 5000) known.set(code, result);
    return result;
  };
}

const digits = unicodeTest(/^\p{Nd}$/u);
const letters = unicodeTest(/^[\p{L}\p{N}_]$/u);
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const spaces = unicodeTest(/^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]$/u);

function isAsciiWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}

/** `\w`. */
export function wordTest(ascii: boolean): CharTest {
  return ascii ? isAsciiWord : (code) => (code < 128 ? isAsciiWord(code) : letters(code));
}

/** `\d`, `\W` and their like; `undefined` for other letters. */
export function classTest(letter: string, ascii: boolean): CharTest | undefined {
  const test = plainClass(letter.toLowerCase(), ascii);
  if (test === undefined || letter === letter.toLowerCase()) return test;
  return (code) => !test(code);
}

function plainClass(letter: string, ascii: boolean): CharTest | undefined {
  if (letter === 'w') return wordTest(ascii);
  if (letter === 'd')
    return ascii
      ? (code) => code >= 48 && code <= 57
      : (code) => (code < 128 ? code >= 48 && code <= 57 : digits(code));
  if (letter === 's') return ascii ? (code) => code === 32 || (code >= 9 && code <= 13) : spaces;
  return undefined;
}

/** The code point that stands for all that differ by case alone. */
export function folded(code: number, ascii: boolean): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  if (ascii) return code;
  const lower = String.fromCodePoint(code).toLowerCase();
  const first = lower.codePointAt(0) ?? code;
  return lower.length === String.fromCodePoint(first).length ? first : code;
}

/** One literal character. */
export function charTest(char: number, { fold, ascii }: CharFlags): CharTest {
  if (!fold) return (code) => code === char;
  const wanted = folded(char, ascii);
  return (code) => folded(code, ascii) === wanted;
}

/** A set of which one test must hold. */
export function setTest(tests: readonly CharTest[], negative: boolean, { fold, ascii }: CharFlags): CharTest {
  const plain: CharTest = (code) => tests.some((test) => test(code));
  const found: CharTest = fold ? (code) => plain(code) || plain(folded(code, ascii)) || plain(upper(code)) : plain;
  return negative ? (code) => !found(code) : found;
}

function upper(code: number): number {
  const text = String.fromCodePoint(code).toUpperCase();
  const first = text.codePointAt(0) ?? code;
  return text.length === String.fromCodePoint(first).length ? first : code;
}

const plainEscapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };

/** A control character by its letter: `n`, `t`; `undefined` for others. */
export function controlCode(letter: string): number | undefined {
  return Object.hasOwn(plainEscapes, letter) ? plainEscapes[letter] : undefined;
}
