import { PythonBytes } from './bytes.ts';
import { DictView } from './dict-view.ts';
import { enter, leave, spendOn } from './meter.ts';
import { typeError } from './python-error.ts';
import { notImplemented } from './singletons.ts';
import {
  callValue,
  hashKey,
  hasSurrogates,
  isTrue,
  iterate,
  PythonAttributes,
  PythonDict,
  PythonList,
  type PythonObject,
  PythonRange,
  PythonSet,
  PythonTuple,
  specialOf,
  typeNameOf,
  type Value,
} from './value.ts';

/** Numbers of any kind in a form that compares; `undefined` for what is no number. */
export function asNumber(value: Value): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? BigInt(value) : undefined;
}

/** `left == right`. */
export function isEqual(left: Value, right: Value): boolean {
  if (left === right) return true;
  const objects = isObject(left) || isObject(right);
  return objects ? equalWithObject(left, right) : equalPlain(left, right);
}

function isObject(value: Value): boolean {
  return value !== null && typeof value === 'object';
}

function equalPlain(left: Value, right: Value): boolean {
  const first = asNumber(left);
  const second = asNumber(right);
  // Loose on purpose: it compares an int with a float by value.
  // biome-ignore lint/suspicious/noDoubleEquals: bigint and number are equal only this way
  return first !== undefined && second !== undefined && first == second;
}

function equalWithObject(left: Value, right: Value): boolean {
  const own = askSpecial(['__eq__', '__eq__'], left, right);
  if (own !== undefined) return own;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  enter();
  try {
    return equalObjects(left, right);
  } finally {
    leave();
  }
}

function equalObjects(left: PythonObject, right: PythonObject): boolean {
  if (left instanceof PythonList && right instanceof PythonList) return sameItems(left.items, right.items);
  if (left instanceof PythonTuple && right instanceof PythonTuple) return sameItems(left.items, right.items);
  if (left instanceof PythonRange && right instanceof PythonRange) return hashKey(left) === hashKey(right);
  if (left instanceof PythonBytes && right instanceof PythonBytes) return left.text === right.text;
  if (left instanceof PythonDict && right instanceof PythonDict) return left.equals(right, isEqual);
  const first = asSet(left);
  const second = asSet(right);
  return first !== undefined && second !== undefined && first.size === second.size && isSubset(first, second);
}

/** A set, or the view of a dict that behaves as one. */
export function asSet(value: Value): PythonSet | undefined {
  if (value instanceof PythonSet) return value;
  return value instanceof DictView && value.isSet ? new PythonSet(value.values()) : undefined;
}

/** What Python code says when it defines the comparison, on the left or, mirrored, on the right. */
function askSpecial([name, mirrored]: readonly [string, string], left: Value, right: Value): boolean | undefined {
  const own = specialOf(left, name);
  const first = own === undefined ? notImplemented : callValue(own, [right]);
  if (first !== notImplemented) return isTrue(first);
  const other = specialOf(right, mirrored);
  const second = other === undefined ? notImplemented : callValue(other, [left]);
  return second === notImplemented ? undefined : isTrue(second);
}

/** `left is right`. Equal constants are the same object; other values are compared by identity. */
export function isSame(left: Value, right: Value): boolean {
  return left === right;
}

/** Negative, zero or positive as `left` sorts before, with or after `right`. Throws TypeError for other pairs. */
export function order(left: Value, right: Value, sign = '<'): number {
  const first = asNumber(left);
  const second = asNumber(right);
  if (first !== undefined && second !== undefined) return first < second ? -1 : first > second ? 1 : 0;
  if (typeof left === 'string' && typeof right === 'string') return orderTexts(left, right);
  const distance = orderSequences(left, right, sign);
  if (distance !== undefined) return distance;
  if (specialOf(left, '__lt__') ?? specialOf(right, '__gt__')) return askSpecial(mirrors['<'], left, right) ? -1 : 1;
  throw typeError(`'${sign}' not supported between instances of '${typeNameOf(left)}' and '${typeNameOf(right)}'`);
}

function orderSequences(left: Value, right: Value, sign: string): number | undefined {
  if (left instanceof PythonList && right instanceof PythonList) return orderItems(left.items, right.items, sign);
  if (left instanceof PythonTuple && right instanceof PythonTuple) return orderItems(left.items, right.items, sign);
  const bytes = left instanceof PythonBytes && right instanceof PythonBytes;
  return bytes ? orderTexts(left.text, right.text) : undefined;
}

/** Code point order. */
export function orderTexts(left: string, right: string): number {
  if (!hasSurrogates(left) && !hasSurrogates(right)) return left < right ? -1 : left > right ? 1 : 0;
  const first = Array.from(left, (char) => char.codePointAt(0) ?? 0);
  const second = Array.from(right, (char) => char.codePointAt(0) ?? 0);
  for (let index = 0; index < Math.min(first.length, second.length); index++) {
    const distance = (first[index] ?? 0) - (second[index] ?? 0);
    if (distance !== 0) return distance;
  }
  return first.length - second.length;
}

const mirrors = {
  '<': ['__lt__', '__gt__'],
  '<=': ['__le__', '__ge__'],
  '>': ['__gt__', '__lt__'],
  '>=': ['__ge__', '__le__'],
} as const;

/** `left <op> right` for `<`, `<=`, `>`, `>=`; sets compare by inclusion. */
export function isOrdered(sign: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  if (isCustom(left) || isCustom(right)) {
    const own = askSpecial(mirrors[sign], left, right);
    if (own !== undefined) return own;
  }
  const first = asSet(left);
  const second = asSet(right);
  if (first !== undefined && second !== undefined) {
    const [small, large] = sign.startsWith('<') ? [first, second] : [second, first];
    return isSubset(small, large) && (sign.endsWith('=') || small.size < large.size);
  }
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  const distance = order(left, right, sign);
  if (distance === 0) return sign.endsWith('=');
  return sign.startsWith('<') ? distance < 0 : distance > 0;
}

function isCustom(value: Value): boolean {
  return value !== null && typeof value === 'object' && value.custom !== undefined;
}

/** `item in container`. */
export function isContained(item: Value, container: Value): boolean {
  const own = specialOf(container, '__contains__');
  if (own !== undefined) return isTrue(callValue(own, [item]));
  if (typeof container === 'string') {
    if (typeof item !== 'string') {
      throw typeError(`'in <string>' requires string as left operand, not ${typeNameOf(item)}`);
    }
    spendOn(container.length, 'characters');
    return container.includes(item);
  }
  if (container instanceof PythonSet || container instanceof PythonDict) return container.has(item);
  if (container === null || typeof container !== 'object') {
    throw typeError(`argument of type '${typeNameOf(container)}' is not iterable`);
  }
  return isPart(item, container);
}

function isPart(item: Value, container: PythonObject): boolean {
  if (container instanceof PythonBytes) return bytePart(item, container);
  if (container instanceof DictView && container.typeName === 'dict_keys') return container.dict.has(item);
  if (container instanceof PythonRange && typeof item === 'bigint') return inRange(item, container);
  if (container instanceof PythonAttributes) {
    const contains = container.attribute('__contains__');
    if (contains !== undefined) return isTrue(callValue(contains, [item]));
  }
  if (
    container.iterable() === undefined &&
    specialOf(container, '__iter__') === undefined &&
    specialOf(container, '__getitem__') === undefined
  ) {
    throw typeError(`argument of type '${typeNameOf(container)}' is not iterable`);
  }
  spendOn(container.count() ?? 0, 'items');
  for (const each of iterate(container)) if (isEqual(each, item)) return true;
  return false;
}

function bytePart(item: Value, container: PythonBytes): boolean {
  if (item instanceof PythonBytes) return container.text.includes(item.text);
  if (typeof item === 'bigint') return container.text.includes(String.fromCharCode(Number(item)));
  throw typeError(`a bytes-like object is required, not '${typeNameOf(item)}'`);
}

function inRange(item: bigint, { start, stop, step }: PythonRange): boolean {
  const inside = step > 0n ? item >= start && item < stop : item <= start && item > stop;
  return inside && (item - start) % step === 0n;
}

/** Whether every item of `small` is in `large`. */
export function isSubset(small: PythonSet, large: PythonSet): boolean {
  return small.size <= large.size && small.values().every((item) => large.has(item));
}

function sameItems(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
}

/** `left <op> right` of a comparison, by the names of Python's tree. */
export function compareBy(operator: string, left: Value, right: Value): boolean {
  switch (operator) {
    case 'Eq':
      return isEqual(left, right);
    case 'NotEq':
      return isDifferent(left, right);
    case 'Lt':
      return isOrdered('<', left, right);
    case 'LtE':
      return isOrdered('<=', left, right);
    case 'Gt':
      return isOrdered('>', left, right);
    case 'GtE':
      return isOrdered('>=', left, right);
    case 'Is':
      return isSame(left, right);
    case 'IsNot':
      return !isSame(left, right);
    case 'In':
      return isContained(left, right);
    default:
      return !isContained(left, right);
  }
}

function isDifferent(left: Value, right: Value): boolean {
  if (isCustom(left) || isCustom(right)) {
    const own = askSpecial(['__ne__', '__ne__'], left, right);
    if (own !== undefined) return own;
  }
  return Number.isNaN(left) || !isEqual(left, right);
}

function orderItems(left: readonly Value[], right: readonly Value[], sign: string): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const first = left[index] ?? null;
    const second = right[index] ?? null;
    if (!isEqual(first, second)) return order(first, second, sign);
  }
  return left.length - right.length;
}
