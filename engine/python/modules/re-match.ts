import type { Positions } from '../regex/machine.ts';
import type { ParsedPattern } from '../regex/parse-pattern.ts';
import { patternError } from '../regex/parse-pattern.ts';
import { PythonBytes } from '../values/bytes.ts';
import { native } from '../values/native.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { PythonAttributes, PythonDict, PythonTuple, toIndex, typeNameOf, type Value } from '../values/value.ts';

/** What a match needs of its pattern. */
interface MatchedPattern extends PythonAttributes {
  readonly parsed: ParsedPattern;
  readonly isBytes: boolean;
}

interface MatchedText {
  readonly given: Value;
  readonly codes: readonly number[];
  slice(start: number, end: number): Value;
}

/** `re.Match`. */
export class Match extends PythonAttributes {
  readonly typeName: string = 're.Match';
  readonly subject: MatchedText;
  readonly #pattern: MatchedPattern;
  readonly #found: Positions;
  readonly #range: readonly [number, number];

  constructor(
    pattern: MatchedPattern,
    subject: MatchedText,
    given: { readonly found: Positions; readonly start: number; readonly end: number },
  ) {
    super();
    this.subject = subject;
    this.#pattern = pattern;
    this.#found = given.found;
    this.#range = [given.start, given.end];
  }

  get start(): number {
    return this.#found[0] ?? 0;
  }

  get end(): number {
    return this.#found[1] ?? 0;
  }

  /** The text of a group by its number. */
  part(index: number, missing: Value): Value {
    const [start, end] = this.#span(index);
    return start < 0 || end < 0 ? missing : this.subject.slice(start, end);
  }

  #span(index: number): readonly [number, number] {
    const start = this.#found[index * 2] ?? -1;
    const end = this.#found[index * 2 + 1] ?? -1;
    return end < 0 ? [-1, -1] : [start, end];
  }

  groups(missing: Value): readonly Value[] {
    return Array.from({ length: this.#pattern.parsed.groups }, (_, index) => this.part(index + 1, missing));
  }

  /** What `findall` gives for this match. */
  found(): Value {
    const groups = this.groups(this.#pattern.isBytes ? new PythonBytes('') : '');
    if (groups.length === 0) return this.part(0, '');
    return groups.length === 1 ? (groups[0] ?? '') : new PythonTuple(groups);
  }

  #index(key: Value): number {
    const index = typeof key === 'string' ? this.#pattern.parsed.names.get(key) : indexOf(key);
    if (index === undefined || index < 0 || index > this.#pattern.parsed.groups) {
      throw new PythonException('IndexError', 'no such group');
    }
    return index;
  }

  override shown(): string {
    const [start, end] = this.#span(0);
    return `<re.Match object; span=(${start}, ${end}), match=${represent(this.part(0, null))}>`;
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'group':
        return native(name, '*groups', (given) => {
          const keys = (given as PythonTuple).items;
          const values = (keys.length === 0 ? [0n] : keys).map((key) => this.part(this.#index(key), null));
          return values.length === 1 ? (values[0] ?? null) : new PythonTuple(values);
        });
      case '__getitem__':
        return native(name, 'group', (key = null) => this.part(this.#index(key), null));
      case 'groups':
        return native(name, 'default?', (missing = null) => new PythonTuple(this.groups(missing)));
      case 'groupdict':
        return native(name, 'default?', (missing = null) => this.#named(missing));
      case 'start':
        return native(name, 'group?', (key = 0n) => BigInt(this.#span(this.#index(key))[0]));
      case 'end':
        return native(name, 'group?', (key = 0n) => BigInt(this.#span(this.#index(key))[1]));
      case 'span':
        return native(name, 'group?', (key = 0n) => new PythonTuple(this.#span(this.#index(key)).map(BigInt)));
      case 'expand':
        return native(name, 'template', (template = null) => readTemplate(template, this.#pattern)(this));
      default:
        return this.#data(name);
    }
  }

  #data(name: string): Value | undefined {
    switch (name) {
      case 'string':
        return this.subject.given;
      case 're':
        return this.#pattern;
      case 'pos':
        return BigInt(this.#range[0]);
      case 'endpos':
        return BigInt(this.#range[1]);
      case 'lastindex':
        return this.#last();
      case 'lastgroup': {
        const last = this.#last();
        const found = [...this.#pattern.parsed.names].find(([, index]) => BigInt(index) === last);
        return found?.[0] ?? null;
      }
      default:
        return undefined;
    }
  }

  /** The group that ended last. */
  #last(): bigint | null {
    let last = 0;
    for (let index = 1; index <= this.#pattern.parsed.groups; index++) {
      if (this.#span(index)[1] >= 0 && this.#span(index)[1] > (last === 0 ? -1 : this.#span(last)[1])) last = index;
    }
    return last === 0 ? null : BigInt(last);
  }

  #named(missing: Value): Value {
    return new PythonDict([...this.#pattern.parsed.names].map(([name, index]) => [name, this.part(index, missing)]));
  }
}

function indexOf(key: Value): number {
  if (typeof key === 'bigint' || typeof key === 'boolean') return toIndex(key);
  throw new PythonException('IndexError', `no such group: ${represent(key)}`);
}

/** The template of `re.sub`: `\1`, `\g<1>`, `\g<name>`. Throws `re.error`. */
export function readTemplate(template: Value, pattern: MatchedPattern): (match: Match) => Value {
  const text = template instanceof PythonBytes ? template.text : template;
  if (typeof text !== 'string')
    throw typeError(`decoding to str: need a bytes-like object, ${typeNameOf(template)} found`);
  if (!text.includes('\\')) return () => text;
  const parts: (string | number)[] = [];
  for (const [all, octal, number, name, char, plain] of text.matchAll(
    /\\(?:(0[0-7]{0,2}|[1-3][0-7]{2})|(\d{1,2})|g<([^>]*)>|([\s\S]?))|([^\\]+)/g,
  )) {
    if (plain !== undefined) parts.push(plain);
    else if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8)));
    else if (number !== undefined) parts.push(checkedGroup(Number(number), pattern));
    else if (name !== undefined) parts.push(groupByName(name, pattern));
    else parts.push(templateEscape(char ?? '', all));
  }
  return (match) => parts.map((part) => (typeof part === 'string' ? part : textOfPart(match.part(part, '')))).join('');
}

function textOfPart(value: Value): string {
  return value instanceof PythonBytes ? value.text : String(value ?? '');
}

function checkedGroup(index: number, pattern: MatchedPattern): number {
  if (index <= pattern.parsed.groups) return index;
  throw patternError(`invalid group reference ${index}`, 1);
}

function groupByName(name: string, pattern: MatchedPattern): number {
  if (/^\d+$/.test(name)) return checkedGroup(Number(name), pattern);
  const index = pattern.parsed.names.get(name);
  if (index !== undefined) return index;
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) throw patternError(`bad character in group name '${name}'`, 3);
  throw new PythonException('IndexError', `unknown group name '${name}'`);
}

const templateEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

function templateEscape(char: string, all: string): string {
  if (char === '') throw patternError('bad escape (end of pattern)', 0);
  if (Object.hasOwn(templateEscapes, char)) return templateEscapes[char] ?? '';
  if (char === 'g') throw patternError('missing <', 2);
  if (/[a-zA-Z]/.test(char)) throw patternError(`bad escape ${all}`, 0);
  return all;
}
