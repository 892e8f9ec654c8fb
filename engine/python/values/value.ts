import { LimitReached, PythonException, typeError, UnsupportedConstruct } from './python-error.ts';

/** A Python value. None is null, int is bigint, float is number, str is string; all else is an object of ours. */
export type Value = null | boolean | bigint | number | string | PythonObject;

/** Largest text or collection that code may build. */
export const maxSize = 10_000_000;

/** Anything that has no JavaScript counterpart. */
export abstract class PythonObject {
  /** The name that `type(x).__name__` gives. */
  abstract readonly typeName: string;
}

/** Arguments of a call, as evaluated. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** Something that can be called. */
export abstract class PythonCallable extends PythonObject {
  abstract readonly name: string;
  abstract call(given: CallArguments): Value;

  /** `undefined` when there is no such attribute. */
  attribute(_name: string): Value | undefined {
    return undefined;
  }
}

/** `list`: the only sequence that changes. */
export class PythonList extends PythonObject {
  readonly typeName = 'list';
  readonly items: Value[];

  constructor(items: Value[]) {
    super();
    this.items = items;
  }
}

/** `tuple`. */
export class PythonTuple extends PythonObject {
  readonly typeName = 'tuple';
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }
}

/** `range`. */
export class PythonRange extends PythonObject {
  readonly typeName = 'range';
  readonly start: bigint;
  readonly stop: bigint;
  readonly step: bigint;

  constructor(start: bigint, stop: bigint, step: bigint) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  /** How many numbers it holds. */
  get length(): number {
    const distance = this.step > 0n ? this.stop - this.start : this.start - this.stop;
    const step = this.step > 0n ? this.step : -this.step;
    return distance <= 0n ? 0 : Number((distance + step - 1n) / step);
  }

  *[Symbol.iterator](): Generator<bigint> {
    const count = this.length;
    for (let index = 0; index < count; index++) {
      if (index >= maxSize) throw new LimitReached(`goes through more than ${maxSize} numbers`);
      yield this.start + BigInt(index) * this.step;
    }
  }
}

/** `x[a:b:c]` on its way to the subscript. */
export class PythonSlice extends PythonObject {
  readonly typeName = 'slice';
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;

  constructor(start: Value, stop: Value, step: Value) {
    super();
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** A lazy iterator: generator expressions, map, filter, zip, enumerate, reversed. */
export class PythonIterator extends PythonObject implements Iterable<Value> {
  readonly typeName: string;
  readonly #source: Iterator<Value>;

  constructor(typeName: string, source: Iterator<Value>) {
    super();
    this.typeName = typeName;
    this.#source = source;
  }

  next(): IteratorResult<Value> {
    return this.#source.next();
  }

  /** Not a generator: leaving a loop early must not end the iterator. */
  [Symbol.iterator](): Iterator<Value> {
    return { next: () => this.#source.next() };
  }
}

/** A module or a package: named values. */
export class PythonModule extends PythonObject {
  readonly typeName = 'module';
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;

  constructor(name: string, members: Readonly<Record<string, Value>>) {
    super();
    this.name = name;
    this.members = new Map(Object.entries(members));
  }
}

/** Objects whose attributes are their own business: `d`, patterns, matches. */
export abstract class PythonAttributes extends PythonObject {
  /** `undefined` when there is no such attribute. */
  abstract attribute(name: string): Value | undefined;

  /** What to throw for an attribute that there is not. */
  missing(name: string): Error {
    return new PythonException('AttributeError', `'${this.typeName}' object has no attribute '${name}'`);
  }
}

/** A text that is equal for equal hashable values. Throws TypeError for unhashable ones. */
export function hashKey(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'string') return `s${value}`;
  if (typeof value === 'boolean') return value ? 'n1' : 'n0';
  if (typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'number') return Number.isInteger(value) ? `n${BigInt(value)}` : `n${value}`;
  if (value instanceof PythonTuple) return `t${value.items.map(lengthPrefixed).join('')}`;
  if (value instanceof PythonSet && value.frozen) return `f${[...value.keys()].sort().map(prefixed).join('')}`;
  if (value instanceof PythonList || value instanceof PythonDict || value instanceof PythonSet) {
    throw typeError(`unhashable type: '${value.typeName}'`);
  }
  throw new UnsupportedConstruct(`a ${value.typeName} object as a key`, 'use a string or a number as the key');
}

function lengthPrefixed(value: Value): string {
  return prefixed(hashKey(value));
}

function prefixed(key: string): string {
  return `${key.length}:${key}`;
}

/** `dict`, in insertion order. */
export class PythonDict extends PythonObject {
  readonly typeName = 'dict';
  readonly #entries = new Map<string, readonly [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(hashKey(key));
  }

  /** The first key that was equal stays. */
  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    this.#entries.set(hash, [this.#entries.get(hash)?.[0] ?? key, value]);
  }

  delete(key: Value): boolean {
    return this.#entries.delete(hashKey(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  entries(): readonly (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

/** `set` and `frozenset`; goes through its items in the order in which they were added. */
export class PythonSet extends PythonObject {
  readonly frozen: boolean;
  readonly #items = new Map<string, Value>();

  constructor(items: Iterable<Value> = [], frozen = false) {
    super();
    this.frozen = frozen;
    for (const item of items) this.add(item);
  }

  get typeName(): string {
    return this.frozen ? 'frozenset' : 'set';
  }

  get size(): number {
    return this.#items.size;
  }

  has(item: Value): boolean {
    return this.#items.has(hashKey(item));
  }

  add(item: Value): void {
    const key = hashKey(item);
    if (!this.#items.has(key)) this.#items.set(key, item);
  }

  delete(item: Value): boolean {
    return this.#items.delete(hashKey(item));
  }

  clear(): void {
    this.#items.clear();
  }

  values(): readonly Value[] {
    return [...this.#items.values()];
  }

  keys(): readonly string[] {
    return [...this.#items.keys()];
  }
}

/** `type(x).__name__`. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  return value.typeName;
}

/** What `for x in value` goes through. Throws TypeError when there is nothing to go through. */
export function iterate(value: Value): Iterable<Value> {
  if (typeof value === 'string') return value;
  if (value instanceof PythonList || value instanceof PythonTuple) return value.items;
  if (value instanceof PythonSet) return value.values();
  if (value instanceof PythonDict) return value.entries().map(([key]) => key);
  if (value instanceof PythonRange || value instanceof PythonIterator) return value;
  throw typeError(`'${typeNameOf(value)}' object is not iterable`);
}

/** `bool(value)`. */
export function isTrue(value: Value): boolean {
  if (value === null) return false;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return Boolean(value);
  if (typeof value === 'string') return value !== '';
  return !hasLength(value) || lengthOf(value) > 0;
}

/** Whether `len()` works. */
export function hasLength(value: Value): boolean {
  return (
    typeof value === 'string' ||
    value instanceof PythonList ||
    value instanceof PythonTuple ||
    value instanceof PythonDict ||
    value instanceof PythonSet ||
    value instanceof PythonRange
  );
}

/** `len(value)`; strings count code points. */
export function lengthOf(value: Value): number {
  if (typeof value === 'string') return hasSurrogates(value) ? Array.from(value).length : value.length;
  if (value instanceof PythonList || value instanceof PythonTuple) return value.items.length;
  if (value instanceof PythonDict || value instanceof PythonSet) return value.size;
  if (value instanceof PythonRange) return value.length;
  throw typeError(`object of type '${typeNameOf(value)}' has no len()`);
}

/** Whether UTF-16 units and code points differ. */
export function hasSurrogates(text: string): boolean {
  return /[\ud800-\udfff]/.test(text);
}

/** Calls a value. Throws TypeError when it cannot be called. */
export function callValue(callee: Value, positional: readonly Value[]): Value {
  if (callee instanceof PythonCallable) return callee.call({ positional, keywords: new Map() });
  throw typeError(`'${typeNameOf(callee)}' object is not callable`);
}

/** A whole number that JavaScript can index with. Throws TypeError for other types, OverflowError when too large. */
export function toIndex(value: Value): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'bigint') {
    throw typeError(`'${typeNameOf(value)}' object cannot be interpreted as an integer`);
  }
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new PythonException('OverflowError', "cannot fit 'int' into an index-sized integer");
  }
  return number;
}
