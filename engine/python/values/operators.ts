import { PythonBytes } from './bytes.ts';
import { asNumber, asSet } from './compare.ts';
import { reserve, reserveItems, spend } from './meter.ts';
import { operatorSigns, specialNames } from './operator-names.ts';
import { LimitReached, PythonException, typeError, UnsupportedConstruct } from './python-error.ts';
import { notImplemented } from './singletons.ts';
import { percentFormat } from './text-format.ts';
import {
  callValue,
  iterate,
  PythonDict,
  PythonList,
  PythonSet,
  PythonTuple,
  specialOf,
  typeNameOf,
  type Value,
} from './value.ts';

/** `left <operator> right`. Throws TypeError for operands that do not fit. */
export function operate(operator: string, left: Value, right: Value): Value {
  if (operator === 'Add' && typeof left === 'string' && typeof right === 'string') return joinTexts(left, right);
  const result =
    onSpecial(operator, left, right) ?? onNumbers(operator, left, right) ?? onCollections(operator, left, right);
  if (result !== undefined) return result;
  throw wrongOperands(operator, left, right);
}

function wrongOperands(operator: string, left: Value, right: Value): Error {
  if (operator === 'Add') {
    const type = typeNameOf(left);
    if (type === 'str' || type === 'list' || type === 'tuple') {
      return typeError(`can only concatenate ${type} (not "${typeNameOf(right)}") to ${type}`);
    }
    if (type === 'bytes') return typeError(`can't concat ${typeNameOf(right)} to bytes`);
  }
  if (operator === 'Mult' && (isSequence(left) || isSequence(right))) {
    return typeError(`can't multiply sequence by non-int of type '${typeNameOf(isSequence(left) ? right : left)}'`);
  }
  const sign = operatorSigns[operator] ?? operator;
  return typeError(`unsupported operand type(s) for ${sign}: '${typeNameOf(left)}' and '${typeNameOf(right)}'`);
}

function isSequence(value: Value): boolean {
  return (
    typeof value === 'string' ||
    value instanceof PythonList ||
    value instanceof PythonTuple ||
    value instanceof PythonBytes
  );
}

function onSpecial(operator: string, left: Value, right: Value): Value | undefined {
  if ((typeof left !== 'object' || left === null) && (typeof right !== 'object' || right === null)) return undefined;
  const name = specialNames.get(operator) ?? '';
  const own = specialOf(left, `__${name}__`);
  const first = own === undefined ? notImplemented : callValue(own, [right]);
  if (first !== notImplemented) return first;
  const other = specialOf(right, `__r${name}__`);
  const second = other === undefined ? notImplemented : callValue(other, [left]);
  return second === notImplemented ? undefined : second;
}

/** `left <operator>= right`: lists, sets and dicts change in place. */
export function operateInPlace(operator: string, left: Value, right: Value): Value {
  if (left === null || typeof left !== 'object') return operate(operator, left, right);
  const own = specialOf(left, `__i${specialNames.get(operator) ?? ''}__`);
  if (own !== undefined) {
    const result = callValue(own, [right]);
    if (result !== notImplemented) return result;
  }
  if (left instanceof PythonList && operator === 'Add') return extendList(left, right);
  const other = asSet(right);
  if (left instanceof PythonSet && !left.frozen && other !== undefined) return changeSet(operator, left, other);
  if (left instanceof PythonDict && operator === 'BitOr' && right instanceof PythonDict) {
    for (const [key, value] of right.entries()) left.set(key, value);
    return left;
  }
  return operate(operator, left, right);
}

function extendList(list: PythonList, items: Value): Value {
  for (const item of items === list ? [...list.items] : iterate(items)) {
    reserve(8);
    list.items.push(item);
  }
  return list;
}

function changeSet(operator: string, left: PythonSet, right: PythonSet): Value {
  const result = combineSets(operator, left, right);
  if (result === undefined) return operate(operator, left, right);
  left.clear();
  for (const item of result.values()) left.add(item);
  return left;
}

/** `-x`, `+x`, `~x`. */
export function negate(operator: 'USub' | 'UAdd' | 'Invert', operand: Value): Value {
  const number = asNumber(operand);
  const own = specialOf(operand, { USub: '__neg__', UAdd: '__pos__', Invert: '__invert__' }[operator]);
  if (own !== undefined) return callValue(own, []);
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
  if (typeof first === 'bigint' && typeof second === 'bigint') {
    return operator === 'Div' ? divideIntegers(first, second) : onIntegers(operator, first, second);
  }
  return onFloats(operator, toDouble(first), toDouble(second));
}

/** An int or float as float. Throws OverflowError. */
export function toDouble(value: number | bigint): number {
  const double = Number(value);
  if (typeof value === 'bigint' && !Number.isFinite(double)) {
    throw new PythonException('OverflowError', 'int too large to convert to float');
  }
  return double;
}

const safe = BigInt(Number.MAX_SAFE_INTEGER);

/** Rounded once, as in Python: beyond what doubles hold exactly, digits are computed with integers first. */
function divideIntegers(left: bigint, right: bigint): number {
  if (right === 0n) throw new PythonException('ZeroDivisionError', 'division by zero');
  if (left <= safe && left >= -safe && right <= safe && right >= -safe) return Number(left) / Number(right);
  const negative = left < 0n !== right < 0n;
  const top = left < 0n ? -left : left;
  const bottom = right < 0n ? -right : right;
  const shift = BigInt(66 - (bitLength(top) - bitLength(bottom)));
  const scaled = shift > 0n ? (top << shift) / bottom : top / (bottom << -shift);
  const sticky = shift > 0n ? (top << shift) % bottom : top % (bottom << -shift);
  const result = scaleDown(Number(sticky === 0n ? scaled : scaled | 1n), Number(shift));
  if (!Number.isFinite(result))
    throw new PythonException('OverflowError', 'integer division result too large for a float');
  return negative ? -result : result;
}

function scaleDown(value: number, shift: number): number {
  let result = value;
  let left = shift;
  for (; left > 1000; left -= 1000) result /= 2 ** 1000;
  for (; left < -1000; left += 1000) result *= 2 ** 1000;
  return result / 2 ** left;
}

function bitLength(value: bigint): number {
  return value.toString(16).length * 4;
}

/** The cost of arithmetic with large numbers. */
function spendFor(left: bigint, right: bigint): void {
  if (left <= safe && left >= -safe && right <= safe && right >= -safe) return;
  const size = bitLength(left) + bitLength(right);
  if (size > maxBits) throw new LimitReached('makes a number that is too large');
  reserve(size >> 3);
  spend((size >> 9) + Math.ceil((size * size) / 1e8));
}

const maxBits = 2_000_000;

function onIntegers(operator: string, left: bigint, right: bigint): Value | undefined {
  spendFor(left, right);
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
      if (right === 0n) throw new PythonException('ZeroDivisionError', 'integer modulo by zero');
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
      return shifted(operator, left, right);
    default:
      return undefined;
  }
}

function shifted(operator: 'LShift' | 'RShift', left: bigint, right: bigint): bigint {
  if (operator === 'LShift') return left << right;
  return right > 10_000_000n ? (left < 0n ? -1n : 0n) : left >> right;
}

function power(left: bigint, right: bigint): Value {
  if (right < 0n) {
    if (left === 0n) throw new PythonException('ZeroDivisionError', '0.0 cannot be raised to a negative power');
    return Number(left) ** Number(right);
  }
  if (left === 0n || left === 1n || left === -1n)
    return left === -1n && right % 2n === 0n ? 1n : right === 0n ? 1n : left;
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
      return floatPower(left, right);
    case 'Div':
    case 'FloorDiv':
    case 'Mod':
      return divide(operator, left, right);
    default:
      return undefined;
  }
}

function floatPower(left: number, right: number): number {
  if (left === 1) return 1;
  if (left === 0 && right < 0) {
    throw new PythonException('ZeroDivisionError', '0.0 cannot be raised to a negative power');
  }
  if (left < 0 && Number.isFinite(left) && Number.isFinite(right) && !Number.isInteger(right)) {
    throw new UnsupportedConstruct('a complex number', 'use int or float');
  }
  const result = left ** right;
  if (!Number.isFinite(result) && Number.isFinite(left) && Number.isFinite(right)) {
    throw new PythonException('OverflowError', "(34, 'Numerical result out of range')", [
      34n,
      'Numerical result out of range',
    ]);
  }
  return result;
}

function divide(operator: 'Div' | 'FloorDiv' | 'Mod', left: number, right: number): number {
  if (right === 0) {
    const what = { Div: 'float division by zero', FloorDiv: 'float floor division by zero', Mod: 'float modulo' }[
      operator
    ];
    throw new PythonException('ZeroDivisionError', what);
  }
  if (operator === 'Div') return left / right;
  let modulo = left % right;
  let quotient = (left - modulo) / right;
  if (modulo !== 0 && modulo < 0 !== right < 0) {
    modulo += right;
    quotient -= 1;
  } else if (modulo === 0) modulo = right < 0 ? -0 : 0;
  if (operator === 'Mod') return modulo;
  if (quotient === 0) return left / right < 0 || Object.is(left / right, -0) ? -0 : 0;
  const floor = Math.floor(quotient);
  return quotient - floor > 0.5 ? floor + 1 : floor;
}

function onCollections(operator: string, left: Value, right: Value): Value | undefined {
  if (left instanceof PythonDict && right instanceof PythonDict) return left.combined(operator, right);
  if (operator === 'Mod' && typeof left === 'string') return percentFormat(left, right);
  if (operator === 'Add') return join(left, right);
  if (operator === 'Mult') return repeat(left, right) ?? repeat(right, left);
  if (operator === 'Mod' && left instanceof PythonBytes) return formatBytes(left, right);
  const first = asSet(left);
  const second = asSet(right);
  if (first !== undefined && second !== undefined) return combineSets(operator, first, second);
  return undefined;
}

/** `bytes % values`, on the characters. */
function formatBytes(template: PythonBytes, values: Value): Value {
  const inner = (value: Value): Value => (value instanceof PythonBytes ? value.text : value);
  const items = values instanceof PythonTuple ? new PythonTuple(values.items.map(inner)) : inner(values);
  return new PythonBytes(percentFormat(template.text, items));
}

function joinTexts(left: string, right: string): string {
  reserveItems(left.length + right.length, 1);
  return left + right;
}

function join(left: Value, right: Value): Value | undefined {
  if (left instanceof PythonBytes && right instanceof PythonBytes)
    return new PythonBytes(joinTexts(left.text, right.text));
  if (left instanceof PythonList && right instanceof PythonList) {
    reserveItems(left.items.length + right.items.length, 8);
    return new PythonList([...left.items, ...right.items]);
  }
  if (left instanceof PythonTuple && right instanceof PythonTuple) {
    reserveItems(left.items.length + right.items.length, 8);
    return new PythonTuple([...left.items, ...right.items]);
  }
  return undefined;
}

function repeat(value: Value, times: Value): Value | undefined {
  const number = asNumber(times);
  if (typeof number !== 'bigint' || !isSequence(value)) return undefined;
  const count = number > 0n ? Number(number) : 0;
  if (typeof value === 'string') {
    reserveItems(value.length * count, 1);
    return value.repeat(value === '' ? 0 : count);
  }
  if (value instanceof PythonBytes) {
    reserveItems(value.text.length * count, 1);
    return new PythonBytes(value.text.repeat(value.text === '' ? 0 : count));
  }
  const { items } = value as PythonList | PythonTuple;
  reserveItems(items.length * count, 8);
  const repeated: Value[] = [];
  for (let index = 0; items.length > 0 && index < count; index++) for (const item of items) repeated.push(item);
  return value instanceof PythonList ? new PythonList(repeated) : new PythonTuple(repeated);
}

/** Union, intersection, difference or symmetric difference, in the order of the left side, then the right. */
export function combineSets(operator: string, left: PythonSet, right: PythonSet): PythonSet | undefined {
  spend((left.size + right.size) >> 1);
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
