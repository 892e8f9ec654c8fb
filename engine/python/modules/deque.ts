import { isEqual } from '../values/compare.ts';
import { bindArguments, native } from '../values/native.ts';
import { defineClass } from '../values/python-class.ts';
import { PythonException, valueError } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { plainSubscript } from '../values/subscript.ts';
import { iterate, PythonAttributes, PythonList, toIndex, type Value } from '../values/value.ts';

/** `collections.deque`. */
class Deque extends PythonAttributes {
  readonly typeName = 'collections.deque';
  readonly items: Value[] = [];
  readonly limit: number | undefined;

  constructor(items: Iterable<Value>, limit: number | undefined) {
    super();
    this.limit = limit;
    for (const item of items) this.push(item);
  }

  push(item: Value): void {
    this.items.push(item);
    if (this.limit !== undefined && this.items.length > this.limit) this.items.shift();
  }

  unshift(item: Value): void {
    this.items.unshift(item);
    if (this.limit !== undefined && this.items.length > this.limit) this.items.pop();
  }

  override iterable(): Iterable<Value> {
    return this.items;
  }

  override count(): number {
    return this.items.length;
  }

  attribute(name: string): Value | undefined {
    const body = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (body !== undefined) return native(name, body[0], (...values) => body[1](this, ...values) ?? null);
    if (name === 'maxlen') return this.limit === undefined ? null : BigInt(this.limit);
    return undefined;
  }
}

type Body = (self: Deque, ...values: readonly (Value | undefined)[]) => Value | undefined;

function taken(value: Value | undefined): Value {
  if (value === undefined) throw new PythonException('IndexError', 'pop from an empty deque');
  return value;
}

const methods: Readonly<Record<string, readonly [string, Body]>> = {
  append: ['item', (self, item = null) => void self.push(item)],
  appendleft: ['item', (self, item = null) => void self.unshift(item)],
  extend: ['items', (self, items = null) => void [...iterate(items)].map((each) => self.push(each))],
  extendleft: ['items', (self, items = null) => void [...iterate(items)].map((each) => self.unshift(each))],
  pop: ['', (self) => taken(self.items.pop())],
  popleft: ['', (self) => taken(self.items.shift())],
  clear: ['', (self) => void self.items.splice(0)],
  copy: ['', (self) => new Deque(self.items, self.limit)],
  reverse: ['', (self) => void self.items.reverse()],
  count: ['item', (self, item = null) => BigInt(self.items.filter((each) => isEqual(each, item)).length)],
  rotate: ['n?', (self, n = 1n) => void rotate(self.items, toIndex(n))],
  remove: [
    'item',
    (self, item = null) => {
      const at = self.items.findIndex((each) => isEqual(each, item));
      if (at === -1) throw valueError(`${represent(item)} is not in deque`);
      self.items.splice(at, 1);
      return null;
    },
  ],
  __getitem__: ['key', (self, key = null) => plainSubscript(new PythonList(self.items), key)],
  __setitem__: [
    'key item',
    (self, key = null, item = null) => {
      const at = toIndex(key);
      self.items[at < 0 ? at + self.items.length : at] = item;
      return null;
    },
  ],
};

function rotate(items: Value[], count: number): void {
  if (items.length === 0) return;
  const shift = ((count % items.length) + items.length) % items.length;
  items.unshift(...items.splice(items.length - shift));
}

/** The class `collections.deque`. */
export const dequeClass = defineClass('collections.deque', {
  make: (_cls, given) => {
    const [items, limit = null] = bindArguments('deque', 'iterable? maxlen?', given);
    return new Deque(items === undefined ? [] : iterate(items), limit === null ? undefined : toIndex(limit));
  },
});
