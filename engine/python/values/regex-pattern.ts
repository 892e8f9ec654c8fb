import { PythonException, UnsupportedConstruct } from './python-error.ts';
import { whitespace } from './text-methods.ts';

/** Python's flags that change how a pattern reads. */
export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
}

/** A pattern in JavaScript's dialect, with the flags that the pattern itself may have set. */
export interface TranslatedPattern {
  readonly source: string;
  readonly flags: PatternFlags;
  readonly groupNames: readonly (string | undefined)[];
}

const wordSet = '\\p{L}\\p{N}_';
const classEscapes: Readonly<Record<string, string>> = { d: '\\p{Nd}', w: wordSet, s: whitespace };
const plainEscapes = new Set([...'nrtfv']);

/** Rewrites Python's regular expression for JavaScript's `u` mode. Throws `re.error`. */
export function translatePattern(pattern: string, flags: PatternFlags): TranslatedPattern {
  return new PatternTranslator(pattern, flags).translate();
}

class PatternTranslator {
  readonly #pattern: string;
  #flags: PatternFlags;
  #at = 0;
  #result = '';
  readonly #groupNames: (string | undefined)[] = [];

  constructor(pattern: string, flags: PatternFlags) {
    this.#pattern = pattern;
    this.#flags = flags;
  }

  translate(): TranslatedPattern {
    this.#leadingFlags();
    while (this.#at < this.#pattern.length) this.#piece();
    return { source: this.#result, flags: this.#flags, groupNames: this.#groupNames };
  }

  #leadingFlags(): void {
    const match = /^\(\?([aimsuxL]+)\)/.exec(this.#pattern);
    if (match === null) return;
    const set = match[1] ?? '';
    this.#flags = {
      ignoreCase: this.#flags.ignoreCase || set.includes('i'),
      multiline: this.#flags.multiline || set.includes('m'),
      dotAll: this.#flags.dotAll || set.includes('s'),
      verbose: this.#flags.verbose || set.includes('x'),
    };
    this.#at = match[0].length;
  }

  #piece(): void {
    const char = this.#pattern.charAt(this.#at);
    const handler = pieceHandlers[char];
    if (handler !== undefined) handler(this);
    else if (this.#flags.verbose && (char === '#' || /\s/.test(char))) this.#skipVerbose(char);
    else this.take(1, /[{}\]/]/.test(char) ? `\\${char}` : char);
  }

  #skipVerbose(char: string): void {
    const end = char === '#' ? this.#pattern.indexOf('\n', this.#at) : this.#at + 1;
    this.#at = end === -1 ? this.#pattern.length : end;
  }

  /** Replaces the next `length` characters by `text`. */
  take(length: number, text: string): void {
    this.#at += length;
    this.#result += text;
  }

  get rest(): string {
    return this.#pattern.slice(this.#at);
  }

  get flags(): PatternFlags {
    return this.#flags;
  }

  group(): void {
    const rest = this.rest;
    const named = /^\(\?P<([A-Za-z_]\w*)>/.exec(rest);
    const back = /^\(\?P=([A-Za-z_]\w*)\)/.exec(rest);
    const comment = /^\(\?#[^)]*\)/.exec(rest);
    const plain = /^\(\?(?:[:=!]|<[=!])/.exec(rest);
    if (named !== null) {
      this.#groupNames.push(named[1]);
      this.take(named[0].length, `(?<${named[1]}>`);
    } else if (back !== null) this.take(back[0].length, `\\k<${back[1]}>`);
    else if (comment !== null) this.take(comment[0].length, '');
    else if (plain !== null) this.take(plain[0].length, plain[0]);
    else if (rest.startsWith('(?')) {
      throw new UnsupportedConstruct(`\`${rest.slice(0, 4)}\` in a regular expression`, 'write it with plain groups');
    } else {
      this.#groupNames.push(undefined);
      this.take(1, '(');
    }
  }

  escape(): void {
    const rest = this.rest;
    const char = rest.charAt(1);
    if (char === '') throw new PythonException('re.error', 'bad escape (end of pattern)');
    const group = /^\\[1-9]\d?/.exec(rest);
    const code = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4})/.exec(rest);
    if (group !== null) this.take(group[0].length, `(?:${group[0]})`);
    else if (code !== null) this.take(code[0].length, code[0]);
    else this.take(2, escapeOutside(char));
  }

  set(): void {
    const match = /^\[(\^?)(\]?(?:\\[\s\S]|[^\]\\])*)\]/.exec(this.rest);
    if (match === null) throw new PythonException('re.error', 'unterminated character set');
    const [all, negated = '', body = ''] = match;
    this.take(all.length, `[${negated}${translateSet(body)}]`);
  }

  brace(): void {
    const quantifier = /^\{(?:\d+(?:,\d*)?|,\d+)\}/.exec(this.rest);
    if (quantifier === null) this.take(1, '\\{');
    else this.take(quantifier[0].length, quantifier[0].replace('{,', '{0,'));
  }

  quantifier(): void {
    if (/^[*+?]\+/.test(this.rest)) {
      throw new UnsupportedConstruct('a possessive quantifier in a regular expression', 'leave the second `+` out');
    }
    this.take(1, this.rest.charAt(0));
  }
}

const pieceHandlers: Readonly<Record<string, (translator: PatternTranslator) => void>> = {
  '(': (translator) => translator.group(),
  '\\': (translator) => translator.escape(),
  '[': (translator) => translator.set(),
  '{': (translator) => translator.brace(),
  '*': (translator) => translator.quantifier(),
  '+': (translator) => translator.quantifier(),
  '?': (translator) => translator.quantifier(),
  '.': (translator) => translator.take(1, translator.flags.dotAll ? '[\\s\\S]' : '[^\\n]'),
  '^': (translator) => translator.take(1, translator.flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'),
  $: (translator) => translator.take(1, translator.flags.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))'),
};

function escapeOutside(char: string): string {
  const set = classEscapes[char.toLowerCase()];
  if (set !== undefined) return char === char.toLowerCase() ? `[${set}]` : `[^${set}]`;
  switch (char) {
    case 'A':
      return '(?<![\\s\\S])';
    case 'Z':
      return '(?![\\s\\S])';
    case 'b':
      return `(?:(?<=[${wordSet}])(?![${wordSet}])|(?<![${wordSet}])(?=[${wordSet}]))`;
    case 'B':
      return `(?:(?<=[${wordSet}])(?=[${wordSet}])|(?<![${wordSet}])(?![${wordSet}]))`;
    case '0':
      return '\\0';
    case 'a':
      return '\\x07';
    default:
      return plainEscape(char);
  }
}

function plainEscape(char: string): string {
  if (plainEscapes.has(char)) return `\\${char}`;
  if (/[a-zA-Z]/.test(char)) throw new PythonException('re.error', `bad escape \\${char}`);
  return /[\^$\\.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char;
}

function translateSet(body: string): string {
  return body.replace(/\\([\s\S])|([\][])|([\s\S])/g, (all, escaped?: string, bracket?: string) => {
    if (bracket !== undefined) return `\\${bracket}`;
    if (escaped === undefined) return all;
    const set = classEscapes[escaped];
    if (set !== undefined) return set;
    const negated = { D: '\\P{Nd}', S: '\\S' }[escaped];
    if (negated !== undefined) return negated;
    if (escaped === 'W') throw new UnsupportedConstruct('`\\W` in a character set', 'name the characters');
    if (escaped === 'b') return '\\x08';
    return escaped === '-' ? '\\-' : escapedInSet(escaped);
  });
}

function escapedInSet(char: string): string {
  return /[xu]/.test(char) ? `\\${char}` : plainEscape(char);
}
