import type { Expression, Node } from '../parse-python.ts';
import { attributeOf } from '../values/attributes.ts';
import { compareBy } from '../values/compare.ts';
import { reserve } from '../values/meter.ts';
import { negate, operate } from '../values/operators.ts';
import { PythonException, typeError, UnsupportedConstruct } from '../values/python-error.ts';
import { asciiText, represent, toText } from '../values/represent.ts';
import { subscript } from '../values/subscript.ts';
import { formatValue } from '../values/text-format.ts';
import {
  isTrue,
  iterate,
  PythonDict,
  PythonList,
  PythonSet,
  PythonSlice,
  PythonTuple,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { compileCall } from './compile-call.ts';
import { compileComprehension, compileDictComprehension, compileGenerator } from './compile-comprehension.ts';
import { compileConstant } from './compile-constant.ts';
import { compileLambda } from './compile-function.ts';
import { compileName } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import type { Compiler, Eval } from './compiler.ts';
import type { Frame } from './frame.ts';

type Handlers = { readonly [K in Expression['nodeType']]?: (c: Compiler, node: Node<K>, scope: CompileScope) => Eval };

const handlers: Handlers = {
  Constant: (compiler, node) => compileConstant(compiler.text, node),
  Name: (_compiler, node, scope) => compileName(node, scope),
  NamedExpr: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    const store = compiler.target(node.target, scope);
    return (frame) => {
      const result = value(frame);
      store(frame, result);
      return result;
    };
  },
  Attribute: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    const name = node.attr;
    return (frame) => {
      const object = value(frame);
      frame.at = node;
      return attributeOf(object, name);
    };
  },
  Call: compileCall,
  IfExp: (compiler, node, scope) => {
    const test = compiler.expression(node.test, scope);
    const yes = compiler.expression(node.body, scope);
    const no = compiler.expression(node.orelse, scope);
    return (frame) => (isTrue(test(frame)) ? yes(frame) : no(frame));
  },
  BoolOp: compileBoolean,
  UnaryOp: (compiler, node, scope) => {
    const operand = compiler.expression(node.operand, scope);
    const operator = node.op.nodeType;
    if (operator === 'Not') return (frame) => !isTrue(operand(frame));
    return (frame) => {
      const value = operand(frame);
      frame.at = node;
      return negate(operator, value);
    };
  },
  BinOp: (compiler, node, scope) => {
    const left = compiler.expression(node.left, scope);
    const right = compiler.expression(node.right, scope);
    const operator = node.op.nodeType;
    return (frame) => {
      const first = left(frame);
      const second = right(frame);
      frame.at = node;
      return operate(operator, first, second);
    };
  },
  Compare: compileCompare,
  Subscript: (compiler, node, scope) => {
    const value = compiler.expression(node.value, scope);
    const key = compiler.expression(node.slice, scope);
    return (frame) => {
      const object = value(frame);
      const index = key(frame);
      frame.at = node;
      return subscript(object, index);
    };
  },
  Slice: compileSlice,
  List: (compiler, node, scope) => {
    const items = compiler.expressions(node.elts, scope);
    return (frame) => new PythonList(items(frame));
  },
  Tuple: (compiler, node, scope) => {
    const items = compiler.expressions(node.elts, scope);
    return (frame) => new PythonTuple(items(frame));
  },
  Set: (compiler, node, scope) => {
    const items = compiler.expressions(node.elts, scope);
    return (frame) => new PythonSet(items(frame));
  },
  Dict: compileDict,
  JoinedStr: compileJoined,
  FormattedValue: compileFormatted,
  Lambda: compileLambda,
  ListComp: (compiler, node, scope) => {
    const each = compileComprehension(compiler, node, scope);
    return (frame) => {
      const items: Value[] = [];
      each(frame, (value) => items.push(value));
      return new PythonList(items);
    };
  },
  SetComp: (compiler, node, scope) => {
    const each = compileComprehension(compiler, node, scope);
    return (frame) => {
      const set = new PythonSet();
      each(frame, (value) => set.add(value));
      return set;
    };
  },
  DictComp: compileDictComprehension,
  GeneratorExp: compileGenerator,
  Starred: () => {
    throw new PythonException('SyntaxError', "can't use starred expression here");
  },
};

const adviceByKind: Readonly<Record<string, string>> = {
  Await: 'write it without `await`',
  Yield: 'put the value of `yield` into a variable with a statement of its own',
  YieldFrom: 'put the value of `yield from` into a variable with a statement of its own',
};

/** Compiles an expression; what the subset has not becomes an error when it is reached. */
export function compileExpression(compiler: Compiler, node: Expression, scope: CompileScope): Eval {
  const handler = handlers[node.nodeType] as ((c: Compiler, n: Expression, s: CompileScope) => Eval) | undefined;
  if (handler !== undefined) return handler(compiler, node, scope);
  return (frame) => {
    frame.at = node;
    const advice = adviceByKind[node.nodeType] ?? 'use names, calls, operators and comprehensions';
    throw new UnsupportedConstruct(`\`${node.nodeType}\``, advice);
  };
}

/** Compiles several expressions, `*x` spread out. */
export function compileExpressions(
  compiler: Compiler,
  nodes: readonly Expression[],
  scope: CompileScope,
): (frame: Frame) => Value[] {
  const parts = nodes.map((node) => ({
    spread: node.nodeType === 'Starred' ? node : undefined,
    value: compiler.expression(node.nodeType === 'Starred' ? node.value : node, scope),
  }));
  if (parts.every((part) => part.spread === undefined)) {
    const plain = parts.map((part) => part.value);
    return (frame) => {
      const values: Value[] = [];
      for (const each of plain) values.push(each(frame));
      return values;
    };
  }
  return (frame) => {
    const values: Value[] = [];
    for (const { spread, value } of parts) {
      const item = value(frame);
      if (spread === undefined) values.push(item);
      else {
        frame.at = spread;
        reserve(8);
        for (const each of iterate(item)) values.push(each);
      }
    }
    return values;
  };
}

function compileBoolean(compiler: Compiler, node: Node<'BoolOp'>, scope: CompileScope): Eval {
  const stopsAt = node.op.nodeType === 'Or';
  const operands = node.values.map((each) => compiler.expression(each, scope));
  return (frame) => {
    let value: Value = null;
    for (const operand of operands) {
      value = operand(frame);
      if (isTrue(value) === stopsAt) return value;
    }
    return value;
  };
}

function compileCompare(compiler: Compiler, node: Node<'Compare'>, scope: CompileScope): Eval {
  const first = compiler.expression(node.left, scope);
  const steps = node.comparators.map((each, index) => ({
    operator: node.ops[index]?.nodeType ?? 'Eq',
    value: compiler.expression(each, scope),
  }));
  return (frame) => {
    let left = first(frame);
    for (const { operator, value } of steps) {
      const right = value(frame);
      frame.at = node;
      if (!compareBy(operator, left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compileSlice(compiler: Compiler, node: Node<'Slice'>, scope: CompileScope): Eval {
  const part = (each: Expression | undefined): Eval => (each ? compiler.expression(each, scope) : () => null);
  const [lower, upper, step] = [part(node.lower), part(node.upper), part(node.step)];
  return (frame) => new PythonSlice(lower(frame), upper(frame), step(frame));
}

function compileDict(compiler: Compiler, node: Node<'Dict'>, scope: CompileScope): Eval {
  const entries = node.values.map((value, index) => {
    const key = node.keys[index];
    return { key: key ? compiler.expression(key, scope) : undefined, value: compiler.expression(value, scope) };
  });
  return (frame) => {
    const result = new PythonDict();
    for (const { key, value } of entries) {
      const known = key?.(frame);
      const item = value(frame);
      frame.at = node;
      if (known !== undefined) result.set(known, item);
      else if (item instanceof PythonDict) for (const [name, each] of item.entries()) result.set(name, each);
      else throw typeError(`'${typeNameOf(item)}' object is not a mapping`);
    }
    return result;
  };
}

function compileJoined(compiler: Compiler, node: Node<'JoinedStr'>, scope: CompileScope): Eval {
  const parts = node.values.map((part): Eval => {
    if (part.nodeType !== 'Constant') return compiler.expression(part, scope);
    const text = String(part.value);
    return () => text;
  });
  return (frame) => {
    let result = '';
    for (const part of parts) result += part(frame) as string;
    reserve(result.length);
    return result;
  };
}

function compileFormatted(compiler: Compiler, node: Node<'FormattedValue'>, scope: CompileScope): Eval {
  const value = compiler.expression(node.value, scope);
  const spec = node.format_spec ? compiler.expression(node.format_spec, scope) : undefined;
  const { conversion } = node;
  return (frame) => {
    const item = value(frame);
    const how = spec === undefined ? '' : toText(spec(frame));
    frame.at = node;
    if (conversion === 115) return formatValue(toText(item), how);
    if (conversion === 114) return formatValue(represent(item), how);
    return conversion === 97 ? formatValue(asciiText(item), how) : formatValue(item, how);
  };
}
