import type { ComprehensionClause, Expression, Node } from '../parse-python.ts';
import { reserve, spend } from '../values/meter.ts';
import { PythonException } from '../values/python-error.ts';
import { isTrue, iterate, PythonDict, PythonIterator, type Value } from '../values/value.ts';
import { declareTarget } from './bindings.ts';
import { CompileScope } from './compile-scope.ts';
import type { Compiler, Eval, Store } from './compiler.ts';
import { Frame } from './frame.ts';

interface Clause {
  readonly store: Store;
  readonly items: Eval;
  readonly tests: readonly Eval[];
}

interface Parts {
  readonly first: Eval;
  readonly clauses: readonly Clause[];
  readonly inner: CompileScope;
}

function compileClauses(compiler: Compiler, generators: readonly ComprehensionClause[], scope: CompileScope): Parts {
  const inner = new CompileScope('comprehension', scope, scope.prefix);
  const [first] = generators;
  if (first === undefined || generators.some((each) => each.is_async)) {
    throw new PythonException('SyntaxError', 'asynchronous comprehension outside of an asynchronous function');
  }
  for (const each of generators) declareTarget(each.target, inner);
  return {
    first: compiler.expression(first.iter, scope),
    clauses: generators.map((each, index) => ({
      store: compiler.target(each.target, inner),
      items: index === 0 ? () => null : compiler.expression(each.iter, inner),
      tests: each.ifs.map((test) => compiler.expression(test, inner)),
    })),
    inner,
  };
}

/** Gives each item of a list or set comprehension to a function. */
export function compileComprehension(
  compiler: Compiler,
  node: Node<'ListComp'> | Node<'SetComp'>,
  scope: CompileScope,
): (frame: Frame, add: (value: Value) => void) => void {
  const parts = compileClauses(compiler, node.generators, scope);
  const element = compiler.expression(node.elt, parts.inner);
  return (frame, add) => eachInner(parts, frame, (inner) => add(element(inner)));
}

/** A dict comprehension. */
export function compileDictComprehension(compiler: Compiler, node: Node<'DictComp'>, scope: CompileScope): Eval {
  const parts = compileClauses(compiler, node.generators, scope);
  const key = compiler.expression(node.key, parts.inner);
  const value = compiler.expression(node.value, parts.inner);
  return (frame) => {
    const result = new PythonDict();
    eachInner(parts, frame, (inner) => {
      const name = key(inner);
      reserve(120);
      result.set(name, value(inner));
    });
    return result;
  };
}

function eachInner(parts: Parts, frame: Frame, visit: (inner: Frame) => void): void {
  const values = iterate(parts.first(frame));
  const inner = new Frame(parts.inner.size, frame, frame);
  try {
    loop(parts.clauses, { values, level: 0, inner }, visit);
  } catch (error) {
    frame.at = inner.at;
    throw error;
  }
}

interface Level {
  readonly values: Iterable<Value>;
  readonly level: number;
  readonly inner: Frame;
}

function loop(clauses: readonly Clause[], { values, level, inner }: Level, visit: (inner: Frame) => void): void {
  const clause = clauses[level];
  if (clause === undefined) return;
  const next = clauses[level + 1];
  for (const value of values) {
    spend(1);
    clause.store(inner, value);
    if (!allHold(clause.tests, inner)) continue;
    if (next === undefined) visit(inner);
    else loop(clauses, { values: iterate(next.items(inner)), level: level + 1, inner }, visit);
  }
}

function allHold(tests: readonly Eval[], frame: Frame): boolean {
  for (const test of tests) if (!isTrue(test(frame))) return false;
  return true;
}

/** A generator expression: nothing but its first `in` part is evaluated before it is asked, as in Python. */
export function compileGenerator(compiler: Compiler, node: Node<'GeneratorExp'>, scope: CompileScope): Eval {
  const parts = compileClauses(compiler, node.generators, scope);
  const element = compiler.expression(node.elt as Expression, parts.inner);
  return (frame) => {
    const values = iterate(parts.first(frame));
    const inner = new Frame(parts.inner.size, frame, frame);
    return new PythonIterator('generator', generate(parts.clauses, { values, level: 0, inner }, element));
  };
}

function* generate(
  clauses: readonly Clause[],
  { values, level, inner }: Level,
  element: Eval,
): Generator<Value, undefined, Value> {
  const clause = clauses[level];
  if (clause === undefined) return;
  const next = clauses[level + 1];
  for (const value of values) {
    spend(1);
    clause.store(inner, value);
    if (!allHold(clause.tests, inner)) continue;
    if (next === undefined) yield element(inner);
    else yield* generate(clauses, { values: iterate(next.items(inner)), level: level + 1, inner }, element);
  }
}
