import type { Expression, Node } from '../parse-python.ts';
import { attributeOf } from '../values/attributes.ts';
import { isContained, isEqual, isOrdered, isSame } from '../values/compare.ts';
import { negate, operate } from '../values/operators.ts';
import { typeError, UnsupportedConstruct } from '../values/python-error.ts';
import { represent, toText } from '../values/represent.ts';
import { subscript } from '../values/subscript.ts';
import { formatValue } from '../values/text-format.ts';
import {
  isTrue,
  PythonCallable,
  PythonDict,
  PythonList,
  PythonSet,
  PythonSlice,
  typeNameOf,
  type Value,
} from '../values/value.ts';
import { dictionaryOf, generatorOf, itemsOf } from './comprehensions.ts';
import type { ExpressionHandlers, Interpreter } from './interpreter.ts';
import { Lambda } from './lambda.ts';
import type { Scope } from './scope.ts';

type Handlers = { readonly [K in Expression['nodeType']]?: (i: Interpreter, node: Node<K>, s: Scope) => Value };

const handlers: Handlers = {
  Constant: (interpreter, node) => constant(interpreter, node),
  Name: (interpreter, node, scope) => interpreter.lookUp(node.id, scope),
  NamedExpr: (interpreter, node, scope) => {
    const value = interpreter.evaluate(node.value, scope);
    interpreter.bind(node.target, value, scope);
    return value;
  },
  Attribute: (interpreter, node, scope) => attributeOf(interpreter.evaluate(node.value, scope), node.attr),
  Call: (interpreter, node, scope) => call(interpreter, node, scope),
  IfExp: (interpreter, node, scope) =>
    interpreter.evaluate(isTrue(interpreter.evaluate(node.test, scope)) ? node.body : node.orelse, scope),
  BoolOp: (interpreter, node, scope) => boolean(interpreter, node, scope),
  UnaryOp: (interpreter, node, scope) => {
    const operand = interpreter.evaluate(node.operand, scope);
    return node.op.nodeType === 'Not' ? !isTrue(operand) : negate(node.op.nodeType, operand);
  },
  BinOp: (interpreter, node, scope) => {
    const left = interpreter.evaluate(node.left, scope);
    return operate(node.op.nodeType, left, interpreter.evaluate(node.right, scope));
  },
  Compare: (interpreter, node, scope) => compare(interpreter, node, scope),
  Subscript: (interpreter, node, scope) => {
    const value = interpreter.evaluate(node.value, scope);
    return subscript(value, interpreter.evaluate(node.slice, scope));
  },
  Slice: (interpreter, node, scope) => {
    const part = (each: Expression | undefined): Value => (each ? interpreter.evaluate(each, scope) : null);
    return new PythonSlice(part(node.lower), part(node.upper), part(node.step));
  },
  List: (interpreter, node, scope) => new PythonList(interpreter.evaluateAll(node.elts, scope)),
  Tuple: (interpreter, node, scope) => interpreter.tuple(node.elts, scope),
  Set: (interpreter, node, scope) => new PythonSet(interpreter.evaluateAll(node.elts, scope)),
  Dict: (interpreter, node, scope) => dictionary(interpreter, node, scope),
  JoinedStr: (interpreter, node, scope) => joined(interpreter, node, scope),
  Lambda: (interpreter, node, scope) => new Lambda(interpreter, node, scope),
  ListComp: (interpreter, node, scope) => new PythonList([...itemsOf(interpreter, node, scope)]),
  SetComp: (interpreter, node, scope) => new PythonSet(itemsOf(interpreter, node, scope)),
  DictComp: (interpreter, node, scope) => dictionaryOf(interpreter, node, scope),
  GeneratorExp: (interpreter, node, scope) => generatorOf(interpreter, node, scope),
};

/** The meaning of every kind of expression in the subset. */
export const expressionHandlers = handlers as ExpressionHandlers;

function constant(interpreter: Interpreter, node: Node<'Constant'>): Value {
  const value: unknown = node.value;
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return value;
  if (typeof value === 'string') {
    if (node.quote_style === undefined) {
      throw new UnsupportedConstruct('`...`', 'use `None`');
    }
    if (/b/i.test(node.quote_style)) throw new UnsupportedConstruct('a bytes literal', 'use a string');
    return value;
  }
  if (typeof value !== 'number') throw new UnsupportedConstruct('a complex number', 'use int or float');
  return isFloat(interpreter.code, node) ? value : BigInt(value);
}

/** The tree holds the same number for `1` and `1.0`: only the text tells. */
function isFloat(code: string, node: Node<'Constant'>): boolean {
  if (!Number.isInteger(node.value)) return true;
  const line = code.split('\n')[(node.lineno ?? 1) - 1] ?? '';
  const text = line.slice(node.col_offset, node.end_col_offset);
  return !/^0[xob]/i.test(text) && /[.e]/i.test(text);
}

function call(interpreter: Interpreter, node: Node<'Call'>, scope: Scope): Value {
  const callee = interpreter.evaluate(node.func, scope);
  const positional = interpreter.evaluateAll(node.args, scope);
  const keywords = new Map<string, Value>();
  for (const keyword of node.keywords) {
    const value = interpreter.evaluate(keyword.value, scope);
    if (keyword.arg) keywords.set(keyword.arg, value);
    else if (value instanceof PythonDict) {
      for (const [key, item] of value.entries()) keywords.set(toText(key), item);
    } else throw typeError(`argument after ** must be a mapping, not ${typeNameOf(value)}`);
  }
  if (!(callee instanceof PythonCallable)) throw typeError(`'${typeNameOf(callee)}' object is not callable`);
  return callee.call({ positional, keywords });
}

function boolean(interpreter: Interpreter, node: Node<'BoolOp'>, scope: Scope): Value {
  const stopsAt = node.op.nodeType === 'Or';
  let value: Value = null;
  for (const operand of node.values) {
    value = interpreter.evaluate(operand, scope);
    if (isTrue(value) === stopsAt) return value;
  }
  return value;
}

function compare(interpreter: Interpreter, node: Node<'Compare'>, scope: Scope): Value {
  let left = interpreter.evaluate(node.left, scope);
  for (const [index, operator] of node.ops.entries()) {
    const other = node.comparators[index];
    if (other === undefined) break;
    const right = interpreter.evaluate(other, scope);
    if (!holds(operator.nodeType, left, right)) return false;
    left = right;
  }
  return true;
}

const comparisons: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  Eq: isEqual,
  NotEq: (left, right) => !isEqual(left, right),
  Lt: (left, right) => isOrdered('<', left, right),
  LtE: (left, right) => isOrdered('<=', left, right),
  Gt: (left, right) => isOrdered('>', left, right),
  GtE: (left, right) => isOrdered('>=', left, right),
  Is: isSame,
  IsNot: (left, right) => !isSame(left, right),
  In: isContained,
  NotIn: (left, right) => !isContained(left, right),
};

function holds(operator: string, left: Value, right: Value): boolean {
  return comparisons[operator]?.(left, right) ?? false;
}

function dictionary(interpreter: Interpreter, node: Node<'Dict'>, scope: Scope): Value {
  const result = new PythonDict();
  for (const [index, valueNode] of node.values.entries()) {
    const keyNode = node.keys[index];
    if (keyNode) {
      const key = interpreter.evaluate(keyNode, scope);
      result.set(key, interpreter.evaluate(valueNode, scope));
      continue;
    }
    const spread = interpreter.evaluate(valueNode, scope);
    if (!(spread instanceof PythonDict)) throw typeError(`'${typeNameOf(spread)}' object is not a mapping`);
    for (const [key, value] of spread.entries()) result.set(key, value);
  }
  return result;
}

function joined(interpreter: Interpreter, node: Node<'JoinedStr'>, scope: Scope): string {
  return node.values.map((part) => joinedPart(interpreter, part, scope)).join('');
}

function joinedPart(interpreter: Interpreter, part: Expression, scope: Scope): string {
  if (part.nodeType === 'Constant') return String(part.value);
  if (part.nodeType !== 'FormattedValue') return toText(interpreter.evaluate(part, scope));
  const value = interpreter.evaluate(part.value, scope);
  const spec = part.format_spec ? joinedPart(interpreter, part.format_spec, scope) : '';
  const conversion = part.conversion;
  if (conversion === 115) return formatValue(toText(value), spec);
  if (conversion === 114 || conversion === 97) return formatValue(represent(value), spec);
  return formatValue(value, spec);
}
