import type { Expression, Statement, StatementNode } from '../parse-python.ts';
import { spend } from '../values/meter.ts';
import { PythonException, UnsupportedConstruct } from '../values/python-error.ts';
import { toText } from '../values/represent.ts';
import { callValue, isTrue, iterate, type Value } from '../values/value.ts';
import { compileClass } from './compile-class.ts';
import { compileDefinition } from './compile-function.ts';
import { compileImport, compileImportFrom } from './compile-import.ts';
import { compileCases } from './compile-match.ts';
import { compileStore } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import { compileAugmented, compileDelete } from './compile-targets.ts';
import { compileRaise, compileTry, compileWith } from './compile-try.ts';
import { breaking, type Compiler, continuing, type Eval, type Exec, normal, returning } from './compiler.ts';

type Handlers = { readonly [K in Statement['nodeType']]?: (c: Compiler, n: StatementNode<K>, s: CompileScope) => Exec };

const handlers: Handlers = {
  Expr: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    return (frame) => {
      value(frame);
      return normal;
    };
  },
  Assign: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    const [first, ...more] = node.targets.map((each) => compiler.target(each, scope));
    return (frame) => {
      const result = value(frame);
      first?.(frame, result);
      for (const store of more) store(frame, result);
      return normal;
    };
  },
  AnnAssign: (compiler, node, scope) => {
    if (!node.value) return () => normal;
    const value = compiler.expression(node.value, scope);
    const store = compiler.target(node.target, scope);
    return (frame) => {
      store(frame, value(frame));
      return normal;
    };
  },
  AugAssign: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    const store = compileAugmented(compiler, node, scope);
    return (frame) => {
      store(frame, value(frame));
      return normal;
    };
  },
  If: (compiler, node, scope) => {
    const test = compiler.expression(node.test, scope);
    const yes = compiler.block(node.body, scope);
    const no = compiler.block(node.orelse, scope);
    return (frame) => (isTrue(test(frame)) ? yes(frame) : no(frame));
  },
  For: compileFor,
  While: compileWhile,
  Break: (_compiler, node, scope) => loopEnd(node, scope, breaking),
  Continue: (_compiler, node, scope) => loopEnd(node, scope, continuing),
  Return: (compiler, node, scope) => {
    checkReturn(scope);
    const value = node.value ? compiler.expression(node.value, scope) : () => null;
    return (frame) => {
      frame.result = value(frame);
      return returning;
    };
  },
  Pass: () => () => normal,
  Global: () => () => normal,
  Nonlocal: (_compiler, node, scope) => {
    for (const name of node.names) scope.resolveNonlocal(name);
    return () => normal;
  },
  Delete: (compiler, node, scope) => {
    const parts = node.targets.map((each) => compileDelete(compiler, each, scope));
    return (frame) => {
      for (const part of parts) part(frame);
      return normal;
    };
  },
  Assert: (compiler, node, scope) => {
    const test = compiler.expression(node.test, scope);
    const message = node.msg ? compiler.expression(node.msg, scope) : undefined;
    return (frame) => {
      if (isTrue(test(frame))) return normal;
      frame.at = node;
      const value = message?.(frame);
      throw new PythonException(
        'AssertionError',
        value === undefined ? '' : toText(value),
        value === undefined ? [] : [value],
      );
    };
  },
  Import: compileImport,
  ImportFrom: compileImportFrom,
  Raise: compileRaise,
  Try: compileTry,
  With: compileWith,
  Match: (compiler, node, scope) => {
    const subject = compiler.expression(node.subject, scope);
    const choose = compileCases(compiler, { node, compileBody: (body) => compiler.block(body, scope) }, scope);
    return (frame) => choose(frame, subject(frame))?.(frame) ?? normal;
  },
  FunctionDef: (compiler, node, scope) => {
    const make = decorated(compiler, { node, make: compileDefinition(compiler, node, scope) }, scope);
    const store = compileStore(node.name, scope);
    return (frame) => {
      store(frame, make(frame));
      return normal;
    };
  },
  ClassDef: (compiler, node, scope) => {
    const make = decorated(compiler, { node, make: compileClass(compiler, node, scope) }, scope);
    const store = compileStore(node.name, scope);
    return (frame) => {
      store(frame, make(frame));
      return normal;
    };
  },
};

const adviceByKind: Readonly<Record<string, string>> = {
  AsyncFunctionDef: 'write it without `async`',
  AsyncFor: 'write it without `async`',
  AsyncWith: 'write it without `async`',
  TryStar: 'write it with `except`',
  TypeAlias: 'leave the type out',
};

/** Compiles a statement; what the subset has not becomes an error when it is reached. */
export function compileStatement(compiler: Compiler, node: Statement, scope: CompileScope): Exec {
  const handler = handlers[node.nodeType] as ((c: Compiler, n: Statement, s: CompileScope) => Exec) | undefined;
  if (handler !== undefined) return handler(compiler, node, scope);
  return (frame) => {
    frame.at = node;
    throw new UnsupportedConstruct(
      `\`${node.nodeType}\``,
      adviceByKind[node.nodeType] ?? 'write it with other statements',
    );
  };
}

/** Compiles statements that run one after the other. */
export function compileBlock(compiler: Compiler, nodes: readonly Statement[], scope: CompileScope): Exec {
  const parts = nodes
    .filter((each) => each.nodeType !== 'Comment')
    .map((node) => ({ node, run: compileStatement(compiler, node, scope) }));
  const [only] = parts;
  if (only === undefined) return () => normal;
  if (parts.length === 1) {
    return (frame) => {
      spend(1);
      frame.at = only.node;
      return only.run(frame);
    };
  }
  return (frame) => {
    for (const { node, run } of parts) {
      spend(1);
      frame.at = node;
      const completion = run(frame);
      if (completion !== normal) return completion;
    }
    return normal;
  };
}

/** Whether `return` may stand in a scope. Throws SyntaxError. */
export function checkReturn(scope: CompileScope): void {
  if (scope.kind === 'class' || scope.kind === 'module') {
    throw new PythonException('SyntaxError', "'return' outside function");
  }
}

function loopEnd(node: Statement, scope: CompileScope, completion: typeof breaking | typeof continuing): Exec {
  if (scope.loops === 0) {
    const text = node.nodeType === 'Break' ? "'break' outside loop" : "'continue' not properly in loop";
    throw new PythonException('SyntaxError', text);
  }
  return () => completion;
}

/** A block inside of a loop. */
export function inLoop<T>(scope: CompileScope, compile: () => T): T {
  scope.loops += 1;
  const result = compile();
  scope.loops -= 1;
  return result;
}

function compileFor(compiler: Compiler, node: StatementNode<'For'>, scope: CompileScope): Exec {
  const items = compiler.expression(node.iter, scope);
  const store = compiler.target(node.target, scope);
  const body = inLoop(scope, () => compiler.block(node.body, scope));
  const otherwise = compiler.block(node.orelse, scope);
  return (frame) => {
    const values = items(frame);
    frame.at = node;
    for (const value of iterate(values)) {
      spend(1);
      store(frame, value);
      const completion = body(frame);
      if (completion === breaking) return normal;
      if (completion === returning) return returning;
      frame.at = node;
    }
    return otherwise(frame);
  };
}

function compileWhile(compiler: Compiler, node: StatementNode<'While'>, scope: CompileScope): Exec {
  const test = compiler.expression(node.test, scope);
  const body = inLoop(scope, () => compiler.block(node.body, scope));
  const otherwise = compiler.block(node.orelse, scope);
  return (frame) => {
    while (isTrue(test(frame))) {
      spend(1);
      const completion = body(frame);
      if (completion === breaking) return normal;
      if (completion === returning) return returning;
    }
    return otherwise(frame);
  };
}

interface Decorated {
  readonly node: { readonly decorator_list: readonly Expression[] };
  readonly make: Eval;
}

function decorated(compiler: Compiler, { node, make }: Decorated, scope: CompileScope): Eval {
  if (node.decorator_list.length === 0) return make;
  const decorators = node.decorator_list.map((each) => ({ node: each, value: compiler.expression(each, scope) }));
  return (frame) => {
    const callables = decorators.map(({ value }) => value(frame));
    let result: Value = make(frame);
    for (let index = callables.length - 1; index >= 0; index--) {
      frame.at = decorators[index]?.node ?? frame.at;
      result = callValue(callables[index] ?? null, [result]);
    }
    return result;
  };
}
