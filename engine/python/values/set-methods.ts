import { isSubset } from './compare.ts';
import { reserve } from './meter.ts';
import { combineSets } from './operators.ts';
import { PythonException } from './python-error.ts';
import type { Method } from './text-methods.ts';
import { iterate, PythonSet, type PythonTuple, type Value } from './value.ts';

type Table = Readonly<Record<string, Method<PythonSet>>>;

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

function changed(operator: string): Method<PythonSet> {
  return {
    parameters: '*others',
    body: (self, values) => {
      const result = others(values).reduce(
        (left, right) => combineSets(operator, left, right) ?? left,
        new PythonSet(self.values()),
      );
      self.clear();
      for (const item of result.values()) self.add(item);
      return null;
    },
  };
}

/** Methods of `frozenset`. */
export const frozenSetMethods: Table = {
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

/** Methods of `set`. */
export const setMethods: Table = {
  ...frozenSetMethods,
  intersection_update: changed('BitAnd'),
  difference_update: changed('Sub'),
  symmetric_difference_update: changed('BitXor'),
  add: {
    parameters: 'item',
    body: (self, item = null) => {
      reserve(100);
      self.add(item);
      return null;
    },
  },
  update: {
    parameters: '*others',
    body: (self, values) => {
      for (const other of (values as PythonTuple).items) for (const item of [...iterate(other)]) self.add(item);
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
      if (!self.delete(item)) throw new PythonException('KeyError', '', [item]);
      return null;
    },
  },
  pop: {
    parameters: '',
    body: (self) => {
      const [first] = self.iterable();
      if (first === undefined)
        throw new PythonException('KeyError', "'pop from an empty set'", ['pop from an empty set']);
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
