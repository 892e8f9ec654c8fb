import { isEqual } from './compare.ts';
import { DictView } from './dict-view.ts';
import { reserve, spendOn } from './meter.ts';
import { PythonException, typeError, valueError } from './python-error.ts';
import { represent } from './represent.ts';
import { sortItems } from './sort.ts';
import { keyError } from './subscript.ts';
import type { Method } from './text-methods.ts';
import { iterate, PythonDict, PythonList, PythonTuple, toIndex, type Value } from './value.ts';

export { frozenSetMethods, setMethods } from './set-methods.ts';

type Table<T> = Readonly<Record<string, Method<T>>>;
type Sequence = PythonList | PythonTuple;

function itemsOf(self: Value): readonly Value[] {
  return self instanceof PythonList || self instanceof PythonTuple ? self.items : [...iterate(self)];
}

function bounded(value: Value | undefined, length: number, missing: number): number {
  if (value === undefined || value === null) return missing;
  const index = toIndex(value);
  return Math.min(Math.max(index < 0 ? index + length : index, 0), length);
}

/** Methods of `tuple` and `range`, and the like ones of `list`. */
export const sequenceMethods: Table<Sequence> = {
  index: {
    parameters: 'value start? stop?',
    body: (self, value = null, start, stop) => {
      const items = itemsOf(self);
      const end = bounded(stop, items.length, items.length);
      for (let at = bounded(start, items.length, 0); at < end; at++) {
        if (isEqual(items[at] ?? null, value)) return BigInt(at);
      }
      const what =
        self instanceof PythonTuple
          ? 'tuple.index(x): x not in tuple'
          : `${represent(value)} is not in ${self.typeName}`;
      throw valueError(what);
    },
  },
  count: {
    parameters: 'value',
    body: (self, value = null) => BigInt(itemsOf(self).filter((each) => isEqual(each, value)).length),
  },
};

/** Methods of `list`. */
export const listMethods: Table<PythonList> = {
  ...(sequenceMethods as unknown as Table<PythonList>),
  append: {
    parameters: 'item',
    body: (self, item = null) => {
      reserve(8);
      self.items.push(item);
      return null;
    },
  },
  extend: {
    parameters: 'items',
    body: (self, items = null) => {
      extend(self, items);
      return null;
    },
  },
  insert: {
    parameters: 'index item',
    body: (self, index = null, item = null) => {
      reserve(8);
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
  pop: { parameters: 'index?', body: popItem },
  clear: {
    parameters: '',
    body: (self) => {
      self.items.length = 0;
      return null;
    },
  },
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
      self.items.length = 0;
      for (const item of sorted) self.items.push(item);
      return null;
    },
  },
};

/** Adds what `items` goes through to the end of a list. */
export function extend(list: PythonList, items: Value): void {
  const added = items === list ? [...list.items] : iterate(items);
  for (const item of added) {
    reserve(8);
    list.items.push(item);
  }
}

function popItem(self: PythonList, index: Value = -1n): Value {
  if (self.items.length === 0) throw new PythonException('IndexError', 'pop from empty list');
  const at = toIndex(index);
  const place = at < 0 ? at + self.items.length : at;
  if (place < 0 || place >= self.items.length) throw new PythonException('IndexError', 'pop index out of range');
  spendOn(self.items.length - place, 'items');
  return self.items.splice(place, 1)[0] ?? null;
}

/** Methods of `dict`. */
export const dictMethods: Table<PythonDict> = {
  get: {
    parameters: 'key default?',
    body: (self, key = null, missing = null) => self.get(key) ?? (self.has(key) ? null : missing),
  },
  keys: { parameters: '', body: (self) => new DictView('dict_keys', self) },
  values: { parameters: '', body: (self) => new DictView('dict_values', self) },
  items: { parameters: '', body: (self) => new DictView('dict_items', self) },
  copy: { parameters: '', body: (self) => new PythonDict(self.entries()) },
  update: {
    parameters: 'other?',
    body: () => null,
    raw: (self, { positional, keywords }) => {
      updateDict(self, positional[0], keywords);
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
      if (!self.has(key)) {
        if (missing === undefined) throw keyError(key);
        return missing;
      }
      const value = self.get(key) ?? null;
      self.delete(key);
      return value;
    },
  },
  popitem: {
    parameters: 'last?',
    body: (self, last = true) => {
      const entry = last === false ? self.entries()[0] : self.entries().at(-1);
      if (entry === undefined)
        throw new PythonException('KeyError', "'popitem(): dictionary is empty'", ['popitem(): dictionary is empty']);
      self.delete(entry[0]);
      return new PythonTuple([entry[0], entry[1]]);
    },
  },
  clear: {
    parameters: '',
    body: (self) => {
      self.clear();
      return null;
    },
  },
  fromkeys: {
    parameters: 'iterable value?',
    body: (_self, keys = null, value = null) => new PythonDict([...iterate(keys)].map((key) => [key, value] as const)),
  },
};

/** `dict.update`: from a mapping or from pairs, then from keywords. */
export function updateDict(
  dict: PythonDict,
  other: Value | undefined,
  keywords: Iterable<readonly [string, Value]>,
): void {
  for (const [key, value] of other === undefined ? [] : pairsOf(other)) {
    reserve(100);
    dict.set(key, value);
  }
  for (const [key, value] of keywords) dict.set(key, value);
}

function pairsOf(value: Value): Iterable<readonly [Value, Value]> {
  if (value instanceof PythonDict) return value.entries();
  return [...iterate(value)].map((each, index) => pairOf(each, index));
}

function pairOf(value: Value, index: number): readonly [Value, Value] {
  const isPair =
    typeof value === 'string' || (value !== null && typeof value === 'object' && value.iterable() !== undefined);
  if (!isPair) throw typeError(`cannot convert dictionary update sequence element #${index} to a sequence`);
  const pair = [...iterate(value)];
  const [key = null, item = null] = pair;
  if (pair.length === 2) return [key, item];
  throw valueError(`dictionary update sequence element #${index} has length ${pair.length}; 2 is required`);
}
