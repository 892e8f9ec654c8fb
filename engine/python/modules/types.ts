import { methodsOfType } from '../values/builtin-methods.ts';
import { decodeBytes, encodeText, PythonBytes, toBytes } from '../values/bytes.ts';
import { extend, updateDict } from '../values/collection-methods.ts';
import { reserve, spend } from '../values/meter.ts';
import { bindArguments, NativeFunction, native } from '../values/native.ts';
import {
  ClassMethod,
  defineClass,
  type NativeClass,
  NativeMethod,
  objectClass,
  Property,
  PythonClass,
  StaticMethod,
  typeClass,
} from '../values/python-class.ts';
import { typeError, valueError } from '../values/python-error.ts';
import { toText } from '../values/represent.ts';
import { superObject } from '../values/super-object.ts';
import { textOf, translationTable } from '../values/text-methods.ts';
import {
  type CallArguments,
  isTrue,
  iterate,
  PythonDict,
  PythonList,
  type PythonObject,
  PythonRange,
  PythonSet,
  PythonSlice,
  PythonTuple,
  toIndex,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { toFloat, toInteger } from './number-parsing.ts';
import { plainMethods } from './plain-methods.ts';

type Make = (...values: readonly (Value | undefined)[]) => Value;

/** A type whose values are made from arguments. */
function converter(name: string, parameters: string, make: Make): PythonClass {
  return defineClass(name, {
    make: (_cls, given) => make(...bindArguments(name, parameters, given)),
    method: (method) => unbound(name, method),
  });
}

/** A type that classes can be made from. */
function fillable(
  name: string,
  create: () => PythonObject,
  fill: (self: PythonObject, given: CallArguments) => void,
): PythonClass {
  const start = new NativeMethod('__init__', (self, given) => {
    fill(self as PythonObject, given);
    return null;
  });
  const native: NativeClass = {
    make: (_cls, given) => {
      const self = create();
      fill(self, given);
      return self;
    },
    create: (cls) => {
      const self = create();
      self.custom = { cls, fields: new Map() };
      return self;
    },
    subclassable: true,
    method: (method) => (method === '__init__' ? start : unbound(name, method)),
  };
  return defineClass(name, native);
}

/** A type whose values never change: classes made from it get their items with `__new__`. */
function finished(name: string, create: (items: Value[]) => PythonObject): PythonClass {
  return defineClass(name, {
    make: (cls, given) => {
      const self = create(itemsOf(bindArguments(name, 'iterable?', given)[0]));
      if (cls.name !== name || cls.native === undefined) self.custom = { cls, fields: new Map() };
      return self;
    },
    subclassable: true,
    method: (method) => unbound(name, method),
  });
}

/** A method without its object: `str.strip`, `set.union`. */
function unbound(type: string, name: string): Value | undefined {
  const known = staticMethods.get(`${type}.${name}`);
  if (known !== undefined) return known;
  const method = methodsOfType(type)?.get(name);
  if (method === undefined) return plainMethods.get(name);
  return new NativeMethod(name, (self, given) => {
    if (!typeOfMethod(self, type)) {
      throw typeError(`descriptor '${name}' for '${type}' objects doesn't apply to a '${typeNameOf(self)}' object`);
    }
    if (method.raw !== undefined) return method.raw(self, given);
    return method.body(self, ...bindArguments(name, method.parameters, given));
  });
}

function typeOfMethod(self: Value, type: string): boolean {
  if (self !== null && typeof self === 'object')
    return self.typeName === type || self.custom !== undefined || self instanceof PythonDict;
  return typeNameOf(self) === type || (type === 'int' && typeof self === 'boolean');
}

const staticMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'dict.fromkeys',
    new NativeFunction('fromkeys', ({ positional: [keys = null, value = null] }) => {
      return new PythonDict([...iterate(keys)].map((key) => [key, value] as const));
    }),
  ],
  ['str.maketrans', new NativeFunction('maketrans', ({ positional: [x = null, y, z] }) => translationTable(x, y, z))],
  [
    'int.from_bytes',
    native('from_bytes', 'bytes byteorder? signed?', (bytes, order = 'big', signed = false) => {
      const data = toBytes(bytes ?? null).toBuffer();
      const hex = (textOf(order) === 'little' ? data.reverse() : data).toString('hex');
      const value = hex === '' ? 0n : BigInt(`0x${hex}`);
      return isTrue(signed) ? BigInt.asIntN(data.length * 8, value) : value;
    }),
  ],
  ['bytes.fromhex', new NativeFunction('fromhex', ({ positional: [text] }) => fromHex(textOf(text)))],
]);

function fromHex(text: string): Value {
  const digits = text.replace(/\s+/g, '');
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(digits))
    throw valueError('non-hexadecimal number found in fromhex() arg at position 0');
  return new PythonBytes(Buffer.from(digits, 'hex').toString('latin1'));
}

function itemsOf(items: Value | undefined): Value[] {
  const result: Value[] = [];
  if (items === undefined) return result;
  for (const item of iterate(items)) {
    spend(1);
    reserve(64);
    result.push(item);
  }
  return result;
}

function optionalIterable(name: string, { positional, keywords }: CallArguments): Value | undefined {
  if (keywords.size > 0) throw typeError(`${name}() takes no keyword arguments`);
  if (positional.length > 1) throw typeError(`${name} expected at most 1 argument, got ${positional.length}`);
  return positional[0];
}

const intClass = converter('int', 'x? base?', (value = 0n, base) => toInteger(value, base));

const types: readonly PythonClass[] = [
  objectClass,
  typeClass,
  intClass,
  converter('str', 'object? encoding? errors?', (value = '', encoding, errors) => {
    if (encoding === undefined || !(value instanceof PythonBytes)) return toText(value);
    return decodeBytes(value, textOf(encoding), errors === undefined ? 'strict' : textOf(errors));
  }),
  defineClass('bool', { make: (_cls, given) => isTrue(bindArguments('bool', 'x?', given)[0] ?? false) }, intClass),
  converter('float', 'x?', (value = 0) => toFloat(value)),
  finished('tuple', (items) => new PythonTuple(items)),
  finished('frozenset', (items) => new PythonSet(items, true)),
  converter('bytes', 'source? encoding? errors?', (source = new PythonBytes(''), encoding, errors) =>
    typeof source === 'string' && encoding !== undefined
      ? encodeText(source, textOf(encoding), errors === undefined ? 'strict' : textOf(errors))
      : toBytes(source),
  ),
  converter('range', 'start stop? step?', (start = null, stop, step = 1n) => {
    const [first, last] = stop === undefined ? [0, toIndex(start)] : [toIndex(start), toIndex(stop)];
    if (toIndex(step) === 0) throw valueError('range() arg 3 must not be zero');
    return new PythonRange(BigInt(first), BigInt(last), BigInt(toIndex(step)));
  }),
  converter('slice', 'start stop? step?', (start = null, stop, step = null) =>
    stop === undefined ? new PythonSlice(null, start, null) : new PythonSlice(start, stop, step),
  ),
  fillable(
    'list',
    () => new PythonList([]),
    (self, given) => {
      const items = optionalIterable('list', given);
      (self as PythonList).items.length = 0;
      if (items !== undefined) extend(self as PythonList, items);
    },
  ),
  fillable(
    'set',
    () => new PythonSet(),
    (self, given) => {
      for (const item of itemsOf(optionalIterable('set', given))) (self as PythonSet).add(item);
    },
  ),
  fillable(
    'dict',
    () => new PythonDict(),
    (self, { positional, keywords }) => {
      if (positional.length > 1) throw typeError(`dict expected at most 1 argument, got ${positional.length}`);
      updateDict(self as PythonDict, positional[0], keywords);
    },
  ),
  defineClass('property', {
    make: (_cls, given) => {
      const [getter = null, setter = null, deleter = null] = bindArguments('property', 'fget? fset? fdel? doc?', given);
      return new Property(getter, setter, deleter);
    },
  }),
  defineClass('staticmethod', { make: (_cls, { positional }) => new StaticMethod(positional[0] ?? null) }),
  defineClass('classmethod', { make: (_cls, { positional }) => new ClassMethod(positional[0] ?? null) }),
  defineClass('super', { make: (_cls, { positional: [cls = null, self = null] }) => makeSuper(cls, self) }),
];

function makeSuper(cls: Value, self: Value): Value {
  if (cls instanceof PythonClass) return superObject(cls, self);
  throw typeError('super() argument 1 must be a type');
}

/** The types by name. */
export const pythonTypes: ReadonlyMap<string, Value> = new Map(types.map((each) => [each.name, each]));
