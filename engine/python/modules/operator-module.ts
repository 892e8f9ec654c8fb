import { attributeOf, callMethod } from '../values/attributes.ts';
import { compareBy } from '../values/compare.ts';
import { NativeFunction, native } from '../values/native.ts';
import { negate, operate, operateInPlace } from '../values/operators.ts';
import { assignItem, deleteItem, subscript } from '../values/subscript.ts';
import { textOf } from '../values/text-methods.ts';
import { isTrue, PythonModule, PythonTuple, type Value } from '../values/value.ts';

const binary: Readonly<Record<string, string>> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mult',
  truediv: 'Div',
  floordiv: 'FloorDiv',
  mod: 'Mod',
  pow: 'Pow',
  and_: 'BitAnd',
  or_: 'BitOr',
  xor: 'BitXor',
  lshift: 'LShift',
  rshift: 'RShift',
  concat: 'Add',
};

const comparisons: Readonly<Record<string, string>> = {
  eq: 'Eq',
  ne: 'NotEq',
  lt: 'Lt',
  le: 'LtE',
  gt: 'Gt',
  ge: 'GtE',
  is_: 'Is',
  is_not: 'IsNot',
};

/** `operator`. */
export function operatorModule(): PythonModule {
  const functions: NativeFunction[] = [
    ...Object.entries(binary).map(([name, operator]) =>
      native(name, 'a b', (a = null, b = null) => operate(operator, a, b)),
    ),
    ...Object.entries(comparisons).map(([name, sign]) =>
      native(name, 'a b', (a = null, b = null) => compareBy(sign, a, b)),
    ),
    native('iadd', 'a b', (a = null, b = null) => operateInPlace('Add', a, b)),
    native('ior', 'a b', (a = null, b = null) => operateInPlace('BitOr', a, b)),
    native('not_', 'a', (a = null) => !isTrue(a)),
    native('truth', 'a', (a = null) => isTrue(a)),
    native('neg', 'a', (a = null) => negate('USub', a)),
    native('pos', 'a', (a = null) => negate('UAdd', a)),
    native('invert', 'a', (a = null) => negate('Invert', a)),
    native('contains', 'a b', (a = null, b = null) => compareBy('In', b, a)),
    native('getitem', 'a b', (a = null, b = null) => subscript(a, b)),
    native('setitem', 'a b c', (a = null, b = null, c = null) => {
      assignItem(a, b, c);
      return null;
    }),
    native('delitem', 'a b', (a = null, b = null) => {
      deleteItem(a, b);
      return null;
    }),
    native('itemgetter', '*items', (keys) => getter((keys as PythonTuple).items, subscript)),
    native('attrgetter', '*names', (names) =>
      getter((names as PythonTuple).items, (value, name) => attributePath(value, textOf(name))),
    ),
    new NativeFunction('methodcaller', ({ positional: [name, ...first], keywords }) =>
      native('methodcaller', 'object', (value = null) =>
        callMethod(value, textOf(name), { positional: first, keywords }),
      ),
    ),
  ];
  return new PythonModule('operator', Object.fromEntries(functions.map((each) => [each.name, each])));
}

function attributePath(value: Value, path: string): Value {
  return path.split('.').reduce((object, name) => attributeOf(object, name), value);
}

function getter(keys: readonly Value[], read: (value: Value, key: Value) => Value): Value {
  return native('getter', 'object', (value = null) => {
    const values = keys.map((key) => read(value, key));
    return values.length === 1 ? (values[0] ?? null) : new PythonTuple(values);
  });
}
