import { updateDict } from '../values/collection-methods.ts';
import { NativeFunction } from '../values/native.ts';
import { defineClass, type NativeClass, type PythonClass } from '../values/python-class.ts';
import { valueError } from '../values/python-error.ts';
import { textOf, words } from '../values/text-methods.ts';
import { iterate, type PythonDict, PythonModule, type Value } from '../values/value.ts';
import { CounterDict, DefaultDict, fillCounter, OrderedDict } from './collections-dicts.ts';
import { dequeClass } from './deque.ts';
import { namedTupleClass } from './named-tuple.ts';
import { pythonTypes } from './types.ts';

/** `collections`. */
export function collectionsModule(): PythonModule {
  return new PythonModule('collections', {
    OrderedDict: orderedDict,
    defaultdict: defaultDict,
    Counter: counter,
    deque: dequeClass,
    namedtuple: new NativeFunction('namedtuple', ({ positional: [name, fields = null], keywords }) =>
      namedTuple(textOf(name), fields, keywords.get('defaults') ?? null),
    ),
  });
}

type Fill<D> = (self: D, positional: readonly Value[], keywords: ReadonlyMap<string, Value>) => void;

function dictClass<D extends PythonDict>(name: string, create: () => D, fill: Fill<D>): PythonClass {
  const native: NativeClass = {
    subclassable: true,
    make: (_cls, { positional, keywords }) => {
      const self = create();
      fill(self, positional, keywords);
      return self;
    },
    create: (cls, { positional, keywords }) => {
      const self = create();
      self.custom = { cls, fields: new Map() };
      fill(self, positional, keywords);
      return self;
    },
  };
  return defineClass(name, native, pythonTypes.get('dict') as PythonClass);
}

const orderedDict = dictClass(
  'OrderedDict',
  () => new OrderedDict(),
  (self, positional, keywords) => updateDict(self, positional[0], keywords),
);

const defaultDict = dictClass(
  'defaultdict',
  () => new DefaultDict(),
  (self, [factory = null, ...rest], keywords) => {
    self.factory = factory;
    updateDict(self, rest[0], keywords);
  },
);

const counter = dictClass(
  'Counter',
  () => new CounterDict(),
  (self, positional, keywords) => {
    if (positional[0] !== undefined && positional[0] !== null) fillCounter(self, positional[0], 1n);
    for (const [key, value] of keywords) self.set(key, value);
  },
);

const reserved = new Set([
  'class',
  'def',
  'for',
  'if',
  'in',
  'is',
  'not',
  'or',
  'and',
  'pass',
  'return',
  'from',
  'import',
]);

/** `namedtuple(name, fields)`. Throws ValueError for names that cannot be fields. */
function namedTuple(name: string, given: Value, defaults: Value): Value {
  const fields =
    typeof given === 'string' ? words(given.replaceAll(',', ' ')) : [...iterate(given)].map((each) => textOf(each));
  for (const field of fields) {
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(field)) {
      throw valueError(`Type names and field names must be valid identifiers: '${field}'`);
    }
    if (reserved.has(field)) throw valueError(`Type names and field names cannot be a keyword: '${field}'`);
    if (field.startsWith('_')) throw valueError(`Field names cannot start with an underscore: '${field}'`);
  }
  const twice = fields.find((field, index) => fields.indexOf(field) !== index);
  if (twice !== undefined) throw valueError(`Encountered duplicate field name: '${twice}'`);
  return namedTupleClass(name, fields, defaults === null ? [] : [...iterate(defaults)]);
}
