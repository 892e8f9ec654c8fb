import { typeError } from './python-error.ts';
import {
  hasSurrogates,
  iterate,
  lengthOf,
  PythonDict,
  PythonList,
  PythonRange,
  PythonSet,
  PythonTuple,
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
  const first = asNumber(left);
  const second = asNumber(right);
  // Loose on purpose: it compares an int with a float by value.
  // biome-ignore lint/suspicious/noDoubleEquals: bigint and number are equal only this way
  if (first !== undefined && second !== undefined) return first == second;
  if (left instanceof PythonList && right instanceof PythonList) return sameItems(left.items, right.items);
  if (left instanceof PythonTuple && right instanceof PythonTuple) return sameItems(left.items, right.items);
  if (left instanceof PythonRange && right instanceof PythonRange) return sameItems([...left], [...right]);
  if (left instanceof PythonSet && right instanceof PythonSet) return left.size === right.size && isSubset(left, right);
  if (left instanceof PythonDict && right instanceof PythonDict) return sameEntries(left, right);
  return false;
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
  if (left instanceof PythonList && right instanceof PythonList) return orderItems(left.items, right.items, sign);
  if (left instanceof PythonTuple && right instanceof PythonTuple) return orderItems(left.items, right.items, sign);
  throw typeError(`'${sign}' not supported between instances of '${typeNameOf(left)}' and '${typeNameOf(right)}'`);
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

/** `left <op> right` for `<`, `<=`, `>`, `>=`; sets compare by inclusion. */
export function isOrdered(sign: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  if (left instanceof PythonSet && right instanceof PythonSet) {
    const [small, large] = sign.startsWith('<') ? [left, right] : [right, left];
    return isSubset(small, large) && (sign.endsWith('=') || small.size < large.size);
  }
  if (Number.isNaN(left) || Number.isNaN(right)) return false;
  const distance = order(left, right, sign);
  if (distance === 0) return sign.endsWith('=');
  return sign.startsWith('<') ? distance < 0 : distance > 0;
}

/** `item in container`. */
export function isContained(item: Value, container: Value): boolean {
  if (typeof container === 'string') {
    if (typeof item !== 'string') {
      throw typeError(`'in <string>' requires string as left operand, not ${typeNameOf(item)}`);
    }
    return container.includes(item);
  }
  if (container instanceof PythonSet || container instanceof PythonDict) return container.has(item);
  if (container === null || typeof container !== 'object') {
    throw typeError(`argument of type '${typeNameOf(container)}' is not iterable`);
  }
  for (const each of iterate(container)) if (isEqual(each, item)) return true;
  return false;
}

/** Whether every item of `small` is in `large`. */
export function isSubset(small: PythonSet, large: PythonSet): boolean {
  return small.size <= large.size && small.values().every((item) => large.has(item));
}

function sameItems(left: readonly Value[], right: readonly Value[]): boolean {
  return left.length === right.length && left.every((item, index) => isEqual(item, right[index] ?? null));
}

function sameEntries(left: PythonDict, right: PythonDict): boolean {
  if (lengthOf(left) !== lengthOf(right)) return false;
  return left.entries().every(([key, value]) => {
    const other = right.get(key);
    return other !== undefined && isEqual(value, other);
  });
}

function orderItems(left: readonly Value[], right: readonly Value[], sign: string): number {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const first = left[index] ?? null;
    const second = right[index] ?? null;
    if (!isEqual(first, second)) return order(first, second, sign);
  }
  return left.length - right.length;
}
