import { attributeOf, deleteAttribute, findAttribute, setAttribute } from '../values/attributes.ts';
import { PythonBytes } from '../values/bytes.ts';
import { asNumber, isEqual, isOrdered } from '../values/compare.ts';
import { exceptionNames, isException } from '../values/exceptions.ts';
import { stopIteration } from '../values/iterator-methods.ts';
import { spend } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { operate } from '../values/operators.ts';
import { classOf, PythonClass } from '../values/python-class.ts';
import { PythonException, typeError, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { asciiText, represent, toText } from '../values/represent.ts';
import { ellipsis, notImplemented } from '../values/singletons.ts';
import { sortItems } from '../values/sort.ts';
import { formatValue } from '../values/text-format.ts';
import { sortedTexts, textOf } from '../values/text-methods.ts';
import {
  type CallArguments,
  callValue,
  isTrue,
  iterate,
  iteratorOf,
  lengthOf,
  PythonCallable,
  PythonIterator,
  PythonList,
  PythonModule,
  PythonSet,
  PythonTuple,
  specialOf,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { hashOf } from './plain-methods.ts';
import { pythonTypes } from './types.ts';

/** The functions and types that all code knows; `print` gives its text to `write`. */
export function builtinNames(write: (text: string) => void): ReadonlyMap<string, Value> {
  const show = new NativeFunction('print', (given) => print(given, write));
  const functions = [show, ...plainFunctions(), ...iteratorFunctions(), ...numberFunctions(), ...reflection()];
  return new Map<string, Value>([
    ...pythonTypes,
    ...exceptionNames(),
    ['NotImplemented', notImplemented],
    ['Ellipsis', ellipsis],
    ['__name__', '__main__'],
    ['__debug__', true],
    ...functions.map((each) => [each.name, each] as const),
    ...refused.map(([name, help]) => [name, refuse(name, help)] as const),
  ]);
}

const refused: readonly (readonly [string, string])[] = [
  ...['open', 'input', 'exec', 'eval', 'compile', 'breakpoint'].map(
    (name) => [name, 'expressions and functions of recipes only compute values: do this in a task'] as const,
  ),
  ...['globals', 'locals', 'id', 'memoryview'].map((name) => [name, 'use names, dicts and lists'] as const),
  ['bytearray', 'use `bytes`, or a list of ints'],
  ['complex', 'use int or float'],
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
    native('ascii', 'object', (value = null) => asciiText(value)),
    native('hash', 'object', (value = null) => hashOf(value)),
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
    native('chr', 'i', (code = null) => {
      const point = integer(code);
      if (point < 0n || point > 0x10ffffn) throw valueError('chr() arg not in range(0x110000)');
      return String.fromCodePoint(Number(point));
    }),
    native('ord', 'c', (char = null) => {
      if (char instanceof PythonBytes && char.text.length === 1) return BigInt(char.text.charCodeAt(0));
      if (typeof char !== 'string')
        throw typeError(`ord() expected string of length 1, but ${typeNameOf(char ?? null)} found`);
      const text = char;
      if (lengthOf(text) !== 1) {
        throw typeError(`ord() expected a character, but string of length ${lengthOf(text)} found`);
      }
      return BigInt(text.codePointAt(0) ?? 0);
    }),
    native(
      'callable',
      'object',
      (value = null) => value instanceof PythonCallable || specialOf(value, '__call__') !== undefined,
    ),
  ];
}

function print({ positional, keywords }: CallArguments, write: (text: string) => void): null {
  const separator = toText(keywords.get('sep') ?? ' ');
  write(positional.map(toText).join(separator) + toText(keywords.get('end') ?? '\n'));
  return null;
}

function iteratorFunctions(): readonly NativeFunction[] {
  return [
    native('enumerate', 'iterable start?', (items = null, start = 0n) =>
      lazy('enumerate', numbered(iteratorOf(items), start)),
    ),
    new NativeFunction('zip', ({ positional, keywords }) => {
      for (const name of keywords.keys()) {
        if (name !== 'strict') throw typeError(`zip() got an unexpected keyword argument '${name}'`);
      }
      return lazy('zip', zipped(positional.map(iteratorOf), isTrue(keywords.get('strict') ?? false)));
    }),
    native('map', 'function *iterables', (call = null, all) => {
      const { items } = all as PythonTuple;
      if (items.length === 0) throw typeError('map() must have at least two arguments.');
      return lazy('map', mapped(call, items.map(iteratorOf)));
    }),
    native('filter', 'function iterable', (call = null, items = null) =>
      lazy('filter', filtered(call, iterate(items))),
    ),
    native('reversed', 'sequence', (items = null) => {
      const own = specialOf(items, '__reversed__');
      return own === undefined ? lazy('reversed', backwards(items)) : callValue(own, []);
    }),
    native('iter', 'iterable sentinel?', (items = null, sentinel) => {
      if (sentinel !== undefined) return lazy('callable_iterator', until(items, sentinel));
      const own = specialOf(items, '__iter__');
      if (own !== undefined) return callValue(own, []);
      return items instanceof PythonIterator ? items : lazy('iterator', iteratorOf(items));
    }),
    native('next', 'iterator default?', nextOf),
  ];
}

function nextOf(items: Value = null, missing?: Value): Value {
  const own = specialOf(items, '__next__');
  if (own !== undefined) {
    try {
      return callValue(own, []);
    } catch (error) {
      if (missing !== undefined && isException(error, 'StopIteration')) return missing;
      throw error;
    }
  }
  if (!(items instanceof PythonIterator)) throw typeError(`'${typeNameOf(items)}' object is not an iterator`);
  const step = items.next();
  if (step.done !== true) return step.value;
  if (missing === undefined) throw stopIteration(step.value);
  return missing;
}

function* until(call: Value, sentinel: Value): Generator<Value> {
  for (;;) {
    const value = callValue(call, []);
    if (isEqual(value, sentinel)) return;
    yield value;
  }
}

function backwards(items: Value): Iterator<Value> {
  if (
    items === null ||
    (typeof items !== 'object' && typeof items !== 'string') ||
    items instanceof PythonIterator ||
    items instanceof PythonSet
  ) {
    throw typeError(`'${typeNameOf(items)}' object is not reversible`);
  }
  return [...iterate(items)].reverse()[Symbol.iterator]();
}

function lazy(name: string, source: Iterator<Value>): Value {
  return new PythonIterator(name, source);
}

function* numbered(items: Iterator<Value>, start: Value): Generator<Value> {
  let index = integer(start);
  for (let step = items.next(); step.done !== true; step = items.next()) yield new PythonTuple([index++, step.value]);
}

function* zipped(iterators: readonly Iterator<Value>[], strict = false): Generator<PythonTuple> {
  while (iterators.length > 0) {
    const items: Value[] = [];
    for (const [index, iterator] of iterators.entries()) {
      const step = iterator.next();
      if (step.done === true) {
        if (strict) checkLengths(iterators, index);
        return;
      }
      items.push(step.value);
    }
    yield new PythonTuple(items);
  }
}

function checkLengths(iterators: readonly Iterator<Value>[], ended: number): void {
  const others = ended === 1 ? 'argument 1' : `arguments 1-${ended}`;
  if (ended > 0) throw valueError(`zip() argument ${ended + 1} is shorter than ${others}`);
  const longer = iterators.findIndex((each, index) => index > 0 && each.next().done !== true);
  const before = longer === 1 ? 'argument 1' : `arguments 1-${longer}`;
  if (longer > 0) throw valueError(`zip() argument ${longer + 1} is longer than ${before}`);
}

function* mapped(call: Value, all: readonly Iterator<Value>[]): Generator<Value> {
  for (const tuple of zipped(all)) yield callValue(call, tuple.items);
}

function* filtered(call: Value, items: Iterable<Value>): Generator<Value> {
  for (const item of items) if (isTrue(call === null ? item : callValue(call, [item]))) yield item;
}

function numberFunctions(): readonly NativeFunction[] {
  return [
    new NativeFunction('min', ({ positional, keywords }) => extreme('min', positional, keywords)),
    new NativeFunction('max', ({ positional, keywords }) => extreme('max', positional, keywords)),
    native('sum', 'iterable start?', (items = null, start = 0n) => {
      let total: Value = start;
      if (typeof start === 'string') throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
      for (const item of iterate(items)) total = operate('Add', total, item);
      return total;
    }),
    native('abs', 'x', (value = null) => {
      const number = asNumber(value);
      const own = specialOf(value, '__abs__');
      if (own !== undefined) return callValue(own, []);
      if (typeof number === 'number') return Math.abs(number);
      if (number === undefined) throw typeError(`bad operand type for abs(): '${typeNameOf(value)}'`);
      return number < 0 ? -number : number;
    }),
    native('round', 'number ndigits?', rounded),
    native('pow', 'base exp mod?', powered),
    native('divmod', 'a b', (a = null, b = null) => new PythonTuple([operate('FloorDiv', a, b), operate('Mod', a, b)])),
    native('hex', 'x', (value = null) => formatValue(integer(value), '#x')),
    native('oct', 'x', (value = null) => formatValue(integer(value), '#o')),
    native('bin', 'x', (value = null) => formatValue(integer(value), '#b')),
  ];
}

function integer(value: Value): bigint {
  const number = asNumber(value);
  if (typeof number === 'bigint') return number;
  const own = specialOf(value, '__index__');
  if (own !== undefined) return integer(callValue(own, []));
  throw typeError(`'${typeNameOf(value)}' object cannot be interpreted as an integer`);
}

function powered(base: Value = null, exponent: Value = null, modulus: Value = null): Value {
  if (modulus === null) return operate('Pow', base, exponent);
  const [value, times, by] = [integer(base), integer(exponent), integer(modulus)];
  if (by === 0n) throw valueError('pow() 3rd argument cannot be 0');
  if (times < 0n)
    throw new UnsupportedConstruct('`pow` with a negative exponent and a modulus', 'compute the inverse another way');
  let result: Value = operate('Mod', 1n, by);
  let square: Value = operate('Mod', value, by);
  for (let left = times; left > 0n; left >>= 1n) {
    spend(1);
    if (left & 1n) result = operate('Mod', operate('Mult', result, square), by);
    square = operate('Mod', operate('Mult', square, square), by);
  }
  return result;
}

/** To a multiple of a power of ten, halves to the even one. */
function roundInteger(value: bigint, digits: bigint): bigint {
  if (digits >= 0n) return value;
  if (-digits > 5000n) return 0n;
  const unit = 10n ** -digits;
  const rest = ((value % unit) + unit) % unit;
  const down = value - rest;
  if (rest * 2n < unit) return down;
  return rest * 2n > unit || (down / unit) % 2n !== 0n ? down + unit : down;
}

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
function rounded(value: Value | undefined, digits: Value | undefined): Value {
  const own = specialOf(value ?? null, '__round__');
  if (own !== undefined) return callValue(own, digits === undefined ? [] : [digits]);
  const number = asNumber(value ?? null);
  if (number === undefined) throw typeError(`type ${typeNameOf(value ?? null)} doesn't define __round__ method`);
  if (typeof number === 'bigint')
    return digits === undefined || digits === null ? number : roundInteger(number, integer(digits));
  if (digits === undefined || digits === null) {
    if (Number.isFinite(number)) return BigInt(formatValue(number, '.0f'));
    if (Number.isNaN(number)) throw valueError('cannot convert float NaN to integer');
    throw new PythonException('OverflowError', 'cannot convert float infinity to integer');
  }
  const places = integer(digits);
  if (places > 300n || !Number.isFinite(number)) return number;
  if (places >= 0n) return Number(formatValue(number, `.${places > 100n ? 100n : places}f`));
  const scale = 10 ** Number(-places);
  return Number.isFinite(scale) ? Number(formatValue(number / scale, '.0f')) * scale : 0;
}

function extreme(name: 'min' | 'max', positional: readonly Value[], keywords: ReadonlyMap<string, Value>): Value {
  const key = keywords.get('key') ?? null;
  const [only = null] = positional;
  if (positional.length === 0) throw typeError(`${name} expected at least 1 argument, got 0`);
  let best: { readonly item: Value; readonly key: Value } | undefined;
  for (const item of positional.length === 1 ? iterate(only) : positional) {
    const rank = key === null ? item : callValue(key, [item]);
    if (best === undefined || (name === 'min' ? isOrdered('<', rank, best.key) : isOrdered('>', rank, best.key))) {
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
    native('isinstance', 'object classinfo', (value = null, types = null) =>
      isAny(classOf(value), types, 'isinstance'),
    ),
    native('issubclass', 'class classinfo', (cls = null, types = null) => {
      if (!(cls instanceof PythonClass)) throw typeError('issubclass() arg 1 must be a class');
      return isAny(cls, types, 'issubclass');
    }),
    native(
      'hasattr',
      'object name',
      (value = null, name) => found(value, attributeName(name, 'hasattr')) !== undefined,
    ),
    native('getattr', 'object name default?', (value = null, name, missing) => {
      const key = attributeName(name, 'getattr');
      if (missing === undefined) return attributeOf(value, key);
      const item = found(value, key);
      return item === undefined ? missing : item;
    }),
    native('setattr', 'object name value', (value = null, name, item = null) => {
      setAttribute(value, attributeName(name, 'setattr'), item);
      return null;
    }),
    native('delattr', 'object name', (value = null, name) => {
      deleteAttribute(value, attributeName(name, 'delattr'));
      return null;
    }),
    native('vars', 'object', (value = null) => attributeOf(value, '__dict__')),
    native('dir', 'object', (value = null) => new PythonList(sortedTexts(namesIn(value)))),
  ];
}

function attributeName(name: Value | undefined, what: string): string {
  if (typeof name === 'string') return name;
  throw typeError(`${what}(): attribute name must be string`);
}

function found(value: Value, name: string): Value | undefined {
  try {
    return findAttribute(value, name);
  } catch (error) {
    if (isException(error, 'AttributeError')) return undefined;
    throw error;
  }
}

function isAny(cls: PythonClass, types: Value, what: string): boolean {
  if (types instanceof PythonTuple) return types.items.some((each) => isAny(cls, each, what));
  if (types instanceof PythonClass) return cls.isSubclassOf(types);
  const kind =
    what === 'isinstance' ? 'a type, a tuple of types, or a union' : 'a class, a tuple of classes, or a union';
  throw typeError(`${what}() arg 2 must be ${kind}`);
}

function namesIn(value: Value): Iterable<string> {
  const names = new Set<string>();
  if (value instanceof PythonModule) for (const name of value.members.keys()) names.add(name);
  else if (value !== null && typeof value === 'object')
    for (const name of value.custom?.fields.keys() ?? []) names.add(name);
  const cls = value instanceof PythonClass ? value : classOf(value);
  for (const each of cls.mro) for (const name of each.members.keys()) names.add(name);
  return names;
}
