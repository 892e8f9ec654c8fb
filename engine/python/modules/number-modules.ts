import { asNumber } from '../values/compare.ts';
import { spend } from '../values/meter.ts';
import { type NativeFunction, native } from '../values/native.ts';
import { operate, toDouble } from '../values/operators.ts';
import { PythonException, typeError, valueError } from '../values/python-error.ts';
import {
  callValue,
  iterate,
  PythonModule,
  PythonTuple,
  specialOf,
  toIndex,
  typeNameOf,
  type Value,
} from '../values/value.ts';

/** `math`. */
export function mathModule(): PythonModule {
  const functions = [...plain(), ...whole(), ...several()];
  return new PythonModule('math', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    pi: Math.PI,
    e: Math.E,
    tau: 2 * Math.PI,
    inf: Number.POSITIVE_INFINITY,
    nan: Number.NaN,
  });
}

function real(value: Value | undefined): number {
  const number = asNumber(value ?? null);
  const own = specialOf(value ?? null, '__float__');
  if (own !== undefined) return real(callValue(own, []));
  if (number === undefined) throw typeError(`must be real number, not ${typeNameOf(value ?? null)}`);
  return toDouble(number);
}

function plain(): readonly NativeFunction[] {
  const names = [
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'sinh',
    'cosh',
    'tanh',
    'exp',
    'sqrt',
    'log10',
    'log2',
    'log1p',
    'expm1',
    'cbrt',
  ] as const;
  return [
    ...names.map((name) => native(name, 'x', (x) => checked(Math[name](real(x)), real(x)))),
    native('fabs', 'x', (x) => Math.abs(real(x))),
    native('radians', 'x', (x) => (real(x) * Math.PI) / 180),
    native('degrees', 'x', (x) => (real(x) * 180) / Math.PI),
    native('log', 'x base?', (x, base) => {
      const value = checkedLog(x);
      return base === undefined ? value : value / checkedLog(base);
    }),
    native('isnan', 'x', (x) => Number.isNaN(real(x))),
    native('isinf', 'x', (x) => Math.abs(real(x)) === Number.POSITIVE_INFINITY),
    native('isfinite', 'x', (x) => Number.isFinite(real(x))),
  ];
}

function checkedLog(x: Value | undefined): number {
  const value = real(x);
  if (value <= 0) throw valueError('math domain error');
  return Math.log(value);
}

function checked(result: number, given: number): number {
  if (Number.isNaN(result) && !Number.isNaN(given)) throw valueError('math domain error');
  if (!Number.isFinite(result) && Number.isFinite(given)) {
    if (given === 0) throw valueError('math domain error');
    throw new PythonException('OverflowError', 'math range error');
  }
  return result;
}

function whole(): readonly NativeFunction[] {
  return [
    native('floor', 'x', (x) => rounded(x, Math.floor, '__floor__')),
    native('ceil', 'x', (x) => rounded(x, Math.ceil, '__ceil__')),
    native('trunc', 'x', (x) => rounded(x, Math.trunc, '__trunc__')),
    native('factorial', 'n', (n = null) => {
      const count = toIndex(n);
      if (count < 0) throw valueError('factorial() not defined for negative values');
      let result: Value = 1n;
      for (let factor = 2n; factor <= BigInt(count); factor++) {
        spend(1);
        result = operate('Mult', result, factor);
      }
      return result;
    }),
    native('gcd', '*integers', (all) => (all as PythonTuple).items.map((each) => integer(each)).reduce(gcd, 0n)),
    native('lcm', '*integers', (all) =>
      (all as PythonTuple).items
        .map((each) => integer(each))
        .reduce((a, b) => (a === 0n || b === 0n ? 0n : absolute(a * b) / gcd(a, b)), 1n),
    ),
    native('isqrt', 'n', (n = null) => integerRoot(integer(n))),
    native('comb', 'n k', (n = null, k = null) => combinations(integer(n), integer(k))),
  ];
}

function rounded(value: Value | undefined, round: (x: number) => number, special: string): Value {
  const own = specialOf(value ?? null, special);
  if (own !== undefined) return callValue(own, []);
  if (typeof value === 'bigint' || typeof value === 'boolean') return BigInt(value);
  const number = real(value);
  if (Number.isNaN(number)) throw valueError('cannot convert float NaN to integer');
  if (!Number.isFinite(number)) throw new PythonException('OverflowError', 'cannot convert float infinity to integer');
  return BigInt(round(number));
}

function integer(value: Value): bigint {
  const number = asNumber(value);
  if (typeof number === 'bigint') return number;
  throw typeError(`'${typeNameOf(value)}' object cannot be interpreted as an integer`);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [absolute(a), absolute(b)];
  while (y > 0n) {
    spend(1);
    [x, y] = [y, x % y];
  }
  return x;
}

function integerRoot(n: bigint): bigint {
  if (n < 0n) throw valueError('isqrt() argument must be nonnegative');
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    spend(1);
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

function combinations(n: bigint, k: bigint): Value {
  if (n < 0n || k < 0n) throw valueError(`${n < 0n ? 'n' : 'k'} must be a non-negative integer`);
  let result: Value = 1n;
  for (let index = 1n; index <= k; index++) {
    spend(1);
    if (index > n) return 0n;
    result = operate('FloorDiv', operate('Mult', result, n - index + 1n), index);
  }
  return result;
}

function several(): readonly NativeFunction[] {
  return [
    native('pow', 'x y', (x, y) => {
      const [base, exponent] = [real(x), real(y)];
      if (base === 0 && exponent < 0) throw valueError('math domain error');
      const result = base ** exponent;
      return base === 1 || exponent === 0 ? 1 : checked(result, Number.isFinite(exponent) ? base : Number.NaN);
    }),
    native('atan2', 'y x', (y, x) => Math.atan2(real(y), real(x))),
    native('copysign', 'x y', (x, y) =>
      Object.is(Math.sign(real(y)), -0) || real(y) < 0 ? -Math.abs(real(x)) : Math.abs(real(x)),
    ),
    native('fmod', 'x y', (x, y) => checked(real(x) % real(y), real(x))),
    native('hypot', '*coordinates', (all) => Math.hypot(...(all as PythonTuple).items.map(real))),
    native('modf', 'x', (x) => new PythonTuple([real(x) - Math.trunc(real(x)), Math.trunc(real(x))])),
    native('fsum', 'seq', (items = null) => [...iterate(items)].map(real).reduce((a, b) => a + b, 0)),
    native('prod', 'iterable start?', (items = null, start = 1n) => {
      let result: Value = start;
      for (const item of iterate(items)) result = operate('Mult', result, item);
      return result;
    }),
    native(
      'isclose',
      'a b',
      (a, b) => Math.abs(real(a) - real(b)) <= 1e-9 * Math.max(Math.abs(real(a)), Math.abs(real(b))),
    ),
  ];
}
