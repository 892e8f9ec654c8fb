import { findAttribute } from '../values/attributes.ts';
import { asNumber, order } from '../values/compare.ts';
import { NativeFunction, native } from '../values/native.ts';
import { operate } from '../values/operators.ts';
import { PythonException, typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { sortItems } from '../values/sort.ts';
import { formatValue } from '../values/text-format.ts';
import { textOf } from '../values/text-methods.ts';
import {
  callValue,
  isTrue,
  iterate,
  lengthOf,
  PythonCallable,
  PythonIterator,
  PythonList,
  PythonTuple,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { pythonTypes, typeOf } from './types.ts';

/** The functions and types that every expression knows. */
export function builtinNames(): ReadonlyMap<string, Value> {
  const functions = [...plainFunctions(), ...iteratorFunctions(), ...numberFunctions(), ...reflection()];
  return new Map<string, Value>([
    ...pythonTypes,
    ...functions.map((each) => [each.name, each] as const),
    ...refused.map(([name, help]) => [name, refuse(name, help)] as const),
  ]);
}

const refused: readonly (readonly [string, string])[] = [
  ...['open', 'input', 'print', 'exec', 'eval', 'compile'].map(
    (name) => [name, 'expressions only compute a value: do this in a task'] as const,
  ),
  ...['globals', 'locals', 'vars', 'dir', 'id', 'hash', 'object', 'super', 'bytes', 'bytearray', 'complex'].map(
    (name) => [name, 'use strings, numbers, lists, dicts and sets'] as const,
  ),
];

function refuse(name: string, help: string): Value {
  return new NativeFunction(name, () => {
    throw new UnsupportedConstruct(`\`${name}\``, help);
  });
}

function plainFunctions(): readonly NativeFunction[] {
  return [
    native('len', 'object', (value = null) => BigInt(lengthOf(value))),
    native('repr', 'object', (value = null) => represent(value)),
    native('ascii', 'object', (value = null) => represent(value)),
    native('format', 'value spec?', (value = null, spec = '') => formatValue(value, textOf(spec))),
    native(
      'sorted',
      'iterable key? reverse?',
      (items = null, key, reverse) => new PythonList(sortItems(iterate(items), key, reverse)),
    ),
    native('any', 'iterable', (items = null) => {
      for (const each of iterate(items)) if (isTrue(each)) return true;
      return false;
    }),
    native('all', 'iterable', (items = null) => {
      for (const each of iterate(items)) if (!isTrue(each)) return false;
      return true;
    }),
    native('chr', 'i', (code = null) => String.fromCodePoint(Number(integer(code)))),
    native('ord', 'c', (char = null) => {
      const text = textOf(char);
      if (lengthOf(text) !== 1) {
        throw typeError(`ord() expected a character, but string of length ${lengthOf(text)} found`);
      }
      return BigInt(text.codePointAt(0) ?? 0);
    }),
    native('callable', 'object', (value = null) => value instanceof PythonCallable),
  ];
}

function iteratorFunctions(): readonly NativeFunction[] {
  return [
    native('enumerate', 'iterable start?', (items = null, start = 0n) => lazy('enumerate', numbered(items, start))),
    native('zip', '*iterables', (all) => lazy('zip', zipped((all as PythonTuple).items))),
    native('map', 'function *iterables', (call = null, all) => lazy('map', mapped(call, (all as PythonTuple).items))),
    native('filter', 'function iterable', (call = null, items = null) => lazy('filter', filtered(call, items))),
    native('reversed', 'sequence', (items = null) =>
      lazy('reversed', [...iterate(items)].reverse()[Symbol.iterator]()),
    ),
    native('iter', 'iterable', (items = null) =>
      items instanceof PythonIterator ? items : lazy('iterator', iterate(items)[Symbol.iterator]()),
    ),
    native('next', 'iterator default?', (items = null, missing) => {
      if (!(items instanceof PythonIterator)) throw typeError(`'${typeNameOf(items)}' object is not an iterator`);
      const step = items.next();
      if (step.done !== true) return step.value;
      if (missing === undefined) throw new PythonException('StopIteration', '');
      return missing;
    }),
  ];
}

function lazy(name: string, source: Iterator<Value>): Value {
  return new PythonIterator(name, source);
}

function* numbered(items: Value, start: Value): Generator<Value> {
  let index = integer(start);
  for (const item of iterate(items)) yield new PythonTuple([index++, item]);
}

function* zipped(all: readonly Value[]): Generator<PythonTuple> {
  const iterators = all.map((each) => iterate(each)[Symbol.iterator]());
  while (iterators.length > 0) {
    const items: Value[] = [];
    for (const iterator of iterators) {
      const step = iterator.next();
      if (step.done === true) return;
      items.push(step.value);
    }
    yield new PythonTuple(items);
  }
}

function* mapped(call: Value, all: readonly Value[]): Generator<Value> {
  for (const tuple of zipped(all)) yield callValue(call, tuple.items);
}

function* filtered(call: Value, items: Value): Generator<Value> {
  for (const item of iterate(items)) if (isTrue(call === null ? item : callValue(call, [item]))) yield item;
}

function numberFunctions(): readonly NativeFunction[] {
  return [
    new NativeFunction('min', ({ positional, keywords }) => extreme('min', positional, keywords)),
    new NativeFunction('max', ({ positional, keywords }) => extreme('max', positional, keywords)),
    native('sum', 'iterable start?', (items = null, start = 0n) => {
      let total: Value = start;
      for (const item of iterate(items)) total = operate('Add', total, item);
      return total;
    }),
    native('abs', 'x', (value = null) => {
      const number = asNumber(value);
      if (number === undefined) throw typeError(`bad operand type for abs(): '${typeNameOf(value)}'`);
      return number < 0 ? -number : number;
    }),
    native('round', 'number ndigits?', rounded),
    native('pow', 'base exp', (base = null, exponent = null) => operate('Pow', base, exponent)),
    native('divmod', 'a b', (a = null, b = null) => new PythonTuple([operate('FloorDiv', a, b), operate('Mod', a, b)])),
    native('hex', 'x', (value = null) => formatValue(integer(value), '#x')),
    native('oct', 'x', (value = null) => formatValue(integer(value), '#o')),
    native('bin', 'x', (value = null) => formatValue(integer(value), '#b')),
  ];
}

function integer(value: Value): bigint {
  const number = asNumber(value);
  if (typeof number === 'bigint') return number;
  throw typeError(`'${typeNameOf(value)}' object cannot be interpreted as an integer`);
}

function rounded(value: Value | undefined, digits: Value | undefined): Value {
  const number = asNumber(value ?? null);
  if (number === undefined) throw typeError(`type ${typeNameOf(value ?? null)} doesn't define __round__ method`);
  if (typeof number === 'bigint') return number;
  if (digits === undefined || digits === null) return BigInt(formatValue(number, '.0f'));
  return Number(formatValue(number, `.${integer(digits)}f`));
}

function extreme(name: 'min' | 'max', positional: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  const key = keywords.get('key') ?? null;
  const [only = null] = positional;
  let best: { readonly item: Value; readonly key: Value } | undefined;
  for (const item of positional.length === 1 ? iterate(only) : positional) {
    const rank = key === null ? item : callValue(key, [item]);
    if (best === undefined || (name === 'min' ? order(rank, best.key) < 0 : order(rank, best.key, '>') > 0)) {
      best = { item, key: rank };
    }
  }
  if (best !== undefined) return best.item;
  const missing = keywords.get('default');
  if (missing === undefined) throw valueError(`${name}() arg is an empty sequence`);
  return missing;
}

function reflection(): readonly NativeFunction[] {
  return [
    native('type', 'object', (value = null) => typeOf(value)),
    native('isinstance', 'object classinfo', (value = null, types = null) => {
      const choices = types instanceof PythonTuple ? types.items : [types];
      const own = typeNameOf(value);
      return choices.some((each) => each instanceof PythonCallable && (each.name === own || isBool(own, each.name)));
    }),
    native('hasattr', 'object name', (value = null, name) => findAttribute(value, textOf(name)) !== undefined),
    native('getattr', 'object name default?', (value = null, name, missing) => {
      const found = findAttribute(value, textOf(name)) ?? missing;
      if (found !== undefined) return found;
      throw new PythonException('AttributeError', `'${typeNameOf(value)}' object has no attribute '${textOf(name)}'`);
    }),
  ];
}

function isBool(own: string, type: string): boolean {
  return own === 'bool' && type === 'int';
}
