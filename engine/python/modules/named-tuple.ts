import { bindArguments, NativeFunction } from '../values/native.ts';
import { ClassMethod, NativeMethod, Property, PythonClass } from '../values/python-class.ts';
import { typeError, valueError } from '../values/python-error.ts';
import { iterate, PythonDict, PythonTuple, typeNameOf, type Value } from '../values/value.ts';
import { pythonTypes } from './types.ts';

/** A tuple whose items have names. */
class NamedTuple extends PythonTuple {
  readonly #fields: readonly string[];

  constructor(items: readonly Value[], fields: readonly string[]) {
    super(items);
    this.#fields = fields;
  }

  override shown(represent: (value: Value) => string): string {
    const parts = this.#fields.map((field, index) => `${field}=${represent(this.items[index] ?? null)}`);
    return `${typeNameOf(this)}(${parts.join(', ')})`;
  }
}

/** The class of named tuples with these fields; the last ones may have defaults. */
export function namedTupleClass(name: string, fields: readonly string[], defaults: readonly Value[]): PythonClass {
  const make = (cls: PythonClass, items: readonly Value[]): Value => {
    const tuple = new NamedTuple(items, fields);
    tuple.custom = { cls, fields: new Map() };
    return tuple;
  };
  const firstDefault = fields.length - defaults.length;
  const parameters = fields.map((field, index) => (index >= firstDefault ? `${field}?` : field)).join(' ');
  const items = (self: Value): readonly Value[] => (self as PythonTuple).items;
  const members = new Map<string, Value>([
    ['_fields', new PythonTuple([...fields])],
    [
      '_asdict',
      new NativeMethod('_asdict', (self) => new PythonDict(fields.map((field, i) => [field, items(self)[i] ?? null]))),
    ],
    [
      '_replace',
      new NativeMethod('_replace', (self, { keywords }) => replaced(self as NamedTuple, fields, { keywords, make })),
    ],
    [
      '_make',
      new ClassMethod(
        new NativeFunction('_make', ({ positional: [cls = null, values = null] }) => {
          const all = [...iterate(values)];
          if (all.length !== fields.length) throw typeError(`Expected ${fields.length} arguments, got ${all.length}`);
          return make(cls as PythonClass, all);
        }),
      ),
    ],
    ...fields.map((field, index): [string, Value] => [
      field,
      new Property(new NativeFunction(field, ({ positional: [self = null] }) => items(self)[index] ?? null)),
    ]),
  ]);
  return new PythonClass({
    name,
    bases: [pythonTypes.get('tuple') as PythonClass],
    members,
    native: {
      subclassable: true,
      make: (cls, given) => {
        const values = bindArguments(`${name}.__new__`, parameters, given);
        return make(
          cls,
          values.map((value, index) => (value === undefined ? (defaults[index - firstDefault] ?? null) : value)),
        );
      },
    },
  });
}

interface Replacement {
  readonly keywords: ReadonlyMap<string, Value>;
  readonly make: (cls: PythonClass, items: readonly Value[]) => Value;
}

function replaced(self: NamedTuple, fields: readonly string[], { keywords, make }: Replacement): Value {
  for (const key of keywords.keys()) {
    if (!fields.includes(key)) throw valueError(`Got unexpected field names: ['${key}']`);
  }
  const items = fields.map((field, index) => (keywords.has(field) ? keywords.get(field) : self.items[index]) ?? null);
  return make(self.custom?.cls as PythonClass, items);
}
