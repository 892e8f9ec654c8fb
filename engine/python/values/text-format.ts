import { asNumber } from './compare.ts';
import { reserveItems } from './meter.ts';
import { PythonException, typeError, UnsupportedConstruct, valueError } from './python-error.ts';
import { asciiText, floatText, integerText, represent, toText } from './represent.ts';
import { callValue, lengthOf, maxSize, PythonDict, PythonTuple, specialOf, typeNameOf, type Value } from './value.ts';

/** How a field is filled up. */
interface Layout {
  readonly fill: string;
  readonly align: '<' | '>' | '^' | '=';
  readonly width: number;
}

const specification = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

/** A format specification, read. */
interface Specification {
  readonly layout: Layout;
  readonly sign: string;
  readonly alternate: boolean;
  readonly grouping: string | undefined;
  readonly places: number | undefined;
  readonly type: string | undefined;
}

/** `format(value, spec)`. */
export function formatValue(value: Value, spec: string): string {
  const own = specialOf(value, '__format__');
  if (own !== undefined) return toText(callValue(own, [spec]));
  if (spec === '') return toText(value);
  const number = asNumber(value);
  const how = readSpecification(spec, value, number !== undefined);
  if (number === undefined) return formatText(value, how);
  if (how.type === 's') throw wrongType(how.type, value);
  return lay(withSign(grouped(numberText(number, how), how.grouping), how.sign), how.layout);
}

function readSpecification(spec: string, value: Value, numeric: boolean): Specification {
  const match = specification.exec(spec);
  if (match === null) throw valueError(`Invalid format specifier '${spec}' for object of type '${typeNameOf(value)}'`);
  const [, fill, align, sign = '-', alternate, zero, width, grouping, precision, type] = match;
  const usual = numeric ? (zero === undefined ? '>' : '=') : '<';
  return {
    layout: {
      fill: fill ?? (zero === undefined ? ' ' : '0'),
      align: (align as Layout['align'] | undefined) ?? usual,
      width: checkedWidth(width),
    },
    sign,
    alternate: alternate === '#',
    grouping,
    places: precision === undefined ? undefined : Number(precision),
    type,
  };
}

function formatText(value: Value, how: Specification): string {
  if (typeof value !== 'string') {
    throw typeError(`unsupported format string passed to ${typeNameOf(value)}.__format__`);
  }
  if (how.type !== undefined && how.type !== 's') throw wrongType(how.type, value);
  return lay(Array.from(value).slice(0, how.places).join(''), how.layout);
}

function wrongType(type: string, value: Value): PythonException {
  return valueError(`Unknown format code '${type}' for object of type '${typeNameOf(value)}'`);
}

/** `template % values`. */
export function percentFormat(template: string, values: Value): string {
  const items = values instanceof PythonTuple ? values.items : [values];
  let next = 0;
  let named = false;
  const take = (): Value => {
    const value = items[next];
    next += 1;
    if (value === undefined) throw typeError('not enough arguments for format string');
    return value;
  };
  const pattern = /%(?:\(([^)]*)\))?([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?([\s\S])?/g;
  const result = template.replace(pattern, (all: string, name, flags: string, width, precision, type, at: number) => {
    if (type === undefined) throw valueError('incomplete format');
    if (type === '%') return '%';
    if (name !== undefined) named = true;
    const wide = width === '*' ? String(take()) : width;
    const exact = precision === '*' ? String(take()) : precision;
    const value = name === undefined ? take() : lookUp(values, name);
    return percentField(value, { flags, width: wide, precision: exact, type, at: at + all.length - 1 });
  });
  if (!named && next < items.length && !isMapping(values)) {
    throw typeError('not all arguments converted during string formatting');
  }
  return result;
}

/** What Python takes for a mapping here: all that has subscripts but texts and tuples. */
function isMapping(values: Value): boolean {
  if (values === null || typeof values !== 'object' || values instanceof PythonTuple) return false;
  return specialOf(values, '__getitem__') !== undefined || values instanceof PythonDict || values.count() !== undefined;
}

function lookUp(values: Value, name: string): Value {
  if (!(values instanceof PythonDict)) throw typeError('format requires a mapping');
  const value = values.get(name);
  if (value === undefined) throw new PythonException('KeyError', represent(name), [name]);
  return value;
}

interface PercentField {
  readonly flags: string;
  readonly width?: string | undefined;
  readonly precision?: string | undefined;
  readonly type: string;
  /** Where the type stands in the template. */
  readonly at: number;
}

function percentField(value: Value, field: PercentField): string {
  const left = field.flags.includes('-') || field.width?.startsWith('-') === true;
  const width = checkedWidth(field.width?.replace('-', ''));
  if (/[srac]/.test(field.type)) {
    return lay(percentText(value, field), { fill: ' ', align: left ? '<' : '>', width });
  }
  const zero = field.flags.includes('0') && !left;
  const align = left ? '<' : zero ? '=' : '>';
  return lay(percentDigits(value, field), { fill: zero ? '0' : ' ', align, width });
}

function percentText(value: Value, { type, precision }: PercentField): string {
  const places = precision === undefined ? undefined : Number(precision);
  const text = textByType(value, type);
  return Array.from(text).slice(0, places).join('');
}

function textByType(value: Value, type: string): string {
  if (type === 's') return toText(value);
  if (type === 'c') return character(value);
  return type === 'a' ? asciiText(value) : represent(value);
}

function percentDigits(value: Value, { flags, precision, type, at }: PercentField): string {
  if (!/[diuoxXeEfFgG]/.test(type)) {
    throw valueError(`unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)}) at index ${at}`);
  }
  const places = precision === undefined ? undefined : Number(precision);
  const kind = /[diu]/.test(type) ? 'd' : type;
  const digits = numberText(percentNumber(value, type), { type: kind, places, alternate: flags.includes('#') });
  const padded = kind === 'd' ? digits.replace(/\d+/, (all) => all.padStart(places ?? 0, '0')) : digits;
  return withSign(padded, /[+ ]/.exec(flags.includes('+') ? '+' : flags)?.[0] ?? '-');
}

function percentNumber(value: Value, type: string): number | bigint {
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && /[diueEfFgG]/.test(type)) {
    return /[diu]/.test(type) ? BigInt(Math.trunc(value)) : value;
  }
  const wanted = /[oxX]/.test(type) ? 'an integer' : 'a real number';
  if (/[eEfFgG]/.test(type)) throw typeError(`must be real number, not ${typeNameOf(value)}`);
  throw typeError(`%${type} format: ${wanted} is required, not ${typeNameOf(value)}`);
}

function character(value: Value): string {
  if (typeof value === 'bigint') return String.fromCodePoint(Number(value));
  if (typeof value === 'string' && lengthOf(value) === 1) return value;
  throw typeError('%c requires int or char');
}

/** What of a specification shapes the digits. */
type DigitStyle = Pick<Specification, 'type' | 'places' | 'alternate'>;

const radixes: Readonly<Record<string, number>> = { b: 2, o: 8, x: 16, X: 16 };

function numberText(value: number | bigint, how: DigitStyle): string {
  const { type } = how;
  const radix = radixes[type ?? ''];
  if (typeof value === 'bigint') {
    if (radix !== undefined) return radixText(value, radix, how);
    if (type === 'c') return String.fromCodePoint(Number(value));
    if (type === undefined || type === 'd' || type === 'n') return integerText(value);
  } else if (radix !== undefined || type === 'd' || type === 'c') throw wrongType(type ?? '', value);
  if (type === undefined && how.places === undefined) return floatText(Number(value));
  return realText(Number(value), type ?? 'r', how.places);
}

function radixText(value: bigint, radix: number, { type = '', alternate }: DigitStyle): string {
  const digits = value.toString(radix);
  const shown = type === 'X' ? digits.toUpperCase() : digits;
  return alternate ? shown.replace(/^-?/, (sign) => `${sign}0${type}`) : shown;
}

function realText(value: number, type: string, places: number | undefined): string {
  if (!Number.isFinite(value)) return floatText(value);
  const count = places ?? 6;
  if (count > 100) throw new UnsupportedConstruct('more than 100 decimal places', 'ask for fewer places');
  const text = lowerRealText(value, type.toLowerCase(), count);
  return type !== '%' && type === type.toUpperCase() ? text.toUpperCase() : text;
}

function lowerRealText(value: number, type: string, count: number): string {
  if (type === '%') return `${fixed(value * 100, count)}%`;
  if (type === 'f') return fixed(value, count);
  if (type === 'e') return twoDigitExponent(value.toExponential(count));
  return general(value, count === 0 ? 1 : count, type === 'r');
}

function general(value: number, significant: number, keepsPoint: boolean): string {
  if (value === 0) return keepsPoint ? '0.0' : '0';
  const exponent = Number(value.toExponential(significant - 1).split('e')[1]);
  if (exponent < -4 || exponent >= significant) {
    const [digits = '', power] = value.toExponential(significant - 1).split('e');
    return twoDigitExponent(`${withoutZeros(digits)}e${power}`);
  }
  const plain = withoutZeros(value.toFixed(Math.max(0, significant - 1 - exponent)));
  return keepsPoint && !plain.includes('.') ? `${plain}.0` : plain;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

function twoDigitExponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

/** Half goes to even, as in Python; JavaScript's toFixed rounds it up. */
function fixed(value: number, places: number): string {
  if (Math.abs(value) >= 1e21) return `${BigInt(value)}${places > 0 ? `.${'0'.repeat(places)}` : ''}`;
  const scaled = Math.abs(value) * 10 ** places;
  const isTie = places <= 15 && scaled % 1 === 0.5 && scaled / 10 ** places === Math.abs(value);
  if (!isTie || !isExactTie(value, places)) return value.toFixed(places);
  const floor = Math.floor(scaled);
  const even = floor % 2 === 0 ? floor : floor + 1;
  return `${value < 0 ? '-' : ''}${(even / 10 ** places).toFixed(places)}`;
}

function isExactTie(value: number, places: number): boolean {
  const shown = Math.abs(value).toFixed(Math.min(100, places + 30));
  return /^50*$/.test(shown.slice(shown.indexOf('.') + 1 + places));
}

function grouped(digits: string, mark: string | undefined): string {
  if (mark === undefined) return digits;
  return digits.replace(/\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, mark));
}

function withSign(digits: string, sign: string): string {
  return digits.startsWith('-') || sign === '-' ? digits : sign + digits;
}

function lay(text: string, layout: Layout): string {
  const missing = layout.width - lengthOf(text);
  if (missing <= 0) return text;
  reserveItems(missing, 1);
  const fill = layout.fill;
  switch (layout.align) {
    case '<':
      return text + fill.repeat(missing);
    case '>':
      return fill.repeat(missing) + text;
    case '^':
      return fill.repeat(missing >> 1) + text + fill.repeat(missing - (missing >> 1));
    case '=': {
      const head = /^[-+ ]?(?:0[xXob])?/.exec(text)?.[0] ?? '';
      return head + fill.repeat(missing) + text.slice(head.length);
    }
  }
}

function checkedWidth(width: string | undefined): number {
  const number = Number(width ?? 0);
  if (number > maxSize) throw valueError('width too big');
  return number;
}
