import { isContained, isEqual, isOrdered } from '../values/compare.ts';
import { ExceptionObject } from '../values/exceptions.ts';
import { spend } from '../values/meter.ts';
import { operate } from '../values/operators.ts';
import { defineObjectMethod, NativeMethod } from '../values/python-class.ts';
import { typeError } from '../values/python-error.ts';
import { represent, representObject, toText } from '../values/represent.ts';
import { plainAssignItem, plainDeleteItem, plainSubscript } from '../values/subscript.ts';
import { formatValue } from '../values/text-format.ts';
import { textOf } from '../values/text-methods.ts';
import {
  hashKey,
  identityOf,
  lengthOf,
  PythonDict,
  PythonIterator,
  PythonObject,
  PythonSet,
  typeNameOf,
  type Value,
} from '../values/value.ts';

type Body = (self: Value, ...values: readonly Value[]) => Value;

const bodies: Readonly<Record<string, Body>> = {
  __getitem__: (self, key = null) => plainSubscript(self, key),
  __setitem__: (self, key = null, value = null) => {
    plainAssignItem(self, key, value);
    return null;
  },
  __delitem__: (self, key = null) => {
    plainDeleteItem(self, key);
    return null;
  },
  __contains__: (self, item = null) => {
    if (self instanceof PythonDict || self instanceof PythonSet) return self.has(item);
    return isContained(item, self);
  },
  __len__: (self) => BigInt((self instanceof PythonObject ? self.count() : undefined) ?? lengthOf(self)),
  __iter__: (self) => {
    const items = typeof self === 'string' ? self : self instanceof PythonObject ? self.iterable() : undefined;
    if (items === undefined) throw typeError(`'${typeNameOf(self)}' object is not iterable`);
    return new PythonIterator('iterator', items[Symbol.iterator]());
  },
  ...Object.fromEntries(
    Object.entries({
      __add__: 'Add',
      __sub__: 'Sub',
      __mul__: 'Mult',
      __mod__: 'Mod',
      __or__: 'BitOr',
      __and__: 'BitAnd',
    }).map(([name, operator]): [string, Body] => [name, (self, other = null) => operate(operator, self, other)]),
  ),
  __lt__: (self, other = null) => isOrdered('<', self, other),
  __le__: (self, other = null) => isOrdered('<=', self, other),
  __gt__: (self, other = null) => isOrdered('>', self, other),
  __ge__: (self, other = null) => isOrdered('>=', self, other),
};

/** Methods behind operators, as the builtin types do them, unbound. */
export const plainMethods: ReadonlyMap<string, Value> = new Map(
  Object.entries(bodies).map(([name, body]) => [
    name,
    new NativeMethod(name, (self, { positional }) => body(self, ...positional)),
  ]),
);

/** `hash(value)`: the same for equal values. Throws TypeError. */
export function hashOf(value: Value): bigint {
  if (typeof value === 'bigint') return value === -1n ? -2n : value;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  const key = hashKey(value);
  if (typeof key === 'bigint') return key;
  if (key instanceof PythonObject) return BigInt(identityOf(key)) * 16n;
  spend(String(key).length);
  let hash = 0xcbf29ce484222325n;
  for (const char of String(key)) hash = BigInt.asUintN(61, (hash ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100000001b3n);
  return hash;
}

defineObjectMethod('__eq__', (self, { positional: [other = null] }) => self === other || isEqualPlain(self, other));
defineObjectMethod('__ne__', (self, { positional: [other = null] }) => !isEqual(self, other));
defineObjectMethod('__hash__', (self) =>
  self instanceof PythonObject ? BigInt(identityOf(self)) * 16n : hashOf(self),
);
defineObjectMethod('__repr__', (self) => (self instanceof PythonObject ? representObject(self) : represent(self)));
defineObjectMethod('__str__', (self) => {
  if (self instanceof ExceptionObject || !(self instanceof PythonObject)) return toText(self);
  return represent(self);
});
defineObjectMethod('__format__', (self, { positional: [spec = ''] }) => formatValue(toText(self), textOf(spec)));
defineObjectMethod('__setattr__', (self, { positional: [name = null, value = null] }) => {
  if (self instanceof PythonObject) self.custom?.fields.set(textOf(name), value);
  return null;
});

function isEqualPlain(self: Value, other: Value): boolean {
  return !(self instanceof PythonObject && self.custom !== undefined) && isEqual(self, other);
}
