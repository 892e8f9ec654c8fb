import { noKeywords, PythonCallable, PythonIterator, type PythonObject, typeNameOf, type Value } from './objects.ts';
import { PythonException, typeError } from './python-error.ts';

/** What `for x in value` goes through. Throws TypeError when there is nothing to go through. */
export function iterate(value: Value): Iterable<Value> {
  if (typeof value === 'string') return value;
  const found = value !== null && typeof value === 'object' ? iterateObject(value) : undefined;
  if (found !== undefined) return found;
  throw typeError(`'${typeNameOf(value)}' object is not iterable`);
}

function iterateObject(value: PythonObject): Iterable<Value> | undefined {
  if (value.custom !== undefined) {
    const start = value.special('__iter__');
    if (start !== undefined) return iterator(callValue(start, []));
    const item = value.special('__getitem__');
    if (item !== undefined && value.iterable() === undefined) return byIndex(item);
  }
  return value.iterable();
}

/** Goes through an iterator that `__iter__` gave. */
function iterator(value: Value): Iterable<Value> {
  if (value instanceof PythonIterator) return value;
  const next = value !== null && typeof value === 'object' ? value.special('__next__') : undefined;
  if (next === undefined) throw typeError(`iter() returned non-iterator of type '${typeNameOf(value)}'`);
  return stepping(next);
}

function* stepping(next: PythonCallable): Generator<Value> {
  for (;;) {
    let value: Value;
    try {
      value = callValue(next, []);
    } catch (error) {
      if (error instanceof PythonException && error.typeName === 'StopIteration') return;
      throw error;
    }
    yield value;
  }
}

function* byIndex(item: PythonCallable): Generator<Value> {
  for (let index = 0n; ; index++) {
    let value: Value;
    try {
      value = callValue(item, [index]);
    } catch (error) {
      if (error instanceof PythonException && error.typeName === 'IndexError') return;
      throw error;
    }
    yield value;
  }
}

/** `bool(value)`. */
export function isTrue(value: Value): boolean {
  if (typeof value !== 'object') return Boolean(value);
  if (value === null) return false;
  if (value.custom === undefined) return value.count() !== 0;
  const own = value.special('__bool__');
  if (own !== undefined) return callValue(own, []) === true;
  return !hasLength(value) || lengthOf(value) > 0;
}

/** Whether `len()` works. */
export function hasLength(value: Value): boolean {
  if (typeof value === 'string') return true;
  if (value === null || typeof value !== 'object') return false;
  return value.special('__len__') !== undefined || value.count() !== undefined;
}

/** `len(value)`; strings count code points. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return hasSurrogates(value) ? countPoints(value) : value.length;
  if (value !== null && typeof value === 'object') {
    const own = value.special('__len__');
    const length = own === undefined ? value.count() : toIndex(callValue(own, []));
    if (length !== undefined) return length;
  }
  throw typeError(`object of type '${typeNameOf(value)}' has no len()`);
}

function countPoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const surrogates = /[\ud800-\udfff]/;

/** Whether UTF-16 units and code points differ. */
export function hasSurrogates(text: string): boolean {
  return surrogates.test(text);
}

/** Calls a value. Throws TypeError when it cannot be called. */
export function callValue(
  callee: Value,
  positional: readonly Value[],
  keywords: ReadonlyMap<string, Value> = noKeywords,
): Value {
  if (callee instanceof PythonCallable) return callee.call({ positional, keywords });
  const own = callee !== null && typeof callee === 'object' ? callee.special('__call__') : undefined;
  if (own !== undefined) return own.call({ positional, keywords });
  throw typeError(`'${typeNameOf(callee)}' object is not callable`);
}

/** A whole number that JavaScript can index with. Throws TypeError for other types, OverflowError when too large. */
export function toIndex(value: Value): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const own = value !== null && typeof value === 'object' ? value.special('__index__') : undefined;
  if (own !== undefined) return toIndex(callValue(own, []));
  if (typeof value !== 'bigint') {
    throw typeError(`'${typeNameOf(value)}' object cannot be interpreted as an integer`);
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new PythonException('OverflowError', "cannot fit 'int' into an index-sized integer");
  }
  return number;
}

/** `next` steps of an iterator for functions that walk several at once. */
export function iteratorOf(value: Value): Iterator<Value> {
  return iterate(value)[Symbol.iterator]();
}

/** Whether a value has a method for an operator, given by Python code. */
export function specialOf(value: Value, name: string): PythonCallable | undefined {
  return value !== null && typeof value === 'object' ? value.special(name) : undefined;
}
