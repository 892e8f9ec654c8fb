import { maxSize, spend } from './meter.ts';
import { LimitReached, PythonException, typeError } from './python-error.ts';

/** A Python value. None is null, int is bigint, float is number, str is string; all else is an object of ours. */
export type Value = null | boolean | bigint | number | string | PythonObject;

/** What stands for a value as a key: equal for equal values; an object stands for itself. */
export type HashKey = null | string | bigint | number | PythonObject;

/** The class that Python code wrote for an object, as far as operators need it. */
export interface ObjectClass {
  readonly name: string;
  /** The method `name` of the class, bound to the object. */
  bindSpecial(name: string, self: PythonObject): PythonCallable | undefined;
}

/** Class and attributes of an object whose class Python code wrote. */
export interface Custom {
  readonly cls: ObjectClass;
  readonly fields: Map<string, Value>;
}

/** Anything that has no JavaScript counterpart. */
export abstract class PythonObject {
  /** The name that `type(x).__name__` gives, unless Python code wrote the class. */
  abstract readonly typeName: string;
  custom: Custom | undefined = undefined;

  /** The method that Python code gives for an operator: `__eq__`, `__iter__` ... */
  special(name: string): PythonCallable | undefined {
    return this.custom?.cls.bindSpecial(name, this);
  }

  /** What `for x in object` goes through; `undefined` when there is nothing. */
  iterable(): Iterable<Value> | undefined {
    return undefined;
  }

  /** `len(object)`; `undefined` when it has no length. */
  count(): number | undefined {
    return undefined;
  }

  /** Stands for the object as a key. Throws TypeError when it changes. */
  hashKey(): HashKey {
    return this;
  }
}

/** A method: its parameters as `native` reads them, and its body with the object in front. */
export interface ObjectMethod {
  readonly parameters: string;
  readonly body: (self: never, ...values: readonly (Value | undefined)[]) => Value;
  /** Takes the arguments as they come instead. */
  readonly raw?: (self: never, given: CallArguments) => Value;
}

/** Arguments of a call, as evaluated. */
export interface CallArguments {
  readonly positional: readonly Value[];
  readonly keywords: ReadonlyMap<string, Value>;
}

/** For calls without keywords. */
export const noKeywords: ReadonlyMap<string, Value> = new Map();

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

  override iterable(): Iterable<Value> {
    return this.items;
  }

  override count(): number {
    return this.items.length;
  }

  override hashKey(): never {
    throw unhashable(this);
  }
}

/** `tuple`. */
export class PythonTuple extends PythonObject {
  readonly typeName: string = 'tuple';
  readonly items: readonly Value[];
  /** `repr` of a kind of tuple that has its own. */
  shown?(represent: (value: Value) => string): string;

  constructor(items: readonly Value[]) {
    super();
    this.items = items;
  }

  override iterable(): Iterable<Value> {
    return this.items;
  }

  override count(): number {
    return this.items.length;
  }

  override hashKey(): HashKey {
    spend(this.items.length);
    return `\0t${this.items.map(encoded).join('')}`;
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
    let value = this.start;
    for (let index = 0; index < count; index++) {
      if (index >= maxSize) throw new LimitReached(`goes through more than ${maxSize} numbers`);
      spend(1);
      yield value;
      value += this.step;
    }
  }

  override iterable(): Iterable<Value> {
    return this;
  }

  override count(): number {
    return this.length;
  }

  override hashKey(): HashKey {
    const { length } = this;
    return `\0r${length}:${length > 0 ? this.start : ''}:${length > 1 ? this.step : ''}`;
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

  override hashKey(): never {
    throw unhashable(this);
  }
}

/** A lazy iterator: generators, generator expressions, map, filter, zip, enumerate, reversed. */
export class PythonIterator extends PythonObject implements Iterable<Value> {
  readonly typeName: string;
  readonly source: Iterator<Value, unknown, Value>;
  #running = false;

  constructor(typeName: string, source: Iterator<Value, unknown, Value>) {
    super();
    this.typeName = typeName;
    this.source = source;
  }

  /** Throws ValueError when the iterator asks itself. */
  next(): IteratorResult<Value, unknown> {
    return this.guarded(() => this.source.next(null));
  }

  /** Runs a step of the source that must not run inside itself. */
  guarded<T>(step: () => T): T {
    spend(1);
    if (this.#running) throw new PythonException('ValueError', `${this.typeName} already executing`);
    this.#running = true;
    try {
      return step();
    } finally {
      this.#running = false;
    }
  }

  /** Not a generator: leaving a loop early must not end the iterator. */
  [Symbol.iterator](): Iterator<Value> {
    return { next: () => this.next() as IteratorResult<Value> };
  }

  override iterable(): Iterable<Value> {
    return this;
  }
}

/** A module or a package: named values. */
export class PythonModule extends PythonObject {
  readonly typeName = 'module';
  readonly name: string;
  readonly members: ReadonlyMap<string, Value>;
  /** What to write instead of members that it has not; a general hint when absent. */
  readonly advice: string | undefined = undefined;

  constructor(name: string, members: Readonly<Record<string, Value>> | ReadonlyMap<string, Value>) {
    super();
    this.name = name;
    this.members = members instanceof Map ? members : new Map(Object.entries(members));
  }

  /** `undefined` when there is no such member. */
  member(name: string): Value | undefined {
    return this.members.get(name);
  }
}

/** Objects whose attributes are their own business: `d`, patterns, matches. */
export abstract class PythonAttributes extends PythonObject {
  /** `undefined` when there is no such attribute. */
  abstract attribute(name: string): Value | undefined;

  /** `repr` of an object that has its own. */
  shown(): string | undefined {
    return undefined;
  }

  /** `object.name = value`; false when that is not possible. */
  assign(_name: string, _value: Value): boolean {
    return false;
  }

  /** What to throw for an attribute that there is not. */
  missing(name: string): Error {
    return new PythonException('AttributeError', `'${this.typeName}' object has no attribute '${name}'`);
  }
}

/** Equal for equal hashable values. Throws TypeError for unhashable ones. */
export function hashKey(value: Value): HashKey {
  if (typeof value === 'string') return value.charCodeAt(0) === 0 ? `\0s${value}` : value;
  if (value === null || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value.custom === undefined) return value.hashKey();
  const hash = value.special('__hash__');
  if (hash !== undefined) return `\0h${String(hash.call({ positional: [], keywords: noKeywords }))}`;
  if (value.special('__eq__') !== undefined) throw unhashable(value);
  return value.hashKey();
}

/** The error for a value that cannot be a key. */
export function unhashable(value: PythonObject): PythonException {
  return typeError(`unhashable type: '${typeNameOf(value)}'`);
}

const identities = new WeakMap<PythonObject, number>();
let lastIdentity = 0;

/** A number of its own for each object. */
export function identityOf(object: PythonObject): number {
  const known = identities.get(object);
  if (known !== undefined) return known;
  lastIdentity += 1;
  identities.set(object, lastIdentity);
  return lastIdentity;
}

/** The key of a value as a part of a longer key. */
export function encoded(value: Value): string {
  const key = hashKey(value);
  const text = typeof key === 'object' && key !== null ? `o${identityOf(key)}` : `${(typeof key).charAt(0)}${key}`;
  return `${text.length}:${text}`;
}

/** `type(x).__name__`. */
export function typeNameOf(value: Value): string {
  if (value === null) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  if (typeof value === 'string') return 'str';
  return value.custom?.cls.name ?? value.typeName;
}
