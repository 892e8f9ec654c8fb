import { PythonBytes } from '../values/bytes.ts';
import { toDouble } from '../values/operators.ts';
import { PythonException, typeError, valueError } from '../values/python-error.ts';
import { represent } from '../values/represent.ts';
import { callValue, specialOf, toIndex, typeNameOf, type Value } from '../values/value.ts';

function truncated(value: number): bigint {
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  if (Number.isNaN(value)) throw valueError('cannot convert float NaN to integer');
  throw new PythonException('OverflowError', 'cannot convert float infinity to integer');
}

/** `int(value, base)`. Throws ValueError, TypeError, OverflowError. */
export function toInteger(value: Value, base: Value | undefined): bigint {
  if (typeof value === 'string') return parseInteger(plainDigits(value), base === undefined ? 10 : toIndex(base));
  if (value instanceof PythonBytes) return parseInteger(value.text, base === undefined ? 10 : toIndex(base));
  if (base !== undefined) throw typeError("int() can't convert non-string with explicit base");
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number') return truncated(value);
  const own = specialOf(value, '__int__') ?? specialOf(value, '__index__');
  if (own !== undefined) return toInteger(callValue(own, []), undefined);
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeNameOf(value)}'`);
}

/** Decimal digits of any script as those of ASCII. */
function plainDigits(text: string): string {
  if (!/[^\0-\x7f]/.test(text)) return text;
  return text.replace(/[^\0-\x7f]/gu, (char) => {
    if (!/\p{Nd}/u.test(char)) return char;
    // The ten digits of a script stand side by side, some scripts one after the other.
    let before = 0;
    const point = char.codePointAt(0) ?? 0;
    while (/\p{Nd}/u.test(String.fromCodePoint(point - before - 1))) before += 1;
    return String(before % 10);
  });
}

const basePrefixes: Readonly<Record<string, number>> = { '0x': 16, '0o': 8, '0b': 2 };

// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one decision after the other, in the order that Python has
function parseInteger(text: string, base: number): bigint {
  if (base !== 0 && (base < 2 || base > 36)) throw valueError('int() base must be >= 2 and <= 36, or 0');
  if (text.length > 4300 && (base & (base - 1)) !== 0) {
    const count = text.replace(/[\s_+-]/g, '').length;
    if (count > 4300) {
      const limit = 'Exceeds the limit (4300 digits) for integer string conversion';
      throw valueError(`${limit}: value has ${count} digits; use sys.set_int_max_str_digits() to increase the limit`);
    }
  }
  const match = /^\s*([-+]?)(0[xob])?_?([0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  const [, sign, prefix = '', body = ''] = match ?? [];
  const own = basePrefixes[prefix.toLowerCase()];
  const isPrefix = prefix !== '' && (base === 0 || base === own);
  const digits = ((isPrefix ? '' : prefix) + body).replaceAll('_', '');
  const radix = base === 0 ? (own ?? 10) : base;
  const isOctalOfOld = base === 0 && !isPrefix && /^0+[1-9]/.test(digits);
  const value = isOctalOfOld ? undefined : readDigits(digits, radix);
  if (value === undefined) throw valueError(`invalid literal for int() with base ${base}: ${represent(text)}`);
  return sign === '-' ? -value : value;
}

function readDigits(digits: string, radix: number): bigint | undefined {
  if (digits === '') return undefined;
  for (const digit of digits) if (Number.parseInt(digit, 36) >= radix) return undefined;
  const prefix = { 2: '0b', 8: '0o', 10: '', 16: '0x' }[radix];
  if (prefix !== undefined) return BigInt(prefix + digits);
  let result = 0n;
  for (const digit of digits) result = result * BigInt(radix) + BigInt(Number.parseInt(digit, 36));
  return result;
}

/** `float(value)`. Throws ValueError, TypeError. */
export function toFloat(value: Value): number {
  if (typeof value === 'bigint') return toDouble(value);
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  const own = specialOf(value, '__float__');
  if (own !== undefined) return toFloat(callValue(own, []));
  if (typeof value !== 'string') {
    throw typeError(`float() argument must be a string or a real number, not '${typeNameOf(value)}'`);
  }
  const text = plainDigits(value).trim().toLowerCase();
  const special = /^([-+]?)(?:(inf(?:inity)?)|(nan))$/.exec(text);
  if (special !== null) return special[3] ? Number.NaN : special[1] === '-' ? -Infinity : Infinity;
  if (!/^[-+]?(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[-+]?\d+)?$/.test(text)) {
    throw valueError(`could not convert string to float: ${represent(value)}`);
  }
  return Number(text.replaceAll('_', ''));
}
