import type { Expression, Node, Parameters, Statement, StatementNode } from '../parse-python.ts';
import { PythonException } from '../values/python-error.ts';
import type { Value } from '../values/value.ts';
import { declareBindings, declareInExpression, hasYield, parameterNames } from './bindings.ts';
import { CompileScope } from './compile-scope.ts';
import type { Compiler, Eval } from './compiler.ts';
import type { Frame } from './frame.ts';
import { type Defaults, type FunctionCode, PythonFunction } from './python-function.ts';

/** A lambda. */
export function compileLambda(compiler: Compiler, node: Node<'Lambda'>, scope: CompileScope): Eval {
  const inner = functionScope(node.args, scope, '<lambda>');
  declareInExpression(node.body, inner);
  const body = compiler.expression(node.body, inner);
  const code = {
    ...signature(node.args, inner),
    name: '<lambda>',
    fullName: `${scope.prefix}<lambda>`,
    documentation: null,
    run: body,
  };
  const defaults = compileDefaults(compiler, node.args, scope);
  return (frame) => new PythonFunction(code, frame, defaults(frame));
}

/** The function that a `def` makes, before decorators. */
export function compileDefinition(compiler: Compiler, node: StatementNode<'FunctionDef'>, scope: CompileScope): Eval {
  const inner = functionScope(node.args, scope, node.name);
  declareBindings(node.body, inner);
  const code: FunctionCode = {
    ...signature(node.args, inner),
    name: node.name,
    fullName: `${scope.prefix}${node.name}`,
    documentation: documentationOf(node.body),
    ...compileBody(compiler, node, inner),
  };
  const defaults = compileDefaults(compiler, node.args, scope);
  return (frame) => new PythonFunction(code, frame, defaults(frame));
}

/** The text at the head of a function, class or module. */
export function documentationOf(body: readonly Statement[]): string | null {
  const first = body.find((each) => each.nodeType !== 'Comment');
  if (first?.nodeType !== 'Expr' || first.value.nodeType !== 'Constant') return null;
  return typeof first.value.value === 'string' ? first.value.value : null;
}

function compileBody(
  compiler: Compiler,
  node: StatementNode<'FunctionDef'>,
  inner: CompileScope,
): Pick<FunctionCode, 'run' | 'generate'> {
  if (node.body.some((each) => hasYield({ each }))) {
    const generate = compiler.generatorBlock(node.body, inner);
    return { run: () => null, generate };
  }
  const block = compiler.block(node.body, inner);
  const run = (frame: Frame): Value => {
    block(frame);
    return frame.result;
  };
  return { run };
}

function functionScope(parameters: Parameters, scope: CompileScope, name: string): CompileScope {
  const inner = new CompileScope('function', scope, `${scope.prefix}${name}.<locals>.`);
  for (const each of parameterNames(parameters)) inner.declare(each);
  return inner;
}

function signature(
  { posonlyargs, args, vararg, kwonlyargs, kwarg, defaults }: Parameters,
  inner: CompileScope,
): Omit<FunctionCode, 'name' | 'fullName' | 'documentation' | 'run' | 'generate'> {
  if (defaults.length > posonlyargs.length + args.length) {
    throw new PythonException('SyntaxError', 'non-default argument follows default argument');
  }
  return {
    positional: [...posonlyargs, ...args].map((each) => each.arg),
    positionalOnly: posonlyargs.length,
    keywordOnly: kwonlyargs.map((each) => each.arg),
    rest: Boolean(vararg),
    moreKeywords: Boolean(kwarg),
    size: () => inner.size,
  };
}

function compileDefaults(compiler: Compiler, parameters: Parameters, scope: CompileScope): (frame: Frame) => Defaults {
  const { defaults, kwonlyargs, kw_defaults } = parameters;
  if (defaults.length === 0 && kw_defaults.every((each) => !each)) return () => noDefaults;
  const positional = compiler.expressions(defaults, scope);
  const named = kwonlyargs.flatMap(({ arg }, index) => {
    const node = kw_defaults[index] as Expression | null | undefined;
    return node ? [[arg, compiler.expression(node, scope)] as const] : [];
  });
  return (frame) => ({
    positional: positional(frame),
    keywordOnly: new Map(named.map(([name, value]) => [name, value(frame)])),
  });
}

const noDefaults: Defaults = { positional: [], keywordOnly: new Map() };
