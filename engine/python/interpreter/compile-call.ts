import type { Node } from '../parse-python.ts';
import { attributeOf, invoke, plainMethod } from '../values/attributes.ts';
import { PythonClass } from '../values/python-class.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { superObject } from '../values/super-object.ts';
import { callValue, noKeywords, PythonDict, typeNameOf, type Value } from '../values/value.ts';
import type { CompileScope } from './compile-scope.ts';
import type { Compiler, Eval } from './compiler.ts';
import type { Frame } from './frame.ts';

/** A call. */
export function compileCall(compiler: Compiler, node: Node<'Call'>, scope: CompileScope): Eval {
  if (isPlainSuper(node, scope)) return compileSuper(node);
  const positional = compiler.expressions(node.args, scope);
  const keywords = compileKeywords(compiler, node, scope);
  if (node.func.nodeType === 'Attribute') {
    const object = compiler.expression(node.func.value, scope);
    const name = node.func.attr;
    return (frame) => {
      const self = object(frame);
      const method = plainMethod(self, name);
      frame.at = node;
      const callee = method === undefined ? attributeOf(self, name) : null;
      const given = { positional: positional(frame), keywords: keywords(frame) };
      frame.at = node;
      if (method !== undefined) return invoke(method, self, { name, given });
      return callValue(callee, given.positional, given.keywords);
    };
  }
  const callee = compiler.expression(node.func, scope);
  return (frame) => {
    const called = callee(frame);
    const values = positional(frame);
    const named = keywords(frame);
    frame.at = node;
    return callValue(called, values, named);
  };
}

function compileKeywords(
  compiler: Compiler,
  node: Node<'Call'>,
  scope: CompileScope,
): (frame: Frame) => ReadonlyMap<string, Value> {
  if (node.keywords.length === 0) return () => noKeywords;
  const parts = node.keywords.map((each) => ({
    name: each.arg,
    value: compiler.expression(each.value, scope),
  }));
  const names = parts.flatMap((each) => each.name ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new PythonException('SyntaxError', `keyword argument repeated: ${twice}`);
  return (frame) => {
    const result = new Map<string, Value>();
    for (const { name, value } of parts) {
      const item = value(frame);
      if (name) addKeyword(result, name, item);
      else spread(result, item);
    }
    return result;
  };
}

function spread(result: Map<string, Value>, item: Value): void {
  if (!(item instanceof PythonDict)) throw typeError(`argument after ** must be a mapping, not ${typeNameOf(item)}`);
  for (const [key, value] of item.entries()) {
    if (typeof key !== 'string') throw typeError('keywords must be strings');
    addKeyword(result, key, value);
  }
}

function addKeyword(result: Map<string, Value>, name: string, value: Value): void {
  if (result.has(name)) throw typeError(`got multiple values for keyword argument '${name}'`);
  result.set(name, value);
}

function isPlainSuper(node: Node<'Call'>, scope: CompileScope): boolean {
  const { func } = node;
  const named = func.nodeType === 'Name' && func.id === 'super' && scope.resolve('super') === undefined;
  return named && node.args.length === 0 && node.keywords.length === 0;
}

/** `super()`: the class whose body the function stands in, and the function's first argument. */
function compileSuper(node: Node<'Call'>): Eval {
  return (frame) => {
    frame.at = node;
    let inner = frame;
    for (let outer = frame.outer; outer !== undefined; outer = outer.outer) {
      const self = inner.slots[0];
      if (outer.cls instanceof PythonClass && self !== undefined) return superObject(outer.cls, self);
      inner = outer;
    }
    throw new PythonException('RuntimeError', 'super(): no arguments');
  };
}
