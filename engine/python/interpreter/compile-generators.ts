import type { Expression, Statement, StatementNode } from '../parse-python.ts';
import { objectOf } from '../values/exceptions.ts';
import { spend } from '../values/meter.ts';
import { PythonException } from '../values/python-error.ts';
import { callValue, isTrue, iterate, type Value } from '../values/value.ts';
import { hasYield } from './bindings.ts';
import { compileCases } from './compile-match.ts';
import type { CompileScope } from './compile-scope.ts';
import { compileBlock, inLoop } from './compile-statements.ts';
import { compileAugmented } from './compile-targets.ts';
import { type CompiledHandler, compileHandlers, handlerFor, inContext, leaves, managed } from './compile-try.ts';
import { compileYielding } from './compile-yield.ts';
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
  AnnAssign: (compiler, node, scope) => {
    if (!node.value) return plain(compiler, node, scope);
    const store = compiler.target(node.target, scope);
    const use = (frame: Frame, value: Value): Completion => {
      store(frame, value);
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
    const test = compileYielding(compiler, node.test, scope);
    const yes = compiler.generatorBlock(node.body, scope);
    const no = compiler.generatorBlock(node.orelse, scope);
    return function* run(frame): Steps {
      return isTrue(yield* test(frame)) ? yield* yes(frame) : yield* no(frame);
    };
  },
  For: compileFor,
  While: compileWhile,
  Try: compileTry,
  With: compileWith,
  Match: (compiler, node, scope) => {
    const subject = compileYielding(compiler, node.subject, scope);
    const choose = compileCases(compiler, { node, compileBody: (body) => compiler.generatorBlock(body, scope) }, scope);
    return function* run(frame): Steps {
      const body = choose(frame, yield* subject(frame));
      return body === undefined ? normal : yield* body(frame);
    };
  },
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

/** A statement whose value has a `yield` in it. */
function yielding(compiler: Compiler, { value, use }: Use, scope: CompileScope): GeneratorExec {
  const given = compileYielding(compiler, value, scope);
  return function* run(frame): Steps {
    return use(frame, yield* given(frame));
  };
}

function compileFor(compiler: Compiler, node: StatementNode<'For'>, scope: CompileScope): GeneratorExec {
  const items = compileYielding(compiler, node.iter, scope);
  const store = compiler.target(node.target, scope);
  const body = inLoop(scope, () => compiler.generatorBlock(node.body, scope));
  const otherwise = compiler.generatorBlock(node.orelse, scope);
  return function* run(frame): Steps {
    for (const value of iterate(yield* items(frame))) {
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
  const test = compileYielding(compiler, node.test, scope);
  const body = inLoop(scope, () => compiler.generatorBlock(node.body, scope));
  const otherwise = compiler.generatorBlock(node.orelse, scope);
  return function* run(frame): Steps {
    while (isTrue(yield* test(frame))) {
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
  } catch (raisedNow) {
    throw inContext(raisedNow, error);
  } finally {
    const at = handling.lastIndexOf(error);
    if (at !== -1) handling.splice(at, 1);
    handler.store?.(frame, undefined);
  }
}

function compileWith(compiler: Compiler, node: StatementNode<'With'>, scope: CompileScope): GeneratorExec {
  const body = compiler.generatorBlock(node.body, scope);
  return node.items.reduceRight<GeneratorExec>((inner, item) => {
    const value = compileYielding(compiler, item.context_expr, scope);
    const store = item.optional_vars ? compiler.target(item.optional_vars, scope) : undefined;
    return function* run(frame): Steps {
      const { start, end } = managed(yield* value(frame));
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
