import { PythonBytes } from './bytes.ts';
import { PythonException, valueError } from './python-error.ts';
import type { Method } from './text-methods.ts';
import { PythonTuple, toIndex, type Value } from './value.ts';

/** Methods of `int` and `bool`. */
export const integerMethods: Readonly<Record<string, Method<bigint | boolean>>> = {
  bit_length: { parameters: '', body: (self) => BigInt(bits(BigInt(self)).length) },
  bit_count: { parameters: '', body: (self) => BigInt(bits(BigInt(self)).replaceAll('0', '').length) },
  is_integer: { parameters: '', body: () => true },
  conjugate: { parameters: '', body: (self) => BigInt(self) },
  as_integer_ratio: { parameters: '', body: (self) => new PythonTuple([BigInt(self), 1n]) },
  to_bytes: {
    parameters: 'length? byteorder? signed?',
    body: (self, length = 1n, order = 'big', signed = false) =>
      integerBytes(BigInt(self), toIndex(length), { little: order === 'little', signed: signed === true }),
  },
};

function bits(value: bigint): string {
  const positive = value < 0n ? -value : value;
  return positive === 0n ? '' : positive.toString(2);
}

function integerBytes(
  value: bigint,
  length: number,
  how: { readonly little: boolean; readonly signed: boolean },
): Value {
  if (value < 0n && !how.signed) throw new PythonException('OverflowError', "can't convert negative int to unsigned");
  if (length < 0 || length > 100_000) throw valueError('length argument must be non-negative');
  const room = 8n * BigInt(length);
  const most = how.signed ? 1n << (room > 0n ? room - 1n : 0n) : 1n << room;
  if (value >= most || (value < 0n && -value > most))
    throw new PythonException('OverflowError', 'int too big to convert');
  const hex = BigInt.asUintN(Number(room), value)
    .toString(16)
    .padStart(length * 2, '0');
  const bytes = length === 0 ? Buffer.alloc(0) : Buffer.from(hex, 'hex');
  return new PythonBytes((how.little ? bytes.reverse() : bytes).toString('latin1'));
}

/** Methods of `float`. */
export const floatMethods: Readonly<Record<string, Method<number>>> = {
  is_integer: { parameters: '', body: (self) => Number.isInteger(self) },
  conjugate: { parameters: '', body: (self) => self },
  as_integer_ratio: { parameters: '', body: integerRatio },
};

function integerRatio(self: number): Value {
  if (!Number.isFinite(self)) {
    const what = Number.isNaN(self) ? 'NaN' : 'Infinity';
    throw new PythonException(
      Number.isNaN(self) ? 'ValueError' : 'OverflowError',
      `cannot convert ${what} to integer ratio`,
    );
  }
  let denominator = 1n;
  let scaled = self;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return new PythonTuple([BigInt(scaled), denominator]);
}
