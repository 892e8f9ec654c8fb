import { dictMethods } from '../values/collection-methods.ts';
import { order } from '../values/compare.ts';
import { operate } from '../values/operators.ts';
import { keyError } from '../values/subscript.ts';
import type { Method } from '../values/text-methods.ts';
import {
  callValue,
  isTrue,
  iterate,
  type ObjectMethod,
  PythonDict,
  PythonIterator,
  PythonList,
  PythonTuple,
  toIndex,
  type Value,
} from '../values/value.ts';

type Methods<D> = Readonly<Record<string, Method<D>>>;

function table<D extends PythonDict>(methods: Methods<D>): ReadonlyMap<string, ObjectMethod> {
  return new Map(Object.entries({ ...dictMethods, ...methods })) as unknown as ReadonlyMap<string, ObjectMethod>;
}

/** `collections.OrderedDict`. */
export class OrderedDict extends PythonDict {
  override readonly typeName = 'OrderedDict';

  override get methods(): ReadonlyMap<string, ObjectMethod> {
    return orderedMethods;
  }

  override shown(plain: string, represent: (value: Value) => string): string {
    if (this.size === 0) return 'OrderedDict()';
    const pairs = this.entries().map(([key, value]) => `(${represent(key)}, ${represent(value)})`);
    return plain === '' ? plain : `OrderedDict([${pairs.join(', ')}])`;
  }

  override equals(other: PythonDict, isEqual: (left: Value, right: Value) => boolean): boolean {
    if (!super.equals(other, isEqual)) return false;
    if (!(other instanceof OrderedDict)) return true;
    const keys = other.entries();
    return this.entries().every(([key], index) => isEqual(key, keys[index]?.[0] ?? null));
  }
}

const orderedMethods = table<OrderedDict>({
  move_to_end: {
    parameters: 'key last?',
    body: (self, key = null, last = true) => {
      if (!self.has(key)) throw keyError(key);
      const value = self.get(key) ?? null;
      const others = self.entries().filter(([each]) => each !== key);
      self.delete(key);
      if (isTrue(last)) self.set(key, value);
      else {
        const rest = self.entries();
        self.clear();
        self.set(key, value);
        for (const [name, item] of rest.length === others.length ? rest : others) self.set(name, item);
      }
      return null;
    },
  },
  copy: {
    parameters: '',
    body: (self) => new OrderedDict(self.entries()),
  },
});

/** `collections.defaultdict`. */
export class DefaultDict extends PythonDict {
  override readonly typeName = 'defaultdict';
  factory: Value = null;

  override get methods(): ReadonlyMap<string, ObjectMethod> {
    return defaultMethods;
  }

  override missing(key: Value): Value | undefined {
    if (this.factory === null) return undefined;
    const value = callValue(this.factory, []);
    this.set(key, value);
    return value;
  }

  override shown(plain: string, represent: (value: Value) => string): string {
    return `defaultdict(${represent(this.factory)}, ${plain})`;
  }
}

const defaultMethods = table<DefaultDict>({
  copy: {
    parameters: '',
    body: (self) => {
      const copy = new DefaultDict(self.entries());
      copy.factory = self.factory;
      return copy;
    },
  },
});

/** `collections.Counter`. */
export class CounterDict extends PythonDict {
  override readonly typeName = 'Counter';

  override get methods(): ReadonlyMap<string, ObjectMethod> {
    return counterMethods;
  }

  override missing(): Value {
    return 0n;
  }

  /** Most frequent first; among equals the first one seen. */
  ranked(): readonly (readonly [Value, Value])[] {
    return [...this.entries()].sort((a, b) => order(b[1], a[1]));
  }

  override shown(_plain: string, represent: (value: Value) => string): string {
    if (this.size === 0) return 'Counter()';
    const entries = this.ranked().map(([key, value]) => `${represent(key)}: ${represent(value)}`);
    return `Counter({${entries.join(', ')}})`;
  }

  /** `+`, `-`, `&`, `|` of counters keep what is above zero. */
  override combined(operator: string, other: PythonDict): PythonDict | undefined {
    if (!['Add', 'Sub', 'BitAnd', 'BitOr'].includes(operator)) return undefined;
    const result = new CounterDict();
    const keys = new PythonDict([...this.entries(), ...other.entries()]);
    for (const [key] of keys.entries()) {
      const value = combine(operator, this.get(key) ?? 0n, other.get(key) ?? 0n);
      if (order(value, 0n) > 0) result.set(key, value);
    }
    return result;
  }
}

function combine(operator: string, left: Value, right: Value): Value {
  if (operator === 'BitAnd') return order(left, right) < 0 ? left : right;
  if (operator === 'BitOr') return order(left, right) < 0 ? right : left;
  return operate(operator, left, right);
}

/** Adds counts, of items or of a mapping. */
export function fillCounter(counter: PythonDict, items: Value, sign: bigint): void {
  if (items instanceof PythonDict) {
    for (const [key, value] of items.entries()) {
      counter.set(key, operate('Add', counter.get(key) ?? 0n, operate('Mult', value, sign)));
    }
    return;
  }
  for (const item of iterate(items)) counter.set(item, operate('Add', counter.get(item) ?? 0n, sign));
}

function* repeated(counter: CounterDict): Generator<Value> {
  for (const [key, value] of counter.entries()) for (let left = toIndex(value); left > 0; left--) yield key;
}

const counterMethods = table<CounterDict>({
  most_common: {
    parameters: 'n?',
    body: (self, n = null) => {
      const ranked = self.ranked().map(([key, value]) => new PythonTuple([key, value]));
      return new PythonList(n === null ? ranked : ranked.slice(0, Math.max(toIndex(n), 0)));
    },
  },
  elements: { parameters: '', body: (self) => new PythonIterator('itertools.chain', repeated(self)) },
  total: {
    parameters: '',
    body: (self) => self.entries().reduce<Value>((sum, [, value]) => operate('Add', sum, value), 0n),
  },
  update: {
    parameters: 'items?',
    body: (self, items) => {
      if (items !== undefined) fillCounter(self, items, 1n);
      return null;
    },
  },
  subtract: {
    parameters: 'items?',
    body: (self, items) => {
      if (items !== undefined) fillCounter(self, items, -1n);
      return null;
    },
  },
  copy: { parameters: '', body: (self) => new CounterDict(self.entries()) },
});
