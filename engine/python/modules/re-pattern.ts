import { codesOf, Machine } from '../regex/machine.ts';
import { type ParsedPattern, parsePattern } from '../regex/parse-pattern.ts';
import { compilePattern, type Program } from '../regex/program.ts';
import { PythonBytes } from '../values/bytes.ts';
import { reserve } from '../values/meter.ts';
import { native } from '../values/native.ts';
import { typeError } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import {
  callValue,
  PythonAttributes,
  PythonCallable,
  PythonDict,
  PythonIterator,
  PythonList,
  PythonTuple,
  specialOf,
  toIndex,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { Match, readTemplate } from './re-match.ts';

/** A text that is searched, as its code points. */
export interface Subject {
  readonly given: Value;
  readonly codes: readonly number[];
  /** The part between two positions, as the kind of value that was given. */
  slice(start: number, end: number): Value;
}

const flagNames: readonly (readonly [bigint, string])[] = [
  [2n, 'IGNORECASE'],
  [8n, 'MULTILINE'],
  [16n, 'DOTALL'],
  [64n, 'VERBOSE'],
  [256n, 'ASCII'],
];

/** `re.Pattern`. */
export class Pattern extends PythonAttributes {
  readonly typeName: string = 're.Pattern';
  readonly parsed: ParsedPattern;
  readonly isBytes: boolean;
  readonly text: string;
  readonly #program: Program;
  readonly #bits: bigint;

  constructor(text: string, bits: bigint, isBytes: boolean) {
    super();
    this.text = text;
    this.isBytes = isBytes;
    const has = (bit: bigint): boolean => (bits & bit) !== 0n;
    this.parsed = parsePattern(text, {
      ignoreCase: has(2n),
      multiline: has(8n),
      dotAll: has(16n),
      verbose: has(64n),
      ascii: has(256n) || isBytes,
    });
    this.#program = compilePattern(this.parsed);
    const { ignoreCase, multiline, dotAll, verbose, ascii } = this.parsed.flags;
    const all = [
      ignoreCase ? 2n : 0n,
      multiline ? 8n : 0n,
      dotAll ? 16n : 0n,
      verbose ? 64n : 0n,
      isBytes ? 0n : ascii ? 256n : 32n,
    ];
    this.#bits = all.reduce((sum, bit) => sum | bit, bits);
  }

  /** The match at the start of a text, or None. */
  matchText(text: string): Value {
    return this.#match(text, { how: 'match' });
  }

  override shown(): string {
    const names = flagNames.filter(([bit]) => (this.#bits & bit) !== 0n).map(([, name]) => `re.${name}`);
    const text = represent(this.isBytes ? new PythonBytes(this.text) : this.text);
    return `re.compile(${[text, ...(names.length === 0 ? [] : [names.join('|')])].join(', ')})`;
  }

  attribute(name: string): Value | undefined {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method !== undefined) return native(name, method[0], (...values) => method[1](this, values));
    switch (name) {
      case 'pattern':
        return this.isBytes ? new PythonBytes(this.text) : this.text;
      case 'groups':
        return BigInt(this.parsed.groups);
      case 'groupindex':
        return new PythonDict([...this.parsed.names].map(([each, index]) => [each, BigInt(index)]));
      case 'flags':
        return this.#bits;
      default:
        return undefined;
    }
  }

  #subject(value: Value): Subject {
    const isBytes = value instanceof PythonBytes;
    if (!isBytes && typeof value !== 'string')
      throw typeError(`expected string or bytes-like object, got '${typeNameOf(value)}'`);
    if (isBytes !== this.isBytes) {
      const [own, other] = this.isBytes ? ['bytes', 'string'] : ['string', 'bytes-like'];
      throw typeError(`cannot use a ${own} pattern on a ${other} object`);
    }
    const text = isBytes ? value.text : value;
    reserve(text.length * 8);
    const codes = codesOf(text);
    const simple = codes.length === text.length;
    const part = (start: number, end: number): string =>
      simple ? text.slice(start, end) : String.fromCodePoint(...codes.slice(start, Math.max(end, start)));
    const slice = isBytes ? (start: number, end: number) => new PythonBytes(part(start, end)) : part;
    return { given: value, codes, slice };
  }

  #bounds(subject: Subject, start: Value | undefined, end: Value | undefined): readonly [number, number] {
    const size = subject.codes.length;
    const clamp = (value: Value | undefined, missing: number): number =>
      value === undefined ? missing : Math.min(Math.max(toIndex(value), 0), size);
    return [clamp(start, 0), clamp(end, size)];
  }

  /** `match`, `fullmatch` or `search`. */
  #match(
    value: Value,
    given: { readonly how: string; readonly start?: Value | undefined; readonly end?: Value | undefined },
  ): Value {
    const subject = this.#subject(value);
    const [start, end] = this.#bounds(subject, given.start, given.end);
    const machine = new Machine(this.#program, this.parsed.groups, { codes: subject.codes, end });
    const found = given.how === 'search' ? machine.search(start) : machine.matchAt(start, given.how === 'fullmatch');
    return found === undefined ? null : new Match(this, subject, { found, start, end });
  }

  /** As `#match`, for the table of methods. */
  find(how: string, [value = null, start, end]: readonly (Value | undefined)[]): Value {
    return this.#match(value, { how, start, end });
  }

  /** All matches that do not overlap, from left to right. */
  *all([value = null, start, end]: readonly (Value | undefined)[]): Generator<Match> {
    const subject = this.#subject(value);
    const [first, last] = this.#bounds(subject, start, end);
    const machine = new Machine(this.#program, this.parsed.groups, { codes: subject.codes, end: last });
    let from = first;
    let mustAdvance = false;
    while (from <= last) {
      const found = machine.search(from, mustAdvance);
      if (found === undefined) return;
      yield new Match(this, subject, { found, start: first, end: last });
      from = found[1] ?? from;
      mustAdvance = found[0] === from;
    }
  }
}

type Method = (self: Pattern, values: readonly (Value | undefined)[]) => Value;

const methods: Readonly<Record<string, readonly [string, Method]>> = {
  match: ['string pos? endpos?', (self, values) => self.find('match', values)],
  fullmatch: ['string pos? endpos?', (self, values) => self.find('fullmatch', values)],
  search: ['string pos? endpos?', (self, values) => self.find('search', values)],
  finditer: ['string pos? endpos?', (self, values) => new PythonIterator('callable_iterator', self.all(values))],
  findall: ['string pos? endpos?', (self, values) => new PythonList([...self.all(values)].map((each) => each.found()))],
  split: ['string maxsplit?', (self, values) => split(self, values)],
  sub: ['repl string count?', (self, values) => replace(self, values)[0]],
  subn: ['repl string count?', (self, values) => new PythonTuple(replace(self, values))],
};

function split(self: Pattern, [value = null, max = 0n]: readonly (Value | undefined)[]): Value {
  const limit = toIndex(max);
  const parts: Value[] = [];
  let end = 0;
  let done = 0;
  let subject: Subject | undefined;
  for (const match of self.all([value])) {
    subject = match.subject;
    if (limit > 0 && done >= limit) break;
    done += 1;
    parts.push(subject.slice(end, match.start), ...match.groups(null));
    end = match.end;
  }
  const rest = subject === undefined ? value : subject.slice(end, subject.codes.length);
  return new PythonList([...parts, rest]);
}

function replace(
  self: Pattern,
  [by = null, value = null, count = 0n]: readonly (Value | undefined)[],
): readonly [Value, Value] {
  const limit = toIndex(count);
  const calls = by instanceof PythonCallable || specialOf(by, '__call__') !== undefined;
  const make = calls ? (match: Match): Value => callValue(by, [match]) : readTemplate(by, self);
  const parts: string[] = [];
  let end = 0;
  let done = 0;
  let subject: Subject | undefined;
  for (const match of self.all([value])) {
    subject = match.subject;
    if (limit > 0 && done >= limit) break;
    done += 1;
    const text = plainText(make(match));
    reserve(text.length);
    parts.push(plainText(subject.slice(end, match.start)), text);
    end = match.end;
  }
  if (subject === undefined) return [value, 0n];
  parts.push(plainText(subject.slice(end, subject.codes.length)));
  const result = parts.join('');
  return [self.isBytes ? new PythonBytes(result) : result, BigInt(done)];
}

/** A text, or the characters of bytes. Throws TypeError. */
function plainText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof PythonBytes) return value.text;
  if (value === null) return '';
  throw typeError(`expected str instance, ${typeNameOf(value)} found`);
}
