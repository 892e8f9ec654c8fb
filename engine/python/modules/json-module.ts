import { PythonBytes } from '../values/bytes.ts';
import { order } from '../values/compare.ts';
import { exceptionClass } from '../values/exceptions.ts';
import { enter, leave, reserve, spend } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { floatText, represent } from '../values/represent.ts';
import { textOf } from '../values/text-methods.ts';
import {
  callValue,
  isTrue,
  PythonDict,
  PythonList,
  PythonModule,
  PythonTuple,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { type JsonHooks, readJson } from './json-reader.ts';

/** `json`, on texts. */
export function jsonModule(): PythonModule {
  return new PythonModule('json', {
    loads: native('loads', 's object_hook? parse_float? parse_int? object_pairs_hook?', (text = null, ...hooks) =>
      readJson(text instanceof PythonBytes ? text.toBuffer().toString('utf8') : jsonText(text), hooksOf(hooks)),
    ),
    dumps: new NativeFunction('dumps', ({ positional: [value = null], keywords }) => {
      const text = new JsonWriter(keywords).write(value, 0);
      reserve(text.length);
      return text;
    }),
    JSONDecodeError: exceptionClass('json.decoder.JSONDecodeError'),
    decoder: new PythonModule('json.decoder', { JSONDecodeError: exceptionClass('json.decoder.JSONDecodeError') }),
  });
}

function hooksOf([object, float, integer, pairs]: readonly (Value | undefined)[]): JsonHooks {
  const calling = (hook: Value | undefined) => (hook ? (text: string) => callValue(hook, [text]) : undefined);
  const ofObject = object ? (all: JsonPairs) => callValue(object, [new PythonDict(all)]) : undefined;
  const asList = (all: JsonPairs): Value => new PythonList(all.map((pair) => new PythonTuple(pair)));
  const ofPairs = pairs ? (all: JsonPairs) => callValue(pairs, [asList(all)]) : undefined;
  return { object: ofPairs ?? ofObject, float: calling(float), integer: calling(integer) };
}

type JsonPairs = readonly (readonly [string, Value])[];

function jsonText(value: Value): string {
  if (typeof value === 'string') return value;
  throw typeError(`the JSON object must be str, bytes or bytearray, not ${typeNameOf(value)}`);
}

const known = new Set(['indent', 'sort_keys', 'separators', 'ensure_ascii', 'default', 'skipkeys', 'allow_nan']);

class JsonWriter {
  readonly #indent: string | undefined;
  readonly #sorted: boolean;
  readonly #ascii: boolean;
  readonly #default: Value;
  readonly #separators: readonly [string, string];
  readonly #open = new Set<Value>();

  // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
  constructor(options: ReadonlyMap<string, Value>) {
    for (const name of options.keys()) {
      if (!known.has(name)) throw new UnsupportedConstruct(`\`${name}\` of \`json.dumps\``, 'leave it out');
    }
    const indent = options.get('indent') ?? null;
    if (indent !== null)
      this.#indent = typeof indent === 'string' ? indent : ' '.repeat(Math.min(Math.max(Number(indent), 0), 100));
    this.#sorted = isTrue(options.get('sort_keys') ?? false);
    this.#ascii = isTrue(options.get('ensure_ascii') ?? true);
    this.#default = options.get('default') ?? null;
    const given = options.get('separators') ?? null;
    const [item, key] = given instanceof PythonTuple ? given.items : [];
    this.#separators = [
      item === undefined ? (this.#indent === undefined ? ', ' : ',') : textOf(item),
      key === undefined ? ': ' : textOf(key),
    ];
  }

  write(value: Value, level: number): string {
    spend(2);
    if (value === null) return 'null';
    if (typeof value === 'boolean') return String(value);
    if (typeof value === 'string') return this.#text(value);
    if (typeof value === 'bigint') return represent(value);
    if (typeof value === 'number') return numberText(value);
    if (this.#open.has(value)) throw valueError('Circular reference detected');
    this.#open.add(value);
    enter();
    try {
      return this.#container(value, level);
    } finally {
      leave();
      this.#open.delete(value);
    }
  }

  #container(value: Value, level: number): string {
    if (value instanceof PythonList || value instanceof PythonTuple) {
      return this.#joined(
        '[]',
        value.items.map((each) => this.write(each, level + 1)),
        level,
      );
    }
    if (value instanceof PythonDict) {
      const entries = this.#sorted ? [...value.entries()].sort((a, b) => order(a[0], b[0])) : value.entries();
      const parts = entries.map(
        ([key, item]) => `${this.#text(keyText(key))}${this.#separators[1]}${this.write(item, level + 1)}`,
      );
      return this.#joined('{}', parts, level);
    }
    if (this.#default === null) throw typeError(`Object of type ${typeNameOf(value)} is not JSON serializable`);
    return this.write(callValue(this.#default, [value]), level);
  }

  #joined(brackets: string, parts: readonly string[], level: number): string {
    if (parts.length === 0) return brackets;
    const [open, close] = brackets;
    if (this.#indent === undefined) return `${open}${parts.join(this.#separators[0])}${close}`;
    const inner = `\n${this.#indent.repeat(level + 1)}`;
    return `${open}${inner}${parts.join(this.#separators[0] + inner)}\n${this.#indent.repeat(level)}${close}`;
  }

  #text(text: string): string {
    const quoted = JSON.stringify(text);
    if (!this.#ascii) return quoted;
    return quoted.replace(/[\x7f-\uffff]/g, (char) =>
      char === '\x7f' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  }
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return floatText(value);
  return value > 0 ? 'Infinity' : '-Infinity';
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null) return 'null';
  if (typeof key === 'boolean') return String(key);
  if (typeof key === 'bigint') return represent(key);
  if (typeof key === 'number') return numberText(key);
  throw typeError(`keys must be str, int, float, bool or None, not ${typeNameOf(key)}`);
}
