import { collectionMethods, unsupportedCollectionMethods } from './collection-methods.ts';
import { formatTemplate } from './format-template.ts';
import { NativeFunction, native } from './native.ts';
import { PythonException, UnsupportedConstruct } from './python-error.ts';
import { type Method, textMethods, unsupportedTextMethods } from './text-methods.ts';
import { PythonAttributes, PythonCallable, PythonModule, typeNameOf, type Value } from './value.ts';

/** `value.name`. Throws AttributeError, or UnsupportedConstruct for what Python has and the subset has not. */
export function attributeOf(value: Value, name: string): Value {
  const found = findAttribute(value, name);
  if (found !== undefined) return found;
  if (value instanceof PythonModule) {
    throw new UnsupportedConstruct(`\`${value.name}.${name}\``, moduleAdvice(value.name));
  }
  const type = typeNameOf(value);
  if (type === 'str' ? unsupportedTextMethods.has(name) : unsupportedCollectionMethods.has(`${type}.${name}`)) {
    throw new UnsupportedConstruct(`\`${type}.${name}\``, 'use another method, or compute the value in a shell task');
  }
  if (value instanceof PythonAttributes) throw value.missing(name);
  throw new PythonException('AttributeError', `'${type}' object has no attribute '${name}'`);
}

/** `value.name` if there is such an attribute. */
export function findAttribute(value: Value, name: string): Value | undefined {
  if (typeof value === 'string') return textAttribute(value, name);
  if (value instanceof PythonModule) return value.members.get(name);
  if (value instanceof PythonAttributes) return value.attribute(name);
  if (value instanceof PythonCallable) return name === '__name__' ? value.name : value.attribute(name);
  const method = collectionMethods(value)?.[name];
  return method === undefined ? undefined : bound(name, method, value);
}

function textAttribute(text: string, name: string): Value | undefined {
  if (name === 'format') return new NativeFunction('format', (given) => formatTemplate(text, given, attributeOf));
  const method = Object.hasOwn(textMethods, name) ? textMethods[name] : undefined;
  return method === undefined ? undefined : bound(name, method, text);
}

function bound<T>(name: string, method: Method<T>, self: T): Value {
  return native(name, method.parameters, (...values) => method.body(self, ...values));
}

function moduleAdvice(module: string): string {
  if (module === 'os' || module === 'time' || module.startsWith('os.')) {
    return 'expressions see no files, processes, environment or clock: pass the value in as a variable, or do it in a task';
  }
  return 'only the functions listed in docs/reference are known; write the value with those or set it in a variable';
}
