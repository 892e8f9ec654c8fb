import type { StatementNode } from '../parse-python.ts';
import { findAttribute } from '../values/attributes.ts';
import { ExceptionObject, exceptionClass, fullNameOf, objectOf } from '../values/exceptions.ts';
import { PythonClass } from '../values/python-class.ts';
import { PythonException, typeError } from '../values/python-error.ts';
import { asError } from '../values/python-generator.ts';
import { callValue, isTrue, PythonTuple, specialOf, typeNameOf, type Value } from '../values/value.ts';
import { compileStore } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import { type Compiler, type Completion, type Eval, type Exec, normal } from './compiler.ts';
import type { Frame } from './frame.ts';

/** `raise`, `raise X`, `raise X from Y`. */
export function compileRaise(compiler: Compiler, node: StatementNode<'Raise'>, scope: CompileScope): Exec {
  const value = node.exc ? compiler.expression(node.exc, scope) : undefined;
  const cause = node.cause ? compiler.expression(node.cause, scope) : undefined;
  return (frame) => {
    const { handling } = frame.context;
    const current = handling.at(-1);
    if (value === undefined) {
      if (current !== undefined) throw current;
      frame.at = node;
      throw new PythonException('RuntimeError', 'No active exception to reraise');
    }
    const raised = value(frame);
    frame.at = node;
    const error = asError(raised);
    const object = objectOf(error);
    if (current !== undefined && object.context === null && current !== error) object.context = objectOf(current);
    if (cause !== undefined) {
      object.cause = causeOf(cause(frame));
      object.hidesContext = true;
    }
    throw error;
  };
}

function causeOf(value: Value): Value {
  if (value === null || value instanceof ExceptionObject) return value;
  if (value instanceof PythonClass) return objectOf(asError(value));
  throw typeError('exception causes must derive from BaseException');
}

/** One `except` clause. */
export interface CompiledHandler<B> {
  readonly type: Eval | undefined;
  readonly store: ((frame: Frame, value: Value | undefined) => void) | undefined;
  readonly body: B;
}

/** The `except` clauses of a `try`, with bodies compiled by `compileBody`. */
export function compileHandlers<B>(
  compiler: Compiler,
  {
    node,
    compileBody,
  }: { readonly node: StatementNode<'Try'>; readonly compileBody: (n: StatementNode<'Try'>['body']) => B },
  scope: CompileScope,
): readonly CompiledHandler<B>[] {
  return node.handlers.map((each) => ({
    type: each.type ? compiler.expression(each.type, scope) : undefined,
    store: each.name ? compileStore(each.name, scope) : undefined,
    body: compileBody(each.body),
  }));
}

/** The clause that takes an error; errors that are not Python's are taken by none. */
export function handlerFor<B>(
  handlers: readonly CompiledHandler<B>[],
  error: unknown,
  frame: Frame,
): CompiledHandler<B> | undefined {
  if (!(error instanceof PythonException)) return undefined;
  const { class: cls } = objectOf(error);
  return handlers.find(({ type }) => type === undefined || matches(cls, type(frame)));
}

function matches(cls: PythonClass, wanted: Value): boolean {
  if (wanted instanceof PythonTuple) return wanted.items.some((each) => matches(cls, each));
  if (wanted instanceof PythonClass && wanted.isSubclassOf(exceptionClass('BaseException'))) {
    return cls.isSubclassOf(wanted) || (fullNameOf(cls) === fullNameOf(wanted) && wanted.module !== '');
  }
  throw typeError('catching classes that do not inherit from BaseException is not allowed');
}

/** `try`. `finally` runs for Python's exceptions, not for those that end the evaluation. */
export function compileTry(compiler: Compiler, node: StatementNode<'Try'>, scope: CompileScope): Exec {
  const compileBody = (body: StatementNode<'Try'>['body']): Exec => compiler.block(body, scope);
  const body = compileBody(node.body);
  const handlers = compileHandlers(compiler, { node, compileBody }, scope);
  const otherwise = compileBody(node.orelse);
  const last = compileBody(node.finalbody);
  const guarded: Exec = (frame) => {
    let completion: Completion;
    try {
      completion = body(frame);
    } catch (error) {
      const handler = handlerFor(handlers, error, frame);
      if (handler === undefined) throw error;
      return handle(handler, error as PythonException, frame);
    }
    return completion === normal ? otherwise(frame) : completion;
  };
  if (node.finalbody.length === 0) return guarded;
  return (frame) => {
    let completion: Completion;
    try {
      completion = guarded(frame);
    } catch (error) {
      if (error instanceof PythonException) {
        const place = frame.at;
        const ended = withContext(error, () => last(frame));
        if (ended !== normal) return ended;
        frame.at = place;
      }
      throw error;
    }
    const { result } = frame;
    const ended = last(frame);
    if (ended !== normal) return ended;
    frame.result = result;
    return completion;
  };
}

/** An exception that comes up while another is handled knows it. */
export function inContext(raisedNow: unknown, handled: PythonException): unknown {
  if (!(raisedNow instanceof PythonException) || raisedNow === handled) return raisedNow;
  const object = objectOf(raisedNow);
  const before = objectOf(handled);
  if (object !== before && object.context === null) object.context = before;
  return raisedNow;
}

function withContext<T>(handled: PythonException, run: () => T): T {
  try {
    return run();
  } catch (raisedNow) {
    throw inContext(raisedNow, handled);
  }
}

function handle(handler: CompiledHandler<Exec>, error: PythonException, frame: Frame): Completion {
  const { handling } = frame.context;
  const depth = handling.length;
  handling.push(error);
  handler.store?.(frame, objectOf(error));
  try {
    return handler.body(frame);
  } catch (raisedNow) {
    throw inContext(raisedNow, error);
  } finally {
    handling.length = depth;
    handler.store?.(frame, undefined);
  }
}

/** `with`: the last of several stands innermost. */
export function compileWith(compiler: Compiler, node: StatementNode<'With'>, scope: CompileScope): Exec {
  const body = compiler.block(node.body, scope);
  return node.items.reduceRight<Exec>((inner, item) => {
    const value = compiler.expression(item.context_expr, scope);
    const store = item.optional_vars ? compiler.target(item.optional_vars, scope) : undefined;
    return (frame) => {
      const manager = value(frame);
      frame.at = node;
      const { start, end } = managed(manager);
      const entered = callValue(start, []);
      let completion: Completion;
      try {
        store?.(frame, entered);
        completion = inner(frame);
      } catch (error) {
        if (error instanceof PythonException && leaves(end, error)) return normal;
        throw error;
      }
      callValue(end, [null, null, null]);
      return completion;
    };
  }, body);
}

/** Whether `__exit__` keeps an exception to itself. */
export function leaves(end: Value, error: PythonException): boolean {
  const object = objectOf(error);
  return isTrue(callValue(end, [object.class, object, null]));
}

/** `__enter__` and `__exit__` of the value of a `with`. Throws TypeError. */
export function managed(manager: Value): { readonly start: Value; readonly end: Value } {
  const start = specialOf(manager, '__enter__') ?? findAttribute(manager, '__enter__');
  const end = specialOf(manager, '__exit__') ?? findAttribute(manager, '__exit__');
  if (start !== undefined && end !== undefined) return { start, end };
  throw typeError(`'${typeNameOf(manager)}' object does not support the context manager protocol`);
}
