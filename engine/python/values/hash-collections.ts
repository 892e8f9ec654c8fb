import { encoded, type HashKey, hashKey, type ObjectMethod, PythonObject, unhashable, type Value } from './objects.ts';
import { PythonException } from './python-error.ts';

/** `dict`, in insertion order. */
export class PythonDict extends PythonObject {
  readonly typeName: string = 'dict';
  readonly #entries = new Map<HashKey, [Value, Value]>();

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    super();
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  /** `repr`, around that of a plain dict. */
  shown(plain: string, _represent: (value: Value) => string): string {
    return plain;
  }

  /** Methods of a kind of dict that has its own. */
  get methods(): ReadonlyMap<string, ObjectMethod> | undefined {
    return undefined;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(hashKey(key))?.[1];
  }

  /** The value of a key that is not there, for dicts that make one up. */
  missing(_key: Value): Value | undefined {
    return undefined;
  }

  has(key: Value): boolean {
    return this.#entries.has(hashKey(key));
  }

  /** The first key that was equal stays. */
  set(key: Value, value: Value): void {
    const hash = hashKey(key);
    const known = this.#entries.get(hash);
    if (known === undefined) this.#entries.set(hash, [key, value]);
    else known[1] = value;
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

  /** `left <operator> right`; `undefined` when dicts have no such operator. */
  combined(operator: string, other: PythonDict): PythonDict | undefined {
    return operator === 'BitOr' ? new PythonDict([...this.entries(), ...other.entries()]) : undefined;
  }

  /** `==`, with the equality of values given. */
  equals(other: PythonDict, isEqual: (left: Value, right: Value) => boolean): boolean {
    if (this.size !== other.size) return false;
    for (const [hash, [, value]] of this.#entries) {
      const found = other.#entries.get(hash);
      if (found === undefined || !isEqual(value, found[1])) return false;
    }
    return true;
  }

  /** Goes through the entries; throws RuntimeError when their number changes meanwhile. */
  *watched(): Generator<readonly [Value, Value]> {
    const size = this.size;
    for (const entry of this.#entries.values()) {
      yield entry;
      if (this.size !== size) throw new PythonException('RuntimeError', 'dictionary changed size during iteration');
    }
  }

  *#keys(): Generator<Value> {
    for (const [key] of this.watched()) yield key;
  }

  override iterable(): Iterable<Value> {
    return this.#keys();
  }

  override count(): number {
    return this.size;
  }

  override hashKey(): never {
    throw unhashable(this);
  }
}

/** `set` and `frozenset`; goes through its items in the order in which they were added. */
export class PythonSet extends PythonObject {
  readonly frozen: boolean;
  readonly #items = new Map<HashKey, Value>();

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

  *#watched(): Generator<Value> {
    const size = this.size;
    for (const item of this.#items.values()) {
      yield item;
      if (this.size !== size) throw new PythonException('RuntimeError', 'Set changed size during iteration');
    }
  }

  override iterable(): Iterable<Value> {
    return this.#watched();
  }

  override count(): number {
    return this.size;
  }

  override hashKey(): HashKey {
    if (!this.frozen) throw unhashable(this);
    return `\0f${this.values().map(encoded).sort().join('')}`;
  }
}
