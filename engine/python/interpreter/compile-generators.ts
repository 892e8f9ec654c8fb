import type { Expression, Statement, StatementNode } from '../parse-python.ts';
import { objectOf } from '../values/exceptions.ts';
import { spend } from '../values/meter.ts';
import { PythonException } from '../values/python-error.ts';
import { PythonGenerator } from '../values/python-generator.ts';
import { callValue, isTrue, iterate, PythonIterator, type Value } from '../values/value.ts';
import { hasYield } from './bindings.ts';
import type { CompileScope } from './compile-scope.ts';
import { compileBlock, inLoop } from './compile-statements.ts';
import { compileAugmented } from './compile-targets.ts';
import { type CompiledHandler, compileHandlers, handlerFor, leaves, managed } from './compile-try.ts';
import { breaking, type Compiler, type Completion, type GeneratorExec, normal, returning } from './compiler.ts';
import type { Frame } from './frame.ts';

type Steps = Generator<Value, Completion, Value>;
type Handlers = {
  readonly [K in Statement['nodeType']]?: (c: Compiler, n: StatementNode<K>, s: CompileScope) => GeneratorExec;
};

const handlers: Handlers = {
  Expr: (compiler, node, scope) => yielding(compiler, { value: node.value, use: () => normal }, scope),
  Assign: (compiler, node, scope) => {
    const stores = node.targets.map((each) => compiler.target(each, scope));
    const use = (frame: Frame, value: Value): Completion => {
      for (const store of stores) store(frame, value);
      return normal;
    };
    return yielding(compiler, { value: node.value, use }, scope);
  },
  AugAssign: (compiler, node, scope) => {
    const store = compileAugmented(compiler, node, scope);
    const use = (frame: Frame, value: Value): Completion => {
      store(frame, value);
      return normal;
    };
    return yielding(compiler, { value: node.value, use }, scope);
  },
  Return: (compiler, node, scope) => {
    const use = (frame: Frame, value: Value): Completion => {
      frame.result = value;
      return returning;
    };
    return node.value ? yielding(compiler, { value: node.value, use }, scope) : plain(compiler, node, scope);
  },
  If: (compiler, node, scope) => {
    const test = compiler.expression(node.test, scope);
    const yes = compiler.generatorBlock(node.body, scope);
    const no = compiler.generatorBlock(node.orelse, scope);
    return function* run(frame): Steps {
      return isTrue(test(frame)) ? yield* yes(frame) : yield* no(frame);
    };
  },
  For: compileFor,
  While: compileWhile,
  Try: compileTry,
  With: compileWith,
};

/** Compiles statements of a function with `yield`: those without it run as in other functions. */
export function compileGeneratorBlock(
  compiler: Compiler,
  nodes: readonly Statement[],
  scope: CompileScope,
): GeneratorExec {
  const parts = nodes.map((node) => {
    const handler = handlers[node.nodeType] as
      | ((c: Compiler, n: Statement, s: CompileScope) => GeneratorExec)
      | undefined;
    const own =
      handler !== undefined && hasYield(node) && node.nodeType !== 'FunctionDef' && node.nodeType !== 'ClassDef';
    return { node, steps: own ? handler(compiler, node, scope) : plain(compiler, node, scope), own };
  });
  return function* run(frame): Steps {
    for (const { node, steps } of parts) {
      frame.at = node;
      const completion = yield* steps(frame);
      if (completion !== normal) return completion;
    }
    return normal;
  };
}

function plain(compiler: Compiler, node: Statement, scope: CompileScope): GeneratorExec {
  const run = compileBlock(compiler, [node], scope);
  // biome-ignore lint/correctness/useYield: it has the shape of those that do
  return function* once(frame): Steps {
    return run(frame);
  };
}

interface Use {
  readonly value: Expression;
  readonly use: (frame: Frame, value: Value) => Completion;
}

/** A statement whose value is a `yield`. */
function yielding(compiler: Compiler, { value, use }: Use, scope: CompileScope): GeneratorExec {
  if (value.nodeType === 'Yield') {
    const given = value.value ? compiler.expression(value.value, scope) : () => null;
    return function* run(frame): Steps {
      spend(1);
      return use(frame, yield given(frame));
    };
  }
  if (value.nodeType === 'YieldFrom') {
    const source = compiler.expression(value.value, scope);
    return function* run(frame): Steps {
      return use(frame, yield* delegate(source(frame)));
    };
  }
  const other = compiler.expression(value, scope);
  // biome-ignore lint/correctness/useYield: the expression reports the `yield` inside of it
  return function* run(frame): Steps {
    return use(frame, other(frame));
  };
}

/** `yield from`: what is sent goes to the inner generator; gives the value that it returns. */
function* delegate(value: Value): Generator<Value, Value, Value> {
  if (!(value instanceof PythonIterator)) {
    for (const each of iterate(value)) yield each;
    return null;
  }
  let step = value.next();
  while (step.done !== true) {
    let sent: Value;
    try {
      sent = yield step.value;
    } catch (error) {
      if (!(value instanceof PythonGenerator && error instanceof PythonException)) throw error;
      step = value.raise(objectOf(error));
      continue;
    }
    step = sent !== null && value instanceof PythonGenerator ? value.send(sent) : value.next();
  }
  return (step.value ?? null) as Value;
}

function compileFor(compiler: Compiler, node: StatementNode<'For'>, scope: CompileScope): GeneratorExec {
  const items = compiler.expression(node.iter, scope);
  const store = compiler.target(node.target, scope);
  const body = inLoop(scope, () => compiler.generatorBlock(node.body, scope));
  const otherwise = compiler.generatorBlock(node.orelse, scope);
  return function* run(frame): Steps {
    for (const value of iterate(items(frame))) {
      spend(1);
      store(frame, value);
      const completion = yield* body(frame);
      if (completion === breaking) return normal;
      if (completion === returning) return returning;
    }
    return yield* otherwise(frame);
  };
}

function compileWhile(compiler: Compiler, node: StatementNode<'While'>, scope: CompileScope): GeneratorExec {
  const test = compiler.expression(node.test, scope);
  const body = inLoop(scope, () => compiler.generatorBlock(node.body, scope));
  const otherwise = compiler.generatorBlock(node.orelse, scope);
  return function* run(frame): Steps {
    while (isTrue(test(frame))) {
      spend(1);
      const completion = yield* body(frame);
      if (completion === breaking) return normal;
      if (completion === returning) return returning;
    }
    return yield* otherwise(frame);
  };
}

function compileTry(compiler: Compiler, node: StatementNode<'Try'>, scope: CompileScope): GeneratorExec {
  const compileBody = (body: readonly Statement[]): GeneratorExec => compiler.generatorBlock(body, scope);
  const body = compileBody(node.body);
  const clauses = compileHandlers(compiler, { node, compileBody }, scope);
  const otherwise = compileBody(node.orelse);
  const last = compileBody(node.finalbody);
  function* guarded(frame: Frame): Steps {
    let completion: Completion;
    try {
      completion = yield* body(frame);
    } catch (error) {
      const handler = handlerFor(clauses, error, frame);
      if (handler === undefined) throw error;
      return yield* handle(handler, error as PythonException, frame);
    }
    return completion === normal ? yield* otherwise(frame) : completion;
  }
  return function* run(frame): Steps {
    let completion: Completion;
    try {
      completion = yield* guarded(frame);
    } catch (error) {
      if (error instanceof PythonException) {
        const ended = yield* last(frame);
        if (ended !== normal) return ended;
      }
      throw error;
    }
    const { result } = frame;
    const ended = yield* last(frame);
    if (ended !== normal) return ended;
    frame.result = result;
    return completion;
  };
}

function* handle(handler: CompiledHandler<GeneratorExec>, error: PythonException, frame: Frame): Steps {
  const { handling } = frame.context;
  handling.push(error);
  handler.store?.(frame, objectOf(error));
  try {
    return yield* handler.body(frame);
  } finally {
    const at = handling.lastIndexOf(error);
    if (at !== -1) handling.splice(at, 1);
    handler.store?.(frame, undefined);
  }
}

function compileWith(compiler: Compiler, node: StatementNode<'With'>, scope: CompileScope): GeneratorExec {
  const body = compiler.generatorBlock(node.body, scope);
  return node.items.reduceRight<GeneratorExec>((inner, item) => {
    const value = compiler.expression(item.context_expr, scope);
    const store = item.optional_vars ? compiler.target(item.optional_vars, scope) : undefined;
    return function* run(frame): Steps {
      const { start, end } = managed(value(frame));
      const entered = callValue(start, []);
      let completion: Completion;
      try {
        store?.(frame, entered);
        completion = yield* inner(frame);
      } catch (error) {
        if (error instanceof PythonException && leaves(end, error)) return normal;
        throw error;
      }
      callValue(end, [null, null, null]);
      return completion;
    };
  }, body);
}
