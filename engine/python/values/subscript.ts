import { PythonException, typeError, valueError } from './python-error.ts';
import { represent } from './represent.ts';
import {
  callValue,
  hasSurrogates,
  PythonAttributes,
  PythonDict,
  PythonList,
  PythonRange,
  PythonSlice,
  PythonTuple,
  toIndex,
  typeNameOf,
  type Value,
} from './value.ts';

/** `value[key]`. Throws IndexError, KeyError or TypeError. */
export function subscript(value: Value, key: Value): Value {
  if (value instanceof PythonDict) {
    const found = value.get(key);
    if (found === undefined) throw new PythonException('KeyError', represent(key));
    return found;
  }
  if (typeof value === 'string') {
    const units = hasSurrogates(value) ? Array.from(value) : value;
    if (key instanceof PythonSlice) return [...pick(units.length, key)].map((index) => units[index]).join('');
    return units[position('string', units.length, key)] ?? '';
  }
  if (value instanceof PythonList || value instanceof PythonTuple) return subscriptItems(value, key);
  if (value instanceof PythonRange) return subscriptItems(new PythonTuple([...value]), key);
  if (value instanceof PythonAttributes) {
    const item = value.attribute('__getitem__');
    if (item !== undefined) return callValue(item, [key]);
  }
  throw typeError(`'${typeNameOf(value)}' object is not subscriptable`);
}

function subscriptItems(value: PythonList | PythonTuple, key: Value): Value {
  if (key instanceof PythonSlice) {
    const items = [...pick(value.items.length, key)].map((index) => value.items[index] ?? null);
    return value instanceof PythonList ? new PythonList(items) : new PythonTuple(items);
  }
  return value.items[position(value.typeName, value.items.length, key)] ?? null;
}

function position(what: string, length: number, key: Value): number {
  if (typeof key !== 'bigint' && typeof key !== 'boolean') {
    const names = what === 'string' ? 'string indices must be integers' : `${what} indices must be integers or slices`;
    throw typeError(`${names}, not ${what === 'string' ? `'${typeNameOf(key)}'` : typeNameOf(key)}`);
  }
  const index = toIndex(key);
  const found = index < 0 ? index + length : index;
  if (found < 0 || found >= length) throw new PythonException('IndexError', `${what} index out of range`);
  return found;
}

/** The indices that a slice names. */
export function* pick(length: number, slice: PythonSlice): Generator<number> {
  const step = slice.step === null ? 1 : bound(slice.step);
  if (step === 0) throw valueError('slice step cannot be zero');
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? length : length - 1;
  const clamp = (value: Value, missing: number): number => {
    if (value === null) return missing;
    const index = bound(value);
    return Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  };
  const start = clamp(slice.start, step > 0 ? 0 : length - 1);
  const stop = clamp(slice.stop, step > 0 ? length : -1);
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) yield index;
}

/** A bound of a slice; numbers beyond what JavaScript can index are as good as the end. */
function bound(value: Value): number {
  if (typeof value !== 'bigint' && typeof value !== 'boolean') {
    throw typeError('slice indices must be integers or None or have an __index__ method');
  }
  return Number(value);
}
