import { isEqual, isSubset } from './compare.ts';
import { combineSets } from './operators.ts';
import { PythonException, typeError, valueError } from './python-error.ts';
import { represent } from './represent.ts';
import { sortItems } from './sort.ts';
import type { Method } from './text-methods.ts';
import { iterate, PythonDict, PythonList, PythonSet, PythonTuple, toIndex, type Value } from './value.ts';

type Table<T> = Readonly<Record<string, Method<T>>>;

/** The methods of a collection or number, by name. */
export function collectionMethods(value: Value): Table<Value> | undefined {
  if (value instanceof PythonList) return listMethods as Table<Value>;
  if (value instanceof PythonTuple) return sequenceMethods as Table<Value>;
  if (value instanceof PythonDict) return dictMethods as Table<Value>;
  if (value instanceof PythonSet) return (value.frozen ? frozenSetMethods : setMethods) as Table<Value>;
  if (typeof value === 'bigint') return integerMethods as Table<Value>;
  if (typeof value === 'number') return floatMethods as Table<Value>;
  return undefined;
}

/** Real methods that the subset leaves out, for the right message. */
export const unsupportedCollectionMethods: ReadonlySet<string> = new Set([
  'dict.fromkeys',
  'int.to_bytes',
  'float.hex',
  'float.as_integer_ratio',
]);

const sequenceMethods: Table<PythonList | PythonTuple> = {
  index: {
    parameters: 'value start?',
    body: (self, value, start) => {
      const from = start === undefined ? 0 : toIndex(start);
      const at = self.items.findIndex((each, index) => index >= from && isEqual(each, value ?? null));
      if (at === -1) throw valueError(`${represent(value ?? null)} is not in ${self.typeName}`);
      return BigInt(at);
    },
  },
  count: {
    parameters: 'value',
    body: (self, value) => BigInt(self.items.filter((each) => isEqual(each, value ?? null)).length),
  },
};

const listMethods: Table<PythonList> = {
  ...(sequenceMethods as Table<PythonList>),
  append: {
    parameters: 'item',
    body: (self, item = null) => {
      self.items.push(item);
      return null;
    },
  },
  extend: {
    parameters: 'items',
    body: (self, items = null) => {
      for (const item of [...iterate(items)]) self.items.push(item);
      return null;
    },
  },
  insert: {
    parameters: 'index item',
    body: (self, index = null, item = null) => {
      self.items.splice(toIndex(index), 0, item);
      return null;
    },
  },
  remove: {
    parameters: 'item',
    body: (self, item = null) => {
      const at = self.items.findIndex((each) => isEqual(each, item));
      if (at === -1) throw valueError('list.remove(x): x not in list');
      self.items.splice(at, 1);
      return null;
    },
  },
  pop: {
    parameters: 'index?',
    body: (self, index = -1n) => {
      if (self.items.length === 0) throw new PythonException('IndexError', 'pop from empty list');
      const [gone] = self.items.splice(toIndex(index), 1);
      if (gone === undefined) throw new PythonException('IndexError', 'pop index out of range');
      return gone;
    },
  },
  clear: { parameters: '', body: (self) => drop(self) },
  copy: { parameters: '', body: (self) => new PythonList([...self.items]) },
  reverse: {
    parameters: '',
    body: (self) => {
      self.items.reverse();
      return null;
    },
  },
  sort: {
    parameters: 'key? reverse?',
    body: (self, key, reverse) => {
      const sorted = sortItems(self.items, key, reverse);
      self.items.splice(0, self.items.length, ...sorted);
      return null;
    },
  },
};

function drop(list: PythonList): null {
  list.items.length = 0;
  return null;
}

const dictMethods: Table<PythonDict> = {
  get: {
    parameters: 'key default?',
    body: (self, key = null, missing = null) => self.get(key) ?? absent(self, key, missing),
  },
  keys: { parameters: '', body: (self) => new PythonList(self.entries().map(([key]) => key)) },
  values: { parameters: '', body: (self) => new PythonList(self.entries().map(([, value]) => value)) },
  items: { parameters: '', body: (self) => new PythonList(self.entries().map((entry) => new PythonTuple(entry))) },
  copy: { parameters: '', body: (self) => new PythonDict(self.entries()) },
  update: {
    parameters: 'other',
    body: (self, other = null) => {
      if (!(other instanceof PythonDict)) throw typeError('update() takes a dict');
      for (const [key, value] of other.entries()) self.set(key, value);
      return null;
    },
  },
  setdefault: {
    parameters: 'key default?',
    body: (self, key = null, value = null) => {
      if (!self.has(key)) self.set(key, value);
      return self.get(key) ?? null;
    },
  },
  pop: {
    parameters: 'key default?',
    body: (self, key = null, missing) => {
      if (!self.has(key) && missing === undefined) throw new PythonException('KeyError', represent(key));
      const value = self.has(key) ? (self.get(key) ?? null) : (missing ?? null);
      self.delete(key);
      return value;
    },
  },
  clear: {
    parameters: '',
    body: (self) => {
      self.clear();
      return null;
    },
  },
};

function absent(dict: PythonDict, key: Value, missing: Value): Value {
  return dict.has(key) ? null : missing;
}

function others(values: Value | undefined): readonly PythonSet[] {
  return (values as PythonTuple).items.map((each) => new PythonSet(iterate(each)));
}

function combined(operator: string): Method<PythonSet> {
  return {
    parameters: '*others',
    body: (self, values) => {
      const start = new PythonSet(self.values(), self.frozen);
      return others(values).reduce((left, right) => combineSets(operator, left, right) ?? left, start);
    },
  };
}

const frozenSetMethods: Table<PythonSet> = {
  union: combined('BitOr'),
  intersection: combined('BitAnd'),
  difference: combined('Sub'),
  symmetric_difference: combined('BitXor'),
  issubset: { parameters: 'other', body: (self, other = null) => isSubset(self, new PythonSet(iterate(other))) },
  issuperset: { parameters: 'other', body: (self, other = null) => isSubset(new PythonSet(iterate(other)), self) },
  isdisjoint: {
    parameters: 'other',
    body: (self, other = null) => ![...iterate(other)].some((item) => self.has(item)),
  },
  copy: { parameters: '', body: (self) => new PythonSet(self.values(), self.frozen) },
};

const setMethods: Table<PythonSet> = {
  ...frozenSetMethods,
  add: {
    parameters: 'item',
    body: (self, item = null) => {
      self.add(item);
      return null;
    },
  },
  update: {
    parameters: '*others',
    body: (self, values) => {
      for (const other of others(values)) for (const item of other.values()) self.add(item);
      return null;
    },
  },
  discard: {
    parameters: 'item',
    body: (self, item = null) => {
      self.delete(item);
      return null;
    },
  },
  remove: {
    parameters: 'item',
    body: (self, item = null) => {
      if (!self.delete(item)) throw new PythonException('KeyError', represent(item));
      return null;
    },
  },
  pop: {
    parameters: '',
    body: (self) => {
      const [first] = self.values();
      if (first === undefined) throw new PythonException('KeyError', "'pop from an empty set'");
      self.delete(first);
      return first;
    },
  },
  clear: {
    parameters: '',
    body: (self) => {
      self.clear();
      return null;
    },
  },
};

const integerMethods: Table<bigint> = {
  bit_length: {
    parameters: '',
    body: (self) => (self === 0n ? 0n : BigInt((self < 0n ? -self : self).toString(2).length)),
  },
};

const floatMethods: Table<number> = {
  is_integer: { parameters: '', body: (self) => Number.isInteger(self) },
};
