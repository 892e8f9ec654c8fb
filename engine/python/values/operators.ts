import { asNumber } from './compare.ts';
import { LimitReached, PythonException, typeError } from './python-error.ts';
import { percentFormat } from './text-format.ts';
import { lengthOf, maxSize, PythonDict, PythonList, PythonSet, PythonTuple, typeNameOf, type Value } from './value.ts';

/** The operators by the names of Python's tree, with the sign that messages show. */
export const operatorSigns: Readonly<Record<string, string>> = {
  Add: '+',
  Sub: '-',
  Mult: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '** or pow()',
  BitAnd: '&',
  BitOr: '|',
  BitXor: '^',
  LShift: '<<',
  RShift: '>>',
};

/** `left <operator> right`. Throws TypeError for operands that do not fit. */
export function operate(operator: string, left: Value, right: Value): Value {
  const result = onNumbers(operator, left, right) ?? onCollections(operator, left, right);
  if (result !== undefined) return result;
  if (operator === 'Add' && typeof left === 'string') {
    throw typeError(`can only concatenate str (not "${typeNameOf(right)}") to str`);
  }
  const sign = operatorSigns[operator] ?? operator;
  throw typeError(`unsupported operand type(s) for ${sign}: '${typeNameOf(left)}' and '${typeNameOf(right)}'`);
}

/** `-x`, `+x`, `~x`. */
export function negate(operator: 'USub' | 'UAdd' | 'Invert', operand: Value): Value {
  const number = asNumber(operand);
  if (number !== undefined) {
    if (operator === 'USub') return -number;
    if (operator === 'UAdd') return number;
    if (typeof number === 'bigint') return ~number;
  }
  const sign = { USub: '-', UAdd: '+', Invert: '~' }[operator];
  throw typeError(`bad operand type for unary ${sign}: '${typeNameOf(operand)}'`);
}

function onNumbers(operator: string, left: Value, right: Value): Value | undefined {
  const first = asNumber(left);
  const second = asNumber(right);
  if (first === undefined || second === undefined) return undefined;
  if (typeof left === 'boolean' && typeof right === 'boolean' && /^Bit/.test(operator)) {
    return operator === 'BitAnd' ? left && right : operator === 'BitOr' ? left || right : left !== right;
  }
  if (typeof first === 'bigint' && typeof second === 'bigint' && operator !== 'Div') {
    return onIntegers(operator, first, second);
  }
  return onFloats(operator, Number(first), Number(second));
}

function onIntegers(operator: string, left: bigint, right: bigint): Value | undefined {
  switch (operator) {
    case 'Add':
      return left + right;
    case 'Sub':
      return left - right;
    case 'Mult':
      return left * right;
    case 'FloorDiv':
      return (left - floorModulo(left, right)) / right;
    case 'Mod':
      return floorModulo(left, right);
    case 'Pow':
      return power(left, right);
    default:
      return onBits(operator, left, right);
  }
}

function onBits(operator: string, left: bigint, right: bigint): Value | undefined {
  switch (operator) {
    case 'BitAnd':
      return left & right;
    case 'BitOr':
      return left | right;
    case 'BitXor':
      return left ^ right;
    case 'LShift':
    case 'RShift':
      if (right < 0n) throw new PythonException('ValueError', 'negative shift count');
      if (operator === 'LShift' && right > 1_000_000n) throw new LimitReached('makes a number that is too large');
      return operator === 'LShift' ? left << right : left >> right;
    default:
      return undefined;
  }
}

function power(left: bigint, right: bigint): Value {
  if (right < 0n) {
    if (left === 0n) throw new PythonException('ZeroDivisionError', '0.0 cannot be raised to a negative power');
    return Number(left) ** Number(right);
  }
  if (BigInt(left.toString(2).length) * right > 1_000_000n) throw new LimitReached('makes a number that is too large');
  return left ** right;
}

function floorModulo(left: bigint, right: bigint): bigint {
  if (right === 0n) throw new PythonException('ZeroDivisionError', 'integer division or modulo by zero');
  const rest = left % right;
  return rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest;
}

function onFloats(operator: string, left: number, right: number): Value | undefined {
  switch (operator) {
    case 'Add':
      return left + right;
    case 'Sub':
      return left - right;
    case 'Mult':
      return left * right;
    case 'Pow':
      return left ** right;
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
      return divide(operator, left, right);
    default:
      return undefined;
  }
}

function divide(operator: 'Div' | 'FloorDiv' | 'Mod', left: number, right: number): number {
  if (right === 0) {
    const what = { Div: 'division by zero', FloorDiv: 'float floor division by zero', Mod: 'float modulo' }[operator];
    throw new PythonException('ZeroDivisionError', what);
  }
  if (operator === 'Div') return left / right;
  const rest = left % right;
  const modulo = rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
  return operator === 'Mod' ? modulo : Math.floor((left - modulo) / right + 0.5);
}

function onCollections(operator: string, left: Value, right: Value): Value | undefined {
  if (operator === 'Mod' && typeof left === 'string') return percentFormat(left, right);
  if (operator === 'Add') return join(left, right);
  if (operator === 'Mult') return repeat(left, right) ?? repeat(right, left);
  if (left instanceof PythonSet && right instanceof PythonSet) return combineSets(operator, left, right);
  if (operator === 'BitOr' && left instanceof PythonDict && right instanceof PythonDict) {
    return new PythonDict([...left.entries(), ...right.entries()]);
  }
  return undefined;
}

function join(left: Value, right: Value): Value | undefined {
  if (typeof left === 'string' && typeof right === 'string') {
    checkSize(left.length + right.length);
    return left + right;
  }
  if (left instanceof PythonList && right instanceof PythonList) return new PythonList([...left.items, ...right.items]);
  if (left instanceof PythonTuple && right instanceof PythonTuple) {
    return new PythonTuple([...left.items, ...right.items]);
  }
  return undefined;
}

function repeat(value: Value, times: Value): Value | undefined {
  const number = asNumber(times);
  if (typeof number !== 'bigint') return undefined;
  const count = number > 0n ? Number(number) : 0;
  if (typeof value === 'string') {
    checkSize(value.length * count);
    return value.repeat(count);
  }
  if (!(value instanceof PythonList || value instanceof PythonTuple)) return undefined;
  checkSize(lengthOf(value) * count);
  const items = Array.from({ length: count }, () => value.items).flat();
  return value instanceof PythonList ? new PythonList(items) : new PythonTuple(items);
}

/** Union, intersection, difference or symmetric difference, in the order of the left side, then the right. */
export function combineSets(operator: string, left: PythonSet, right: PythonSet): PythonSet | undefined {
  const own = left.values();
  const other = right.values();
  switch (operator) {
    case 'BitOr':
      return new PythonSet([...own, ...other], left.frozen);
    case 'BitAnd':
      return new PythonSet(
        own.filter((item) => right.has(item)),
        left.frozen,
      );
    case 'Sub':
      return new PythonSet(
        own.filter((item) => !right.has(item)),
        left.frozen,
      );
    case 'BitXor':
      return new PythonSet(
        [...own.filter((item) => !right.has(item)), ...other.filter((item) => !left.has(item))],
        left.frozen,
      );
    default:
      return undefined;
  }
}

function checkSize(size: number): void {
  if (size > maxSize) throw new LimitReached(`makes something longer than ${maxSize}`);
}
