import { attributeOf } from '../values/attributes.ts';
import { NativeFunction, native } from '../values/native.ts';
import { PythonException, typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { represent, toText } from '../values/represent.ts';
import {
  type CallArguments,
  isTrue,
  iterate,
  PythonCallable,
  PythonDict,
  PythonList,
  PythonRange,
  PythonSet,
  PythonTuple,
  toIndex,
  typeNameOf,
  type Value,
} from '../values/value.ts';

/** `str`, `int`, `list` ...: called to convert, compared with `is`, named in isinstance. */
class PythonType extends PythonCallable {
  readonly typeName = 'type';
  readonly name: string;
  readonly #convert: NativeFunction;

  constructor(convert: NativeFunction) {
    super();
    this.name = convert.name;
    this.#convert = convert;
  }

  call(given: CallArguments): Value {
    return this.#convert.call(given);
  }

  /** A method without its object: `str.strip`, `set.union`. */
  override attribute(method: string): Value | undefined {
    const name = this.name;
    if (method.startsWith('_')) return undefined;
    return new NativeFunction(method, ({ positional, keywords }) => {
      const [self = null, ...rest] = positional;
      if (typeNameOf(self) !== name) {
        throw typeError(`descriptor '${method}' for '${name}' objects doesn't apply to a '${typeNameOf(self)}' object`);
      }
      return (attributeOf(self, method) as PythonCallable).call({ positional: rest, keywords });
    });
  }
}

const conversions: readonly NativeFunction[] = [
  native('str', 'object?', (value = '') => toText(value)),
  native('bool', 'x?', (value = false) => isTrue(value)),
  native('int', 'x? base?', (value = 0n, base) => toInteger(value, base)),
  native('float', 'x?', (value = 0) => toFloat(value)),
  native('list', 'iterable?', (items) => new PythonList(items === undefined ? [] : [...iterate(items)])),
  native('tuple', 'iterable?', (items) => new PythonTuple(items === undefined ? [] : [...iterate(items)])),
  native('set', 'iterable?', (items) => new PythonSet(items === undefined ? [] : iterate(items))),
  native('frozenset', 'iterable?', (items) => new PythonSet(items === undefined ? [] : iterate(items), true)),
  new NativeFunction('dict', toDict),
  native('range', 'start stop? step?', (start = null, stop, step = 1n) => {
    const [first, last] = stop === undefined ? [0, toIndex(start)] : [toIndex(start), toIndex(stop)];
    if (toIndex(step) === 0) throw valueError('range() arg 3 must not be zero');
    return new PythonRange(BigInt(first), BigInt(last), BigInt(toIndex(step)));
  }),
];

/** The types by name. */
export const pythonTypes: ReadonlyMap<string, Value> = new Map(
  conversions.map((each) => [each.name, new PythonType(each)]),
);

/** `type(value)`. */
export function typeOf(value: Value): Value {
  const name = typeNameOf(value);
  const found = pythonTypes.get(name);
  if (found === undefined) throw new UnsupportedConstruct(`the type of a ${name} object`, 'use `isinstance`');
  return found;
}

function toInteger(value: Value, base: Value | undefined): bigint {
  if (typeof value === 'string') return parseInteger(value, base === undefined ? 10 : toIndex(base));
  if (base !== undefined) throw typeError("int() can't convert non-string with explicit base");
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return BigInt(Math.trunc(value));
    if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
    throw new PythonException('OverflowError', 'cannot convert float infinity to integer');
  }
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeNameOf(value)}'`);
}

const basePrefixes: Readonly<Record<string, number>> = { '0x': 16, '0o': 8, '0b': 2 };

function parseInteger(text: string, base: number): bigint {
  if (base !== 0 && (base < 2 || base > 36)) throw valueError('int() base must be >= 2 and <= 36, or 0');
  const match = /^\s*([-+]?)(0[xob])?_?([0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  const [, sign, prefix = '', body = ''] = match ?? [];
  const own = basePrefixes[prefix.toLowerCase()];
  const isPrefix = prefix !== '' && (base === 0 || base === own);
  const digits = ((isPrefix ? '' : prefix) + body).replaceAll('_', '');
  const radix = base === 0 ? (own ?? 10) : base;
  const isOctalOfOld = base === 0 && !isPrefix && /^0+[1-9]/.test(digits);
  const value = isOctalOfOld ? undefined : readDigits(digits, radix);
  if (value === undefined) throw valueError(`invalid literal for int() with base ${base}: ${represent(text)}`);
  return sign === '-' ? -value : value;
}

function readDigits(digits: string, radix: number): bigint | undefined {
  if (digits === '') return undefined;
  let result = 0n;
  for (const digit of digits) {
    const number = Number.parseInt(digit, 36);
    if (number >= radix) return undefined;
    result = result * BigInt(radix) + BigInt(number);
  }
  return result;
}

function toFloat(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return Number(value);
  if (typeof value !== 'string') {
    throw typeError(`float() argument must be a string or a real number, not '${typeNameOf(value)}'`);
  }
  const text = value.trim().toLowerCase();
  const special = /^([-+]?)(?:(inf(?:inity)?)|(nan))$/.exec(text);
  if (special !== null) return special[3] ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[-+]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[-+]?\d+)?$/.test(text)) {
    throw valueError(`could not convert string to float: ${represent(value)}`);
  }
  return Number(text.replaceAll('_', ''));
}

function toDict({ positional, keywords }: CallArguments): Value {
  const [source] = positional;
  const result = new PythonDict();
  if (source instanceof PythonDict) for (const [key, value] of source.entries()) result.set(key, value);
  else if (source !== undefined) {
    for (const entry of iterate(source)) {
      const [key, value, ...more] = [...iterate(entry)];
      if (key === undefined || value === undefined || more.length > 0) {
        throw valueError('dictionary update sequence element has the wrong length; 2 is required');
      }
      result.set(key, value);
    }
  }
  for (const [key, value] of keywords) result.set(key, value);
  return result;
}
