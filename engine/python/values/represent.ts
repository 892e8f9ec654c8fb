import {
  PythonCallable,
  PythonDict,
  PythonList,
  PythonModule,
  type PythonObject,
  PythonRange,
  PythonSet,
  PythonTuple,
  typeNameOf,
  type Value,
} from './value.ts';

/** `str(value)`. */
export function toText(value: Value): string {
  return typeof value === 'string' ? value : represent(value);
}

/** `repr(value)`. */
export function represent(value: Value): string {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return value.toString();
    case 'number':
      return floatText(value);
    case 'string':
      return quote(value);
    default:
      return representObject(value);
  }
}

function representObject(value: PythonObject): string {
  if (value instanceof PythonList) return `[${value.items.map(represent).join(', ')}]`;
  if (value instanceof PythonTuple) return representTuple(value.items);
  if (value instanceof PythonDict) return `{${value.entries().map(representEntry).join(', ')}}`;
  if (value instanceof PythonSet) return representSet(value);
  if (value instanceof PythonRange) {
    const step = value.step === 1n ? '' : `, ${value.step}`;
    return `range(${value.start}, ${value.stop}${step})`;
  }
  if (value instanceof PythonModule) return `<module '${value.name}'>`;
  if (value instanceof PythonCallable) {
    return value.typeName === 'type' ? `<class '${value.name}'>` : `<built-in function ${value.name}>`;
  }
  return `<${typeNameOf(value)} object>`;
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
