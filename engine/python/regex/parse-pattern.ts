import { LimitReached, PythonException } from '../values/python-error.ts';
import { type AnchorKind, type CharTest, type PatternNode, widthOf } from './pattern-nodes.ts';
import { charTest, classTest, controlCode, setTest } from './pattern-sets.ts';

/** Python's flags. */
export interface PatternFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

/** A pattern that was read. */
export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groups: number;
  readonly names: ReadonlyMap<string, number>;
  readonly flags: PatternFlags;
}

const flagLetters: Readonly<Record<string, keyof PatternFlags>> = {
  i: 'ignoreCase',
  m: 'multiline',
  s: 'dotAll',
  x: 'verbose',
  a: 'ascii',
};

/** The error for a pattern that cannot be read. */
export function patternError(message: string, position?: number): PythonException {
  return new PythonException('re.error', position === undefined ? message : `${message} at position ${position}`);
}

/** Reads a pattern. Throws `re.error`. */
export function parsePattern(pattern: string, flags: PatternFlags): ParsedPattern {
  return new PatternParser(pattern, flags).parse();
}

class PatternParser {
  readonly #chars: readonly string[];
  #flags: PatternFlags;
  #at = 0;
  #groups = 0;
  #depth = 0;
  readonly #open = new Set<number>();
  readonly #names = new Map<string, number>();

  constructor(pattern: string, flags: PatternFlags) {
    this.#chars = Array.from(pattern);
    this.#flags = flags;
  }

  parse(): ParsedPattern {
    this.#leadingFlags();
    const { verbose } = this.#flags;
    const root = this.#choice();
    if (this.#at < this.#chars.length) throw patternError('unbalanced parenthesis', this.#at);
    return { root, groups: this.#groups, names: this.#names, flags: { ...this.#flags, verbose } };
  }

  #leadingFlags(): void {
    const match = /^\(\?([aiLmsux]+)\)/.exec(this.#chars.slice(0, 20).join(''));
    if (match === null) return;
    for (const letter of match[1] ?? '') this.#set(letter, true);
    this.#at = match[0].length;
  }

  #set(letter: string, value: boolean): void {
    const flag = flagLetters[letter];
    if (flag !== undefined) this.#flags = { ...this.#flags, [flag]: value };
  }

  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #take(text: string): boolean {
    for (let index = 0; index < text.length; index++) if (this.#chars[this.#at + index] !== text[index]) return false;
    this.#at += text.length;
    return true;
  }

  #choice(): PatternNode {
    this.#depth += 1;
    if (this.#depth > 150) throw new LimitReached('has a regular expression that nests too deep');
    const outer = this.#flags;
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    this.#flags = outer;
    this.#depth -= 1;
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    for (;;) {
      this.#skipVerbose();
      const char = this.#peek();
      if (char === '' || char === '|' || char === ')') break;
      const start = this.#at;
      const node = this.#atom();
      if (node !== undefined) parts.push(this.#repeated(node, start));
    }
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
  }

  #skipVerbose(): void {
    while (this.#flags.verbose && /^[\s#]$/.test(this.#peek())) {
      if (this.#peek() === '#') while (this.#peek() !== '' && this.#peek() !== '\n') this.#at += 1;
      else this.#at += 1;
    }
  }

  #repeated(node: PatternNode, start: number): PatternNode {
    this.#skipVerbose();
    const bounds = this.#bounds();
    if (bounds === undefined) return node;
    if (node.kind === 'anchor' && /^text|^line|^last/.test(node.anchor) && this.#chars[start] !== '\\') {
      if (node.anchor !== 'last-line-end' || bounds[1] > 1)
        return { kind: 'repeat', least: bounds[0], most: bounds[1], mode: 'greedy', body: node };
    }
    const mode = this.#take('?') ? 'lazy' : this.#take('+') ? 'possessive' : 'greedy';
    this.#skipVerbose();
    const again = this.#at;
    if (this.#bounds() !== undefined) throw patternError('multiple repeat', again);
    return { kind: 'repeat', least: bounds[0], most: bounds[1], mode, body: node };
  }

  #bounds(): readonly [number, number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY];
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY];
    if (this.#take('?')) return [0, 1];
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.#chars.slice(this.#at, this.#at + 30).join(''));
    if (match === null || (match[1] === '' && match[2] === '')) return undefined;
    const [all, low = '', comma = '', high = ''] = match;
    const least = Number(low);
    const most = high !== '' ? Number(high) : comma === '' ? least : Number.POSITIVE_INFINITY;
    if (least >= 2 ** 32 - 1 || (Number.isFinite(most) && most >= 2 ** 32 - 1)) {
      throw new PythonException('OverflowError', 'the repetition number is too large');
    }
    if (most < least) throw patternError('min repeat greater than max repeat', this.#at + 1);
    this.#at += all.length;
    return [least, most];
  }

  #atom(): PatternNode | undefined {
    const start = this.#at;
    const char = this.#peek();
    switch (char) {
      case '(':
        return this.#group(start);
      case '[':
        return this.#setNode(start);
      case '\\':
        return this.#escape(start);
      case '.':
        this.#at += 1;
        return { kind: 'char', test: this.#flags.dotAll ? () => true : (code) => code !== 10 };
      case '^':
        this.#at += 1;
        return this.#anchor(this.#flags.multiline ? 'line-start' : 'text-start');
      case '$':
        this.#at += 1;
        return this.#anchor(this.#flags.multiline ? 'line-end' : 'last-line-end');
      case '*':
      case '+':
      case '?':
        throw patternError('nothing to repeat', start);
      default:
        if (char === '{' && this.#bounds() !== undefined) throw patternError('nothing to repeat', start);
        this.#at = start + 1;
        return this.#literal(char.codePointAt(0) ?? 0);
    }
  }

  #literal(code: number): PatternNode {
    return { kind: 'char', test: charTest(code, { fold: this.#flags.ignoreCase, ascii: this.#flags.ascii }) };
  }

  #anchor(anchor: AnchorKind): PatternNode {
    return { kind: 'anchor', anchor, ascii: this.#flags.ascii };
  }

  #group(start: number): PatternNode | undefined {
    this.#at += 1;
    if (!this.#take('?')) return this.#capture(start, undefined);
    if (this.#take('P<')) return this.#capture(start, this.#name('>'));
    if (this.#take('P=')) return this.#reference(this.#named(this.#name(')')), start);
    if (this.#take(':')) return this.#closed(start, (body) => body);
    if (this.#take('>')) return this.#closed(start, (body) => ({ kind: 'atomic', body }));
    if (this.#take('#')) return this.#comment(start);
    if (this.#take('=')) return this.#look(start, { behind: false, negative: false });
    if (this.#take('!')) return this.#look(start, { behind: false, negative: true });
    if (this.#take('<=')) return this.#look(start, { behind: true, negative: false });
    if (this.#take('<!')) return this.#look(start, { behind: true, negative: true });
    if (this.#take('(')) return this.#condition(start);
    return this.#inlineFlags(start);
  }

  #comment(start: number): undefined {
    while (this.#peek() !== ')') {
      if (this.#peek() === '') throw patternError('missing ), unterminated comment', start);
      this.#at += 1;
    }
    this.#at += 1;
  }

  #closed(start: number, make: (body: PatternNode) => PatternNode): PatternNode {
    const body = this.#choice();
    if (!this.#take(')')) throw patternError('missing ), unterminated subpattern', start);
    return make(body);
  }

  #capture(start: number, name: string | undefined): PatternNode {
    this.#groups += 1;
    const index = this.#groups;
    if (name !== undefined) {
      const known = this.#names.get(name);
      if (known !== undefined)
        throw patternError(`redefinition of group name '${name}' as group ${index}; was group ${known}`, start + 4);
      this.#names.set(name, index);
    }
    this.#open.add(index);
    const node = this.#closed(start, (body) => ({ kind: 'group', index, body }));
    this.#open.delete(index);
    return node;
  }

  #name(end: string): string {
    const start = this.#at;
    while (this.#peek() !== end) {
      if (this.#peek() === '') throw patternError(`missing ${end}, unterminated name`, start);
      this.#at += 1;
    }
    const name = this.#chars.slice(start, this.#at).join('');
    this.#at += 1;
    if (name === '') throw patternError('missing group name', start);
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw patternError(`bad character in group name '${name}'`, start);
    return name;
  }

  #named(name: string): number {
    const index = this.#names.get(name);
    if (index === undefined) throw patternError(`unknown group name '${name}'`, this.#at - [...name].length - 1);
    return index;
  }

  #reference(index: number, start: number): PatternNode {
    if (index > this.#groups) throw patternError(`invalid group reference ${index}`, start + 1);
    if (this.#open.has(index)) throw patternError('cannot refer to an open group', start);
    return { kind: 'reference', index, fold: this.#flags.ignoreCase };
  }

  #look(start: number, { behind, negative }: { readonly behind: boolean; readonly negative: boolean }): PatternNode {
    return this.#closed(start, (body) => {
      if (!behind) return { kind: 'look', behind: undefined, negative, body };
      const [least, most] = widthOf(body);
      if (least !== most) throw patternError('look-behind requires fixed-width pattern');
      return { kind: 'look', behind: least, negative, body };
    });
  }

  #condition(start: number): PatternNode {
    const nameAt = this.#at;
    while (this.#peek() !== ')' && this.#peek() !== '') this.#at += 1;
    const name = this.#chars.slice(nameAt, this.#at).join('');
    this.#at += 1;
    const index = /^\d+$/.test(name) ? Number(name) : this.#named(name);
    if (index === 0 || index > 100) throw patternError(`invalid group reference ${index}`, nameAt);
    const yes = this.#sequence();
    const no: PatternNode = this.#take('|') ? this.#sequence() : { kind: 'sequence', parts: [] };
    if (this.#peek() === '|') throw patternError('conditional backref with more than two branches', this.#at);
    if (!this.#take(')')) throw patternError('missing ), unterminated subpattern', start);
    return { kind: 'condition', index, yes, no };
  }

  #inlineFlags(start: number): PatternNode {
    const match = /^([aiLmsux]*)(?:-([imsx]+))?:/.exec(this.#chars.slice(this.#at, this.#at + 20).join(''));
    if (match === null) {
      if (this.#peek() === '') throw patternError('unexpected end of pattern', this.#at);
      const flagsLater = /^[aiLmsux]+\)/.test(this.#chars.slice(this.#at, this.#at + 12).join(''));
      if (flagsLater) throw patternError('global flags not at the start of the expression', start);
      throw patternError(`unknown extension ?${this.#peek()}`, start + 1);
    }
    const outer = this.#flags;
    this.#at += match[0].length;
    for (const letter of match[1] ?? '') this.#set(letter, true);
    for (const letter of match[2] ?? '') this.#set(letter, false);
    const node = this.#closed(start, (body) => body);
    this.#flags = outer;
    return node;
  }

  #escape(start: number): PatternNode {
    this.#at += 1;
    const letter = this.#peek();
    if (letter === '') throw patternError('bad escape (end of pattern)', start);
    const test = classTest(letter, this.#flags.ascii);
    if (test !== undefined) {
      this.#at += 1;
      return { kind: 'char', test };
    }
    const anchor = { A: 'text-start', Z: 'text-end', b: 'word', B: 'no-word' }[letter] as AnchorKind | undefined;
    if (anchor !== undefined) {
      this.#at += 1;
      return this.#anchor(anchor);
    }
    if (/^[1-9]$/.test(letter)) return this.#numbered(start);
    return this.#literal(this.#escapedCode(start));
  }

  /** A reference to a group, or three octal digits. */
  #numbered(start: number): PatternNode {
    const text = this.#chars.slice(this.#at, this.#at + 3).join('');
    const octal = /^[0-3][0-7]{2}/.exec(text);
    if (octal !== null) {
      this.#at += 3;
      return this.#literal(Number.parseInt(octal[0], 8));
    }
    const number = /^\d{1,2}/.exec(text)?.[0] ?? '';
    this.#at += number.length;
    return this.#reference(Number(number), start);
  }

  #escapedCode(start: number): number {
    const letter = this.#peek();
    const control = controlCode(letter);
    this.#at += 1;
    if (control !== undefined) return control;
    const size = { x: 2, u: 4, U: 8 }[letter];
    if (size !== undefined) return this.#hexCode(size, start);
    if (letter === '0') {
      const digits = /^[0-7]{0,2}/.exec(this.#chars.slice(this.#at, this.#at + 2).join(''))?.[0] ?? '';
      this.#at += digits.length;
      return Number.parseInt(`0${digits}`, 8);
    }
    if (/^[a-zA-Z0-9]$/.test(letter)) throw patternError(`bad escape \\${letter}`, start);
    return letter.codePointAt(0) ?? 0;
  }

  #hexCode(size: number, start: number): number {
    const digits = this.#chars.slice(this.#at, this.#at + size).join('');
    const code = Number.parseInt(digits, 16);
    if (!/^[0-9a-fA-F]+$/.test(digits) || digits.length < size || code > 0x10ffff) {
      throw patternError(`incomplete escape ${this.#chars.slice(start, this.#at + size).join('')}`, start);
    }
    this.#at += size;
    return code;
  }

  #setNode(start: number): PatternNode {
    this.#at += 1;
    const negative = this.#take('^');
    const tests: CharTest[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#peek() === '') throw patternError('unterminated character set', start);
      tests.push(this.#setItem(start));
    }
    this.#at += 1;
    const { ignoreCase, ascii } = this.#flags;
    return { kind: 'char', test: setTest(tests, negative, { fold: ignoreCase, ascii }) };
  }

  #setItem(start: number): CharTest {
    const itemAt = this.#at;
    const low = this.#setMember();
    const isRange = this.#peek() === '-' && this.#chars[this.#at + 1] !== ']' && this.#at + 1 < this.#chars.length;
    if (!isRange) return typeof low === 'number' ? (code) => code === low : low;
    this.#at += 1;
    const high = this.#setMember();
    if (typeof low !== 'number' || typeof high !== 'number' || high < low) {
      const text = this.#chars.slice(itemAt, this.#at).join('');
      throw patternError(`bad character range ${text}`, this.#at > start ? itemAt : start);
    }
    return (code) => code >= low && code <= high;
  }

  #setMember(): number | CharTest {
    const start = this.#at;
    const char = this.#peek();
    this.#at += 1;
    if (char !== '\\') return char.codePointAt(0) ?? 0;
    const letter = this.#peek();
    if (letter === '') throw patternError('bad escape (end of pattern)', start);
    const test = classTest(letter, this.#flags.ascii);
    if (test !== undefined || letter === 'b') {
      this.#at += 1;
      return test ?? 8;
    }
    const octal = /^[0-7]{1,3}/.exec(this.#chars.slice(this.#at, this.#at + 3).join(''));
    if (octal === null) return this.#escapedCode(start);
    this.#at += octal[0].length;
    return Number.parseInt(octal[0], 8);
  }
}
