import { NativeFunction, native } from '../values/native.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { type PatternFlags, type TranslatedPattern, translatePattern } from '../values/regex-pattern.ts';
import { textOf } from '../values/text-methods.ts';
import {
  callValue,
  lengthOf,
  PythonAttributes,
  PythonCallable,
  PythonDict,
  PythonIterator,
  PythonList,
  PythonModule,
  PythonTuple,
  toIndex,
  type Value,
} from '../values/value.ts';

const flagBits: Readonly<Record<string, bigint>> = {
  I: 2n,
  IGNORECASE: 2n,
  M: 8n,
  MULTILINE: 8n,
  S: 16n,
  DOTALL: 16n,
  U: 32n,
  X: 64n,
  VERBOSE: 64n,
};

/** `re`: Python's patterns on JavaScript's engine. */
export function regularExpressions(): PythonModule {
  const direct = ['match', 'search', 'fullmatch', 'findall', 'finditer', 'split', 'sub', 'subn'];
  const functions = direct.map((name) => {
    const flagAt = { sub: 4, subn: 4, split: 3 }[name] ?? 2;
    return new NativeFunction(name, ({ positional, keywords }) => {
      const [pattern = null, ...rest] = positional;
      const named = new Map(keywords);
      const flags = named.get('flags') ?? positional[flagAt] ?? 0n;
      named.delete('flags');
      const method = compiled(pattern, flags).attribute(name) as PythonCallable;
      return method.call({ positional: rest.slice(0, flagAt - 1), keywords: named });
    });
  });
  return new PythonModule('re', {
    ...flagBits,
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    compile: native('compile', 'pattern flags?', (pattern = null, flags = 0n) => compiled(pattern, flags)),
    escape: native('escape', 'pattern', (text) => textOf(text).replace(/[\s#$&()*+\-.?[\\\]^{|}~]/g, '\\$&')),
  });
}

function compiled(pattern: Value, flags: Value): Pattern {
  return pattern instanceof Pattern ? pattern : new Pattern(textOf(pattern, 'the pattern'), flags);
}

/** `re.Pattern`. */
class Pattern extends PythonAttributes {
  readonly typeName = 're.Pattern';
  readonly pattern: string;
  readonly translated: TranslatedPattern;
  readonly #search: RegExp;
  readonly #match: RegExp;
  readonly #full: RegExp;

  constructor(pattern: string, flags: Value) {
    super();
    this.pattern = pattern;
    this.translated = translatePattern(pattern, readFlags(flags));
    const letters = this.translated.flags.ignoreCase ? 'ui' : 'u';
    const source = this.translated.source;
    this.#search = toRegExp(source, `g${letters}`);
    this.#match = toRegExp(source, `y${letters}`);
    this.#full = toRegExp(`(?:${source})(?![\\s\\S])`, `y${letters}`);
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'pattern':
        return this.pattern;
      case 'groups':
        return BigInt(this.translated.groupNames.length);
      case 'match':
        return native(name, 'string', (text) => this.#first(this.#match, textOf(text)));
      case 'fullmatch':
        return native(name, 'string', (text) => this.#first(this.#full, textOf(text)));
      case 'search':
        return native(name, 'string', (text) => this.#first(this.#search, textOf(text)));
      case 'finditer':
        return native(name, 'string', (text) => new PythonIterator('iterator', this.#all(textOf(text))));
      case 'findall':
        return native(
          name,
          'string',
          (text) => new PythonList([...this.#all(textOf(text))].map((each) => each.found())),
        );
      case 'split':
        return native(name, 'string maxsplit?', (text, max = 0n) => this.#split(textOf(text), toIndex(max)));
      case 'sub':
        return native(name, 'repl string count?', (by = null, text, count = 0n) => this.#replace(by, text, count)[0]);
      case 'subn':
        return native(name, 'repl string count?', (by = null, text, count = 0n) => {
          const [result, done] = this.#replace(by, text, count);
          return new PythonTuple([result, BigInt(done)]);
        });
      default:
        return undefined;
    }
  }

  #first(expression: RegExp, text: string): Value {
    expression.lastIndex = 0;
    const found = expression.exec(text);
    return found === null ? null : new Match(found, this.translated);
  }

  *#all(text: string): Generator<Match> {
    for (const found of text.matchAll(this.#search)) yield new Match(found, this.translated);
  }

  #split(text: string, max: number): Value {
    const parts: Value[] = [];
    let end = 0;
    for (const match of this.#all(text)) {
      if (max > 0 && parts.length / (1 + this.translated.groupNames.length) >= max) break;
      parts.push(text.slice(end, match.start), ...match.groups(null));
      end = match.end;
    }
    return new PythonList([...parts, text.slice(end)]);
  }

  #replace(by: Value, given: Value | undefined, count: Value): readonly [string, number] {
    const text = textOf(given);
    const limit = toIndex(count);
    let result = '';
    let end = 0;
    let done = 0;
    for (const match of this.#all(text)) {
      if (limit > 0 && done >= limit) break;
      done += 1;
      const replacement = by instanceof PythonCallable ? textOf(callValue(by, [match])) : match.expand(textOf(by));
      result += text.slice(end, match.start) + replacement;
      end = match.end;
    }
    return [result + text.slice(end), done];
  }
}

function readFlags(value: Value): PatternFlags {
  const bits = BigInt(toIndex(value));
  return {
    ignoreCase: (bits & 2n) !== 0n,
    multiline: (bits & 8n) !== 0n,
    dotAll: (bits & 16n) !== 0n,
    verbose: (bits & 64n) !== 0n,
  };
}

function toRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch (error) {
    throw new PythonException('re.error', (error as Error).message);
  }
}

/** `re.Match`. */
class Match extends PythonAttributes {
  readonly typeName = 're.Match';
  readonly #found: RegExpExecArray;
  readonly #pattern: TranslatedPattern;

  constructor(found: RegExpExecArray, pattern: TranslatedPattern) {
    super();
    this.#found = found;
    this.#pattern = pattern;
  }

  /** UTF-16 offsets. */
  get start(): number {
    return this.#found.index;
  }

  get end(): number {
    return this.#found.index + this.#found[0].length;
  }

  groups(missing: Value): readonly Value[] {
    return this.#pattern.groupNames.map((_, index) => this.#found[index + 1] ?? missing);
  }

  /** What `findall` gives for this match. */
  found(): Value {
    const groups = this.groups('');
    if (groups.length === 0) return this.#found[0];
    return groups.length === 1 ? (groups[0] ?? '') : new PythonTuple(groups);
  }

  /** The template of `re.sub`: `\1`, `\g<1>`, `\g<name>`. */
  expand(template: string): string {
    return template.replace(
      /\\(?:(\d{1,2})|g<(\w+)>|([\s\S]))/g,
      (all, number?: string, name?: string, char?: string) => {
        if (number !== undefined) return String(this.#group(BigInt(number)) ?? '');
        if (name !== undefined) return String(this.#group(/^\d+$/.test(name) ? BigInt(name) : name) ?? '');
        const known = { n: '\n', t: '\t', r: '\r', '\\': '\\' }[char ?? ''];
        if (known === undefined && /[a-zA-Z]/.test(char ?? ''))
          throw new PythonException('re.error', `bad escape ${all}`);
        return known ?? all;
      },
    );
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'group':
        return native(name, '*groups', (given) => {
          const keys = (given as PythonTuple).items;
          const values = (keys.length === 0 ? [0n] : keys).map((key) => this.#group(key));
          return values.length === 1 ? (values[0] ?? null) : new PythonTuple(values);
        });
      case '__getitem__':
        return native(name, 'group', (key = null) => this.#group(key));
      case 'groups':
        return native(name, 'default?', (missing = null) => new PythonTuple(this.groups(missing)));
      case 'groupdict':
        return native(name, 'default?', (missing = null) => this.#named(missing));
      case 'start':
        return native(name, '', () => this.#position(this.start));
      case 'end':
        return native(name, '', () => this.#position(this.end));
      case 'span':
        return native(name, '', () => new PythonTuple([this.#position(this.start), this.#position(this.end)]));
      case 'string':
        return this.#found.input;
      default:
        return undefined;
    }
  }

  #position(offset: number): bigint {
    return BigInt(lengthOf(this.#found.input.slice(0, offset)));
  }

  #named(missing: Value): Value {
    const entries = this.#pattern.groupNames.flatMap((name, index): (readonly [Value, Value])[] =>
      name === undefined ? [] : [[name, this.#found[index + 1] ?? missing]],
    );
    return new PythonDict(entries);
  }

  #group(key: Value): Value {
    if (typeof key !== 'bigint' && typeof key !== 'string') throw typeError('group indices must be int or str');
    const index = typeof key === 'bigint' ? Number(key) : this.#pattern.groupNames.indexOf(key) + 1;
    const known = index > 0 || key === 0n;
    if (!known || index > this.#pattern.groupNames.length) throw new PythonException('IndexError', 'no such group');
    return this.#found[index] ?? null;
  }
}
