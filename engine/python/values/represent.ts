import { PythonBytes, representBytes } from './bytes.ts';
import { DictView } from './dict-view.ts';
import { ExceptionObject, exceptionClass, fullNameOf } from './exceptions.ts';
import { enter, leave, reserve, spend } from './meter.ts';
import { PythonClass, PythonInstance } from './python-class.ts';
import { typeError, valueError } from './python-error.ts';
import { Singleton } from './singletons.ts';
import {
  callValue,
  PythonAttributes,
  PythonCallable,
  PythonDict,
  PythonList,
  PythonModule,
  type PythonObject,
  PythonRange,
  PythonSet,
  PythonSlice,
  PythonTuple,
  specialOf,
  typeNameOf,
  type Value,
} from './value.ts';

/** `str(value)`. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  const own = specialOf(value, '__str__');
  if (own !== undefined) return shownText(own, '__str__');
  if (value instanceof ExceptionObject && specialOf(value, '__repr__') === undefined) return exceptionText(value);
  return represent(value);
}

function shownText(method: PythonCallable, name: string): string {
  const text = callValue(method, []);
  if (typeof text === 'string') return text;
  throw typeError(`${name} returned non-string (type ${typeNameOf(text)})`);
}

/** `repr(value)`. */
export function represent(value: Value): string {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return integerText(value);
    case 'number':
      return floatText(value);
    case 'string':
      return quote(value);
    default:
      return nested(value);
  }
}

const open = new Set<PythonObject>();

/** An object that contains itself is shown as dots. */
function nested(value: PythonObject): string {
  const own = specialOf(value, '__repr__');
  if (own !== undefined) return shownText(own, '__repr__');
  if (open.has(value)) return value instanceof PythonList ? '[...]' : value instanceof PythonDict ? '{...}' : '(...)';
  enter();
  open.add(value);
  try {
    spend((value.count() ?? 0) + 1);
    const text = representObject(value);
    reserve(text.length);
    return text;
  } finally {
    open.delete(value);
    leave();
  }
}

const mostDigits = 10n ** 4300n;

/** Digits of an int. Throws ValueError for more than Python shows. */
export function integerText(value: bigint): string {
  if (value < mostDigits && value > -mostDigits) return value.toString();
  throw valueError(
    'Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit',
  );
}

function exceptionText(value: ExceptionObject): string {
  const { items } = value.args;
  const [first = null] = items;
  if (items.length === 0) return '';
  if (items.length === 1)
    return value.class.isSubclassOf(exceptionClass('KeyError')) ? represent(first) : toText(first);
  if (items.length <= 3 && value.class.isSubclassOf(exceptionClass('OSError'))) {
    const file = items[2] === undefined || items[2] === null ? '' : `: ${represent(items[2])}`;
    return `[Errno ${toText(first)}] ${toText(items[1] ?? null)}${file}`;
  }
  return represent(value.args);
}

/** `repr` as builtins do it, whatever Python code defines. */
export function representObject(value: PythonObject): string {
  if (value instanceof ExceptionObject) return `${value.class.name}(${value.args.items.map(represent).join(', ')})`;
  const text = representCollection(value) ?? representOther(value);
  return value.custom !== undefined && value instanceof PythonSet ? `${typeNameOf(value)}(${text})` : text;
}

function representCollection(value: PythonObject): string | undefined {
  if (value instanceof PythonList) return `[${value.items.map(represent).join(', ')}]`;
  if (value instanceof PythonTuple) return value.shown?.(represent) ?? representTuple(value.items);
  if (value instanceof PythonDict) return value.shown(`{${value.entries().map(representEntry).join(', ')}}`, represent);
  if (value instanceof PythonSet) return representSet(value);
  if (value instanceof PythonBytes) return representBytes(value);
  if (value instanceof DictView) return `${value.typeName}([${value.values().map(represent).join(', ')}])`;
  if (value instanceof PythonSlice) return `slice(${[value.start, value.stop, value.step].map(represent).join(', ')})`;
  if (!(value instanceof PythonRange)) return undefined;
  const step = value.step === 1n ? '' : `, ${value.step}`;
  return `range(${value.start}, ${value.stop}${step})`;
}

function representOther(value: PythonObject): string {
  if (value instanceof Singleton) return value.shown;
  if (value instanceof PythonModule) return `<module '${value.name}'>`;
  if (value instanceof PythonClass) return `<class '${classText(value)}'>`;
  if (value instanceof PythonCallable) {
    return `<${value.typeName === 'function' ? 'function' : 'built-in function'} ${value.name}>`;
  }
  const own = value instanceof PythonAttributes ? value.shown() : undefined;
  if (own !== undefined) return own;
  return `<${value instanceof PythonInstance ? '__main__.' : ''}${typeNameOf(value)} object>`;
}

function classText(cls: PythonClass): string {
  if (cls.native !== undefined || cls.module !== '') return fullNameOf(cls);
  return cls.isSubclassOf(exceptionClass('BaseException')) && exceptionClass(cls.name) === cls
    ? cls.name
    : `__main__.${cls.name}`;
}

function representEntry([key, item]: readonly [Value, Value]): string {
  return `${represent(key)}: ${represent(item)}`;
}

function representTuple(items: readonly Value[]): string {
  const inner = items.map(represent).join(', ');
  return items.length === 1 ? `(${inner},)` : `(${inner})`;
}

function representSet(value: PythonSet): string {
  if (value.size === 0) return `${value.typeName}()`;
  const inner = `{${value.values().map(represent).join(', ')}}`;
  return value.frozen ? `frozenset(${inner})` : inner;
}

/** The shortest text that reads back as the same number, as `repr(float)` writes it. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const plain = Math.abs(exponent) <= 6 || exponent > 0 ? String(value) : value.toFixed(20).replace(/0+$/, '');
  return /[.]/.test(plain) ? plain : `${plain}.0`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = '';
  for (const char of text) result += char === mark ? `\\${char}` : (escapes.get(char) ?? printable(char));
  return mark + result + mark;
}

function printable(char: string): string {
  if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}]/u.test(char) || char === ' ') return char;
  const code = char.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

/** `ascii(value)`. */
export function asciiText(value: Value): string {
  let result = '';
  for (const char of represent(value)) result += escaped(char);
  return result;
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x80) return char;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
