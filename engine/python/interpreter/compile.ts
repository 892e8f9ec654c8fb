import type { Expression, Statement } from '../parse-python.ts';
import type { Value } from '../values/value.ts';
import { declareBindings, declareInExpression } from './bindings.ts';
import { compileExpression, compileExpressions } from './compile-expressions.ts';
import { compileGeneratorBlock } from './compile-generators.ts';
import { CompileScope } from './compile-scope.ts';
import { compileBlock } from './compile-statements.ts';
import { compileTarget } from './compile-targets.ts';
import type { Compiler, Eval, Exec } from './compiler.ts';
import { type CodeSource, type Context, Frame } from './frame.ts';

/** What a run of compiled code needs. */
export interface Run {
  readonly context: Context;
  readonly source: CodeSource;
}

/** A frame for compiled code, and what to do with it. */
export interface Program<R> {
  open(run: Run): Frame;
  readonly run: (frame: Frame) => R;
}

/** A module: after it ran, its names can be read. */
export interface ModuleProgram extends Program<unknown> {
  read(frame: Frame, name: string): Value | undefined;
  names(): readonly string[];
}

/** Compiles an expression. Throws PythonException `SyntaxError`. */
export function compileEvaluation(text: string, tree: Expression): Program<Value> {
  const scope = new CompileScope('body');
  declareInExpression(tree, scope);
  const run: Eval = compilerOf(text).expression(tree, scope);
  return { open: (given) => new Frame(scope.size, undefined, given), run };
}

/** Compiles the body of a function without parameters. Throws PythonException `SyntaxError`. */
export function compileBody(text: string, statements: readonly Statement[]): Program<unknown> {
  const scope = new CompileScope('body');
  declareBindings(statements, scope);
  const run: Exec = compilerOf(text).block(statements, scope);
  return { open: (given) => new Frame(scope.size, undefined, given), run };
}

/** Compiles a module: a file, or the text of a `def`. Throws PythonException `SyntaxError`. */
export function compileModule(text: string, statements: readonly Statement[]): ModuleProgram {
  const scope = new CompileScope('module');
  declareBindings(statements, scope);
  const run: Exec = compilerOf(text).block(statements, scope);
  return {
    open: (given) => new Frame(scope.size, undefined, given),
    run,
    read: (frame, name) => {
      const index = scope.slots.get(name);
      return index === undefined ? undefined : frame.slots[index];
    },
    names: () => [...scope.slots.keys()],
  };
}

function compilerOf(text: string): Compiler {
  const compiler: Compiler = {
    text,
    expression: (node, scope) => compileExpression(compiler, node, scope),
    expressions: (nodes, scope) => compileExpressions(compiler, nodes, scope),
    target: (node, scope) => compileTarget(compiler, node, scope),
    block: (nodes, scope) => compileBlock(compiler, nodes, scope),
    generatorBlock: (nodes, scope) => compileGeneratorBlock(compiler, nodes, scope),
  };
  return compiler;
}
