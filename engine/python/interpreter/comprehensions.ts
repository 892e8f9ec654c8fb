import type { ComprehensionClause, Expression, Node } from '../parse-python.ts';
import { UnsupportedConstruct } from '../values/python-error.ts';
import { isTrue, iterate, PythonDict, PythonIterator, type Value } from '../values/value.ts';
import type { Interpreter } from './interpreter.ts';
import { Scope } from './scope.ts';

/** Items of a list, set or generator comprehension, one by one. */
export function itemsOf(
  interpreter: Interpreter,
  node: Node<'ListComp'> | Node<'SetComp'> | Node<'GeneratorExp'>,
  scope: Scope,
): Generator<Value> {
  return produce({ interpreter, scope, make: (inner) => interpreter.evaluate(node.elt, inner) }, node.generators);
}

/** A lazy generator: nothing but its first `in` part is evaluated before it is asked, as in Python. */
export function generatorOf(interpreter: Interpreter, node: Node<'GeneratorExp'>, scope: Scope): Value {
  return new PythonIterator('generator', itemsOf(interpreter, node, scope));
}

/** A dict comprehension. */
export function dictionaryOf(interpreter: Interpreter, node: Node<'DictComp'>, scope: Scope): Value {
  const result = new PythonDict();
  const make = (inner: Scope): readonly [Value, Value] => {
    const key = interpreter.evaluate(node.key, inner);
    return [key, interpreter.evaluate(node.value, inner)];
  };
  for (const [key, value] of produce({ interpreter, scope, make }, node.generators)) result.set(key, value);
  return result;
}

function produce<T>({ interpreter, scope, make }: Loop<T>, clauses: readonly ComprehensionClause[]): Generator<T> {
  const [first, ...rest] = clauses;
  if (first === undefined || clauses.some((clause) => clause.is_async)) {
    throw new UnsupportedConstruct('an asynchronous comprehension', 'write it without `async`');
  }
  const outermost = iterate(interpreter.evaluate(first.iter as Expression, scope));
  const inner = new Scope(scope);
  return loop({ interpreter, scope: inner, make }, { clause: first, values: outermost }, rest);
}

interface Loop<T> {
  readonly interpreter: Interpreter;
  readonly scope: Scope;
  readonly make: (inner: Scope) => T;
}

interface OpenClause {
  readonly clause: ComprehensionClause;
  readonly values: Iterable<Value>;
}

function* loop<T>(context: Loop<T>, open: OpenClause, rest: readonly ComprehensionClause[]): Generator<T> {
  const { interpreter, scope } = context;
  for (const value of open.values) {
    interpreter.bind(open.clause.target, value, scope);
    if (!open.clause.ifs.every((test) => isTrue(interpreter.evaluate(test, scope)))) continue;
    const [next, ...others] = rest;
    if (next === undefined) yield context.make(scope);
    else yield* loop(context, { clause: next, values: iterate(interpreter.evaluate(next.iter, scope)) }, others);
  }
}
