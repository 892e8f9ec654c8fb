import type { Expression } from '../parse-python.ts';
import { objectOf } from '../values/exceptions.ts';
import { spend } from '../values/meter.ts';
import { PythonException } from '../values/python-error.ts';
import { PythonGenerator } from '../values/python-generator.ts';
import { isTrue, iterate, PythonIterator, type Value } from '../values/value.ts';
import { hasYield } from './bindings.ts';
import type { CompileScope } from './compile-scope.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './frame.ts';

/** A compiled expression with `yield` in it: it gives its value when it ends. */
export type YieldingEval = (frame: Frame) => Generator<Value, Value, Value>;

type Kind = Expression['nodeType'];
type Handlers = {
  readonly [K in Kind]?: (
    compiler: Compiler,
    node: Extract<Expression, { readonly nodeType: K }>,
    scope: CompileScope,
  ) => YieldingEval;
};

const handlers: Handlers = {
  Yield: (compiler, node, scope) => {
    const given = node.value ? compileYielding(compiler, node.value, scope) : undefined;
    return function* run(frame) {
      spend(1);
      return yield given === undefined ? null : yield* given(frame);
    };
  },
  YieldFrom: (compiler, node, scope) => {
    const source = compileYielding(compiler, node.value, scope);
    return function* run(frame) {
      return yield* delegate(yield* source(frame));
    };
  },
  IfExp: (compiler, node, scope) => {
    const test = compileYielding(compiler, node.test, scope);
    const yes = compileYielding(compiler, node.body, scope);
    const no = compileYielding(compiler, node.orelse, scope);
    return function* run(frame) {
      return isTrue(yield* test(frame)) ? yield* yes(frame) : yield* no(frame);
    };
  },
  BoolOp: (compiler, node, scope) => {
    const stopsAt = node.op.nodeType === 'Or';
    const operands = node.values.map((each) => compileYielding(compiler, each, scope));
    return function* run(frame) {
      let value: Value = null;
      for (const operand of operands) {
        value = yield* operand(frame);
        if (isTrue(value) === stopsAt) return value;
      }
      return value;
    };
  },
};

/** An expression of a generator function; one without `yield` is compiled as elsewhere. */
export function compileYielding(compiler: Compiler, node: Expression, scope: CompileScope): YieldingEval {
  if (!yields(node)) {
    const plain = compiler.expression(node, scope);
    // biome-ignore lint/correctness/useYield: it has the shape of those that do
    return function* run(frame) {
      return plain(frame);
    };
  }
  const handler = handlers[node.nodeType] as
    | ((c: Compiler, n: Expression, s: CompileScope) => YieldingEval)
    | undefined;
  return handler === undefined ? compileParts(compiler, node, scope) : handler(compiler, node, scope);
}

/** Whether an expression of a generator function gives values before it has its own. */
export function yields(node: Expression): boolean {
  return hasYield({ node });
}

/** Evaluates the parts into names of their own, then the expression with these names in their places. */
function compileParts(compiler: Compiler, node: Expression, scope: CompileScope): YieldingEval {
  const parts: { readonly value: YieldingEval; readonly index: number }[] = [];
  const part = (each: Expression): Expression => {
    if (constant.has(each.nodeType)) return each;
    const name = `.yielded${scope.size}`;
    scope.declare(name);
    parts.push({ value: compileYielding(compiler, each, scope), index: scope.slots.get(name) ?? 0 });
    const { lineno = 1, col_offset = 0 } = each;
    return { nodeType: 'Name', id: name, ctx: { nodeType: 'Load' }, lineno, col_offset } as Expression;
  };
  const whole = compiler.expression(withParts(node, part), scope);
  return function* run(frame) {
    for (const { value, index } of parts) frame.slots[index] = yield* value(frame);
    return whole(frame);
  };
}

const constant = new Set(['Constant', 'Load', 'Store', 'Del']);
/** Nodes that are no values but hold some. */
const wrappers = new Set(['Keyword', 'Starred', 'Slice', 'FormattedValue']);

/** A copy of a node whose parts are replaced, in the order in which they are evaluated. */
function withParts(node: Expression, part: (each: Expression) => Expression): Expression {
  if (isComprehension(node)) return withFirstItems(node, part);
  if (node.nodeType === 'Lambda' || (node.nodeType === 'Compare' && node.comparators.length > 1)) return node;
  if (node.nodeType === 'NamedExpr') return { ...node, value: part(node.value) };
  if (node.nodeType === 'Dict') {
    const pairs = node.values.map((value, index) => {
      const key = node.keys[index];
      return { key: key ? part(key) : key, value: part(value) };
    });
    return { ...node, keys: pairs.map((each) => each.key), values: pairs.map((each) => each.value) } as Expression;
  }
  return mapped(node, (each) => (wrappers.has(each.nodeType) ? withParts(each, part) : part(each)));
}

type Comprehension = Extract<Expression, { readonly nodeType: 'ListComp' | 'SetComp' | 'DictComp' | 'GeneratorExp' }>;

function isComprehension(node: Expression): node is Comprehension {
  return ['ListComp', 'SetComp', 'DictComp', 'GeneratorExp'].includes(node.nodeType);
}

/** Only what a comprehension goes through first is evaluated outside of it. */
function withFirstItems(node: Comprehension, part: (each: Expression) => Expression): Expression {
  const [first, ...others] = node.generators;
  return first === undefined ? node : { ...node, generators: [{ ...first, iter: part(first.iter) }, ...others] };
}

function mapped(node: Expression, change: (each: Expression) => Expression): Expression {
  const isPart = (value: unknown): value is Expression =>
    typeof value === 'object' && value !== null && 'lineno' in value && 'nodeType' in value;
  const changed = Object.entries(node).map(([key, value]) => {
    if (isPart(value)) return [key, change(value)] as const;
    return [key, Array.isArray(value) ? value.map((each) => (isPart(each) ? change(each) : each)) : value] as const;
  });
  return Object.fromEntries(changed) as unknown as Expression;
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
