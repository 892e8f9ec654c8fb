import { PythonBytes } from './bytes.ts';
import { reserve, spendOn } from './meter.ts';
import { PythonClass } from './python-class.ts';
import { PythonException, typeError, valueError } from './python-error.ts';
import { represent } from './represent.ts';
import {
  callValue,
  hasSurrogates,
  iterate,
  PythonAttributes,
  PythonDict,
  PythonList,
  PythonRange,
  PythonSlice,
  PythonTuple,
  specialOf,
  toIndex,
  typeNameOf,
  type Value,
} from './value.ts';

/** `value[key]`. Throws IndexError, KeyError or TypeError. */
export function subscript(value: Value, key: Value): Value {
  const own = specialOf(value, '__getitem__');
  if (own !== undefined) return callValue(own, [key]);
  return plainSubscript(value, key);
}

/** `value[key]` as builtins do it, whatever Python code defines. */
export function plainSubscript(value: Value, key: Value): Value {
  if (value instanceof PythonDict) return dictItem(value, key);
  if (typeof value === 'string') {
    const units = hasSurrogates(value) ? Array.from(value) : value;
    if (key instanceof PythonSlice) return [...pick(units.length, key)].map((index) => units[index]).join('');
    return units[position('string', units.length, key)] ?? '';
  }
  if (value instanceof PythonList || value instanceof PythonTuple) return subscriptItems(value, key);
  if (value instanceof PythonRange) return rangeItem(value, key);
  if (value instanceof PythonBytes) return bytesItem(value, key);
  if (value instanceof PythonClass) return value;
  if (value instanceof PythonAttributes) {
    const item = value.attribute('__getitem__');
    if (item !== undefined) return callValue(item, [key]);
  }
  throw typeError(`'${typeNameOf(value)}' object is not subscriptable`);
}

function dictItem(value: PythonDict, key: Value): Value {
  const found = value.get(key);
  if (found !== undefined) return found;
  const own = specialOf(value, '__missing__');
  const made = own === undefined ? value.missing(key) : callValue(own, [key]);
  if (made === undefined) throw keyError(key);
  return made;
}

function bytesItem(value: PythonBytes, key: Value): Value {
  if (!(key instanceof PythonSlice)) return BigInt(value.text.charCodeAt(position('index', value.text.length, key)));
  return new PythonBytes([...pick(value.text.length, key)].map((index) => value.text[index]).join(''));
}

function rangeItem(value: PythonRange, key: Value): Value {
  if (!(key instanceof PythonSlice)) {
    return value.start + value.step * BigInt(position('range object', value.length, key));
  }
  const indices = sliceBounds(value.length, key);
  const at = (index: number): bigint => value.start + value.step * BigInt(index);
  return new PythonRange(at(indices.start), at(indices.stop), value.step * BigInt(indices.step));
}

/** `value[key] = item`. Throws TypeError, IndexError. */
export function assignItem(value: Value, key: Value, item: Value): void {
  const own = specialOf(value, '__setitem__');
  if (own !== undefined) callValue(own, [key, item]);
  else plainAssignItem(value, key, item);
}

/** `value[key] = item` as builtins do it. */
export function plainAssignItem(value: Value, key: Value, item: Value): void {
  if (value instanceof PythonDict) {
    reserve(120);
    value.set(key, item);
  } else if (value instanceof PythonList) assignInList(value, key, item);
  else if (value instanceof PythonAttributes && value.attribute('__setitem__') !== undefined) {
    callValue(value.attribute('__setitem__') ?? null, [key, item]);
  } else throw typeError(`'${typeNameOf(value)}' object does not support item assignment`);
}

function assignInList(list: PythonList, key: Value, item: Value): void {
  if (!(key instanceof PythonSlice)) {
    list.items[position('list', list.items.length, key, 'assignment ')] = item;
    return;
  }
  const items = iterableItems(item);
  const { start, stop, step } = sliceBounds(list.items.length, key);
  reserve(items.length * 8);
  if (step === 1) {
    const tail = list.items.splice(start);
    for (const each of items) list.items.push(each);
    for (const each of tail.slice(Math.max(stop - start, 0))) list.items.push(each);
    return;
  }
  const indices = [...pick(list.items.length, key)];
  if (indices.length !== items.length) {
    throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${indices.length}`);
  }
  for (const [at, index] of indices.entries()) list.items[index] = items[at] ?? null;
}

function iterableItems(value: Value): readonly Value[] {
  if (typeof value !== 'string' && (value === null || typeof value !== 'object')) {
    throw typeError('can only assign an iterable');
  }
  return [...iterate(value)];
}

/** `del value[key]`. Throws KeyError, IndexError, TypeError. */
export function deleteItem(value: Value, key: Value): void {
  const own = specialOf(value, '__delitem__');
  if (own !== undefined) callValue(own, [key]);
  else plainDeleteItem(value, key);
}

/** `del value[key]` as builtins do it. */
export function plainDeleteItem(value: Value, key: Value): void {
  if (value instanceof PythonDict) {
    if (!value.delete(key)) throw keyError(key);
  } else if (value instanceof PythonList) deleteFromList(value, key);
  else if (value instanceof PythonAttributes && value.attribute('__delitem__') !== undefined) {
    callValue(value.attribute('__delitem__') ?? null, [key]);
  } else throw typeError(`'${typeNameOf(value)}' object doesn't support item deletion`);
}

function deleteFromList(list: PythonList, key: Value): void {
  if (!(key instanceof PythonSlice)) {
    list.items.splice(position('list', list.items.length, key, 'assignment '), 1);
    return;
  }
  const gone = new Set(pick(list.items.length, key));
  const kept = list.items.filter((_, index) => !gone.has(index));
  list.items.length = 0;
  for (const each of kept) list.items.push(each);
}

function subscriptItems(value: PythonList | PythonTuple, key: Value): Value {
  if (key instanceof PythonSlice) {
    const items = [...pick(value.items.length, key)].map((index) => value.items[index] ?? null);
    return value instanceof PythonList ? new PythonList(items) : new PythonTuple(items);
  }
  return value.items[position(value.typeName, value.items.length, key)] ?? null;
}

function position(what: string, length: number, key: Value, verb = ''): number {
  if (typeof key !== 'bigint' && typeof key !== 'boolean' && specialOf(key, '__index__') === undefined) {
    const kind = what === 'index' ? 'byte' : what.replace(' object', '');
    const names = what === 'string' ? 'string indices must be integers' : `${kind} indices must be integers or slices`;
    throw typeError(`${names}, not ${what === 'string' ? `'${typeNameOf(key)}'` : typeNameOf(key)}`);
  }
  const index = toIndex(key);
  const found = index < 0 ? index + length : index;
  if (found < 0 || found >= length)
    throw new PythonException(
      'IndexError',
      what === 'index' ? 'index out of range' : `${what} ${verb}index out of range`,
    );
  return found;
}

/** The indices that a slice names. */
export function* pick(length: number, slice: PythonSlice): Generator<number> {
  const { start, stop, step } = sliceBounds(length, slice);
  spendOn(Math.abs(stop - start) / Math.abs(step), 'hashes');
  for (let index = start; step > 0 ? index < stop : index > stop; index += step) yield index;
}

/** `slice.indices(length)`. */
export function sliceBounds(
  length: number,
  slice: PythonSlice,
): { readonly start: number; readonly stop: number; readonly step: number } {
  const step = slice.step === null ? 1 : bound(slice.step);
  if (step === 0) throw valueError('slice step cannot be zero');
  const lowest = step > 0 ? 0 : -1;
  const highest = step > 0 ? length : length - 1;
  const clamp = (value: Value, missing: number): number => {
    if (value === null) return missing;
    const index = bound(value);
    return Math.min(Math.max(index < 0 ? index + length : index, lowest), highest);
  };
  return {
    start: clamp(slice.start, step > 0 ? 0 : length - 1),
    stop: clamp(slice.stop, step > 0 ? length : -1),
    step,
  };
}

/** A bound of a slice; numbers beyond what JavaScript can index are as good as the end. */
function bound(value: Value): number {
  if (typeof value !== 'bigint' && typeof value !== 'boolean') {
    throw typeError('slice indices must be integers or None or have an __index__ method');
  }
  return Number(value);
}

/** The error for a key that is not there. */
export function keyError(key: Value): PythonException {
  return new PythonException('KeyError', represent(key), [key]);
}
