import { builtinMethods } from './builtin-methods.ts';
import { ExceptionObject } from './exceptions.ts';
import { formatTemplate } from './format-template.ts';
import { spendOn } from './meter.ts';
import { bindArguments, NativeFunction, native } from './native.ts';
import {
  bind,
  CachedProperty,
  classOf,
  NativeMethod,
  objectClass,
  Property,
  PythonClass,
  WithFields,
} from './python-class.ts';
import { PythonException, UnsupportedConstruct } from './python-error.ts';
import type { Method } from './text-methods.ts';
import {
  type CallArguments,
  type Custom,
  callValue,
  PythonAttributes,
  PythonCallable,
  PythonDict,
  PythonList,
  PythonModule,
  PythonObject,
  PythonSet,
  PythonTuple,
  typeNameOf,
  type Value,
} from './value.ts';

/** `value.name`. Throws AttributeError, or UnsupportedConstruct for what Python has and the subset has not. */
export function attributeOf(value: Value, name: string): Value {
  const found = findAttribute(value, name);
  if (found !== undefined) return found;
  throw missingAttribute(value, name);
}

function missingAttribute(value: Value, name: string): Error {
  if (value instanceof PythonModule)
    return new UnsupportedConstruct(`\`${value.name}.${name}\``, value.advice ?? moduleAdvice(value.name));
  if (value instanceof PythonAttributes) return value.missing(name);
  if (value instanceof PythonClass) return attributeError(`type object '${value.name}' has no attribute '${name}'`);
  return attributeError(`'${typeNameOf(value)}' object has no attribute '${name}'`);
}

function attributeError(message: string): PythonException {
  return new PythonException('AttributeError', message);
}

/** `value.name` if there is such an attribute. */
export function findAttribute(value: Value, name: string): Value | undefined {
  if (value !== null && typeof value === 'object') {
    if (value.custom !== undefined) return customAttribute(value, value.custom, name);
    if (value instanceof PythonModule) return firstOf(value.member(name), () => moduleAttribute(value, name));
    if (value instanceof PythonAttributes)
      return firstOf(value.attribute(name), () => (name === '__class__' ? classOf(value) : undefined));
    if (value instanceof PythonCallable) return callableAttribute(value, name);
    if (value instanceof Property) return propertyAttribute(value, name);
  }
  return builtinAttribute(value, name);
}

/** None is a value, too. */
function firstOf(value: Value | undefined, other: () => Value | undefined): Value | undefined {
  return value === undefined ? other() : value;
}

function builtinAttribute(value: Value, name: string): Value | undefined {
  if (typeof value === 'string' && name === 'format') {
    return new NativeFunction(name, (given) => formatTemplate(value, given, attributeOf));
  }
  if (typeof value === 'string' && name === 'format_map') {
    return native(name, 'mapping', (mapping = null) => formatTemplate(value, mapping, attributeOf));
  }
  const method = builtinMethods(value)?.get(name);
  if (method !== undefined) return bound(name, method, value);
  if (name === '__class__') return classOf(value);
  const operator = name.startsWith('__') ? classOf(value).find(name) : undefined;
  if (operator instanceof NativeMethod) return bind(operator, value, classOf(value));
  return dataAttributes.get(`${typeNameOf(value)}.${name}`)?.(value);
}

const dataAttributes: ReadonlyMap<string, (value: Value) => Value> = new Map([
  ['int.real', (value) => value],
  ['int.numerator', (value) => value],
  ['int.denominator', () => 1n],
  ['int.imag', () => 0n],
  ['float.real', (value) => value],
]);

function moduleAttribute(module: PythonModule, name: string): Value | undefined {
  return name === '__name__' ? module.name : undefined;
}

function callableAttribute(value: PythonCallable, name: string): Value | undefined {
  const own = value.attribute(name);
  if (own !== undefined) return own;
  if (name === '__name__' || name === '__qualname__') return value.name;
  if (name === '__doc__') return null;
  if (name === '__module__') return '__main__';
  if (name === '__class__') return classOf(value);
  if (name === '__call__') return value;
  if (!(value instanceof PythonClass)) return undefined;
  if (name === '__mro__') return new PythonTuple(value.mro);
  if (name === '__bases__') return new PythonTuple(value.bases);
  if (name === '__dict__') return new PythonDict(value.members);
  return undefined;
}

function customAttribute(self: PythonObject, { cls, fields }: Custom, name: string): Value | undefined {
  const owner = cls as PythonClass;
  const member = owner.find(name);
  if (member instanceof Property) return bind(member, self, owner);
  const own = fields.get(name);
  if (own !== undefined) return own;
  if (member instanceof CachedProperty) {
    const value = callValue(member.compute, [self]);
    fields.set(name, value);
    return value;
  }
  if (member !== undefined) return bind(member, self, owner);
  const native = self instanceof ExceptionObject ? self.attribute(name) : nativePart(self, name);
  if (native !== undefined) return native;
  if (name === '__class__') return owner;
  if (name === '__dict__') return new PythonDict(fields);
  const fallback = self.special('__getattr__');
  return fallback === undefined ? undefined : callValue(fallback, [name]);
}

function nativePart(self: PythonObject, name: string): Value | undefined {
  if (self instanceof PythonAttributes) return self.attribute(name);
  const method = builtinMethods(self)?.get(name);
  return method === undefined ? undefined : bound(name, method, self);
}

function propertyAttribute(value: Property, name: string): Value | undefined {
  const { getter, setter, deleter } = value;
  if (name === 'setter') return native(name, 'fset', (given = null) => new Property(getter, given, deleter));
  if (name === 'getter') return native(name, 'fget', (given = null) => new Property(given, setter, deleter));
  if (name === 'deleter') return native(name, 'fdel', (given = null) => new Property(getter, setter, given));
  return { fget: getter, fset: setter, fdel: deleter, __doc__: null }[name as 'fget'];
}

/** `value.name = item`. Throws AttributeError. */
export function setAttribute(value: Value, name: string, item: Value): void {
  const done = value !== null && typeof value === 'object' && setOnObject(value, name, item);
  if (done) return;
  if (findAttribute(value, name) !== undefined) {
    throw attributeError(`'${typeNameOf(value)}' object attribute '${name}' is read-only`);
  }
  throw attributeError(`'${typeNameOf(value)}' object has no attribute '${name}'`);
}

function setOnObject(value: PythonObject, name: string, item: Value): boolean {
  if (value.custom !== undefined && value.custom.cls !== objectClass) setCustom(value, value.custom, { name, item });
  else if (value instanceof PythonClass && value.native === undefined) value.members.set(name, item);
  else if (value instanceof WithFields) value.fields.set(name, item);
  else if (value instanceof PythonModule) {
    throw new UnsupportedConstruct(
      `an assignment to \`${value.name}.${name}\``,
      'keep the value in a variable of the datastore',
    );
  } else return value instanceof PythonAttributes && value.assign(name, item);
  return true;
}

function setCustom(
  self: PythonObject,
  { cls, fields }: Custom,
  { name, item }: { readonly name: string; readonly item: Value },
): void {
  const member = (cls as PythonClass).find(name);
  if (member instanceof Property) {
    if (member.setter === null) {
      throw attributeError(`property '${name}' of '${cls.name}' object has no setter`);
    }
    callValue(member.setter, [self, item]);
    return;
  }
  const own = self.special('__setattr__');
  if (own !== undefined) callValue(own, [name, item]);
  else fields.set(name, item);
}

/** `del value.name`. Throws AttributeError. */
export function deleteAttribute(value: Value, name: string): void {
  if (value !== null && typeof value === 'object') {
    const member = value.custom === undefined ? undefined : (value.custom.cls as PythonClass).find(name);
    if (member instanceof Property && member.deleter !== null) {
      callValue(member.deleter, [value]);
      return;
    }
    if (value.custom?.fields.delete(name)) return;
    if (value instanceof PythonClass && value.native === undefined && value.members.delete(name)) return;
    if (value instanceof WithFields && value.fields.delete(name)) return;
  }
  throw missingAttribute(value, name);
}

/** The method of a builtin value, to be called with `invoke`: it does not become an object. */
export function plainMethod(value: Value, name: string): Method<Value> | undefined {
  return isPlain(value) ? builtinMethods(value)?.get(name) : undefined;
}

/** Calls a method that `plainMethod` found. */
export function invoke(
  method: Method<Value>,
  self: Value,
  named: { readonly name: string; readonly given: CallArguments },
): Value {
  spendOnMethod(self, named.name);
  if (method.raw !== undefined) return method.raw(self, named.given);
  return method.body(self, ...bindArguments(named.name, method.parameters, named.given));
}

const linear = new Set([
  ...['index', 'count', 'remove', 'insert', 'reverse', 'copy', 'sort', 'popitem', 'union', 'intersection'],
  ...['difference', 'symmetric_difference', 'issubset', 'issuperset', 'isdisjoint'],
]);

/** Methods that go through all of their object cost more than a step. */
function spendOnMethod(self: Value, name: string): void {
  if (typeof self === 'string') spendOn(self.length, 'characters');
  else if (self instanceof PythonObject && linear.has(name)) {
    const one = self instanceof PythonSet && name === 'remove';
    if (!one) spendOn(self.count() ?? 0, self instanceof PythonList ? 'items' : 'hashes');
  }
}

/** `value.name(...)`. */
export function callMethod(value: Value, name: string, given: CallArguments): Value {
  const method = plainMethod(value, name);
  if (method !== undefined) return invoke(method, value, { name, given });
  return callValue(attributeOf(value, name), given.positional, given.keywords);
}

function isPlain(value: Value): boolean {
  return typeof value === 'string' || (typeof value === 'object' && value?.custom === undefined);
}

function bound(name: string, method: Method<Value>, self: Value): Value {
  return new NativeFunction(name, (given) => invoke(method, self, { name, given }));
}

function moduleAdvice(module: string): string {
  if (module === 'os' || module === 'time' || module.startsWith('os.')) {
    return 'expressions see no files, processes, environment or clock: pass the value in as a variable, or do it in a task';
  }
  return 'write it with other functions of Python, or set the value in a variable';
}
