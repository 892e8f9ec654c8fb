import { reserve, spend } from '../values/meter.ts';
import { LimitReached, PythonException } from '../values/python-error.ts';
import { PythonDict, PythonList, type Value } from '../values/value.ts';

const maxDepth = 200;

/** What code makes of objects and numbers instead of the values that they are read as. */
export interface JsonHooks {
  readonly object?: ((pairs: readonly (readonly [string, Value])[]) => Value) | undefined;
  readonly float?: ((text: string) => Value) | undefined;
  readonly integer?: ((text: string) => Value) | undefined;
}

/** `json.loads(text)`. Throws json.decoder.JSONDecodeError. */
export function readJson(text: string, hooks: JsonHooks = {}): Value {
  reserve(text.length * 8);
  return new JsonReader(text, hooks).read();
}

class JsonReader {
  readonly #text: string;
  readonly #hooks: JsonHooks;
  #at = 0;
  #depth = 0;

  constructor(text: string, hooks: JsonHooks) {
    this.#text = text;
    this.#hooks = hooks;
  }

  read(): Value {
    this.#space();
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) throw this.#error('Extra data');
    return value;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1;
  }

  #value(): Value {
    spend(1);
    const char = this.#text[this.#at];
    if (char === '{') return this.#nested(() => this.#object());
    if (char === '[') return this.#nested(() => this.#array());
    if (char === '"') return this.#string();
    const word = /^(?:null|true|false|NaN|-?Infinity)/.exec(this.#text.slice(this.#at, this.#at + 9))?.[0];
    if (word !== undefined) {
      this.#at += word.length;
      return words.get(word) ?? null;
    }
    return this.#number();
  }

  #nested(read: () => Value): Value {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new LimitReached(`nests deeper than ${maxDepth} levels`);
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #number(): Value {
    numberPattern.lastIndex = this.#at;
    const match = numberPattern.exec(this.#text);
    if (match === null) throw this.#error('Expecting value');
    this.#at += match[0].length;
    const { float = Number, integer = BigInt } = this.#hooks;
    return match[1] === undefined && match[2] === undefined ? integer(match[0]) : float(match[0]);
  }

  #object(): Value {
    const pairs: (readonly [string, Value])[] = [];
    const { object = (all) => new PythonDict(all) } = this.#hooks;
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return object(pairs);
    for (;;) {
      if (this.#text[this.#at] !== '"') throw this.#error('Expecting property name enclosed in double quotes');
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#error("Expecting ':' delimiter");
      this.#space();
      pairs.push([key, this.#value()]);
      this.#space();
      if (this.#take('}')) return object(pairs);
      if (!this.#take(',')) throw this.#error("Expecting ',' delimiter");
      this.#space();
    }
  }

  #array(): Value {
    const items: Value[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return new PythonList(items);
    for (;;) {
      items.push(this.#value());
      this.#space();
      if (this.#take(']')) return new PythonList(items);
      if (!this.#take(',')) throw this.#error("Expecting ',' delimiter");
      this.#space();
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    if (end >= this.#text.length) throw this.#error('Unterminated string starting at', start);
    const raw = this.#text.slice(start, end + 1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
    const control = raw.search(/[\0-\x1f]/);
    if (control !== -1) throw this.#error('Invalid control character at', start + control);
    this.#at = end + 1;
    try {
      return JSON.parse(raw) as string;
    } catch {
      throw this.#error('Invalid \\escape', start + Math.max(raw.search(/\\[^"\\/bfnrtu]/), 0));
    }
  }

  #error(what: string, at = this.#at): PythonException {
    const before = this.#text.slice(0, at);
    const line = before.split('\n').length;
    const column = at - before.lastIndexOf('\n');
    return new PythonException('json.decoder.JSONDecodeError', `${what}: line ${line} column ${column} (char ${at})`);
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;

const words: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);
