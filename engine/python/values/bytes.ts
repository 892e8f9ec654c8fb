import { reserveItems } from './meter.ts';
import { PythonException, typeError, UnsupportedConstruct, valueError } from './python-error.ts';
import { type HashKey, iterate, PythonObject, toIndex, type Value } from './value.ts';

/** `bytes`: each byte is one character of a text. */
export class PythonBytes extends PythonObject {
  readonly typeName = 'bytes';
  readonly text: string;

  constructor(text: string) {
    super();
    this.text = text;
  }

  override iterable(): Iterable<Value> {
    return Array.from(this.text, (char) => BigInt(char.charCodeAt(0)));
  }

  override count(): number {
    return this.text.length;
  }

  override hashKey(): HashKey {
    return `\0b${this.text}`;
  }

  /** The bytes themselves. */
  toBuffer(): Buffer {
    return Buffer.from(this.text, 'latin1');
  }
}

/** `repr(b'...')`. */
export function representBytes({ text }: PythonBytes): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  let result = '';
  for (const char of text) result += char === mark ? `\\${char}` : shownByte(char);
  return `b${mark}${result}${mark}`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

function shownByte(char: string): string {
  const known = shortEscapes.get(char);
  if (known !== undefined) return known;
  return /[ -~]/.test(char) ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const encodings: ReadonlyMap<string, 'utf-8' | 'ascii' | 'latin-1'> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['u8', 'utf-8'],
  ['ascii', 'ascii'],
  ['us-ascii', 'ascii'],
  ['latin-1', 'latin-1'],
  ['latin1', 'latin-1'],
  ['iso-8859-1', 'latin-1'],
]);

function encodingOf(name: string): 'utf-8' | 'ascii' | 'latin-1' {
  const found = encodings.get(name.toLowerCase().replaceAll('_', '-'));
  if (found !== undefined) return found;
  throw new UnsupportedConstruct(`the encoding \`${name}\``, 'use `utf-8`');
}

/** `text.encode(encoding, errors)`. Throws UnicodeEncodeError. */
export function encodeText(text: string, encoding: string, errors: string): PythonBytes {
  const name = encodingOf(encoding);
  if (name === 'utf-8') return new PythonBytes(Buffer.from(text, 'utf8').toString('latin1'));
  const limit = name === 'ascii' ? 0x7f : 0xff;
  let position = 0;
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    result += code <= limit ? char : unencodable({ char, position, name, limit }, errors);
    position += 1;
  }
  return new PythonBytes(result);
}

interface Unencodable {
  readonly char: string;
  readonly position: number;
  readonly name: string;
  readonly limit: number;
}

function unencodable({ char, position, name, limit }: Unencodable, errors: string): string {
  if (errors === 'ignore') return '';
  if (errors === 'replace') return '?';
  const code = char.codePointAt(0) ?? 0;
  const hex = code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  const shown = code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : hex;
  if (errors === 'backslashreplace') return shown;
  const message = `'${name}' codec can't encode character '${shown}' in position ${position}`;
  throw new PythonException('UnicodeEncodeError', `${message}: ordinal not in range(${limit + 1})`);
}

/** `data.decode(encoding, errors)`. Throws UnicodeDecodeError. */
export function decodeBytes(data: PythonBytes, encoding: string, errors: string): string {
  const name = encodingOf(encoding);
  if (name === 'latin-1') return data.text;
  const bad = name === 'ascii' ? data.text.search(/[\x80-\xff]/) : -1;
  if (bad !== -1 && errors === 'strict') throw undecodable(name, data.text.charCodeAt(bad), bad);
  const decoder = new TextDecoder('utf-8', { fatal: errors === 'strict', ignoreBOM: true });
  try {
    const text = decoder.decode(data.toBuffer());
    return errors === 'ignore' ? text.replaceAll('\ufffd', '') : text;
  } catch {
    const at = firstInvalid(data.toBuffer());
    throw undecodable(name, data.text.charCodeAt(at), at);
  }
}

function firstInvalid(buffer: Buffer): number {
  let low = 0;
  let high = buffer.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const decoded = new TextDecoder('utf-8').decode(buffer.subarray(0, middle + 1), { stream: true });
    if (decoded.includes('\ufffd')) high = middle;
    else low = middle + 1;
  }
  return Math.min(low, buffer.length - 1);
}

function undecodable(name: string, byte: number, position: number): PythonException {
  const shown = `0x${byte.toString(16).padStart(2, '0')}`;
  const why = name === 'ascii' ? 'ordinal not in range(128)' : 'invalid start byte';
  return new PythonException(
    'UnicodeDecodeError',
    `'${name}' codec can't decode byte ${shown} in position ${position}: ${why}`,
  );
}

function zeros(count: number): PythonBytes {
  if (count < 0) throw valueError('negative count');
  reserveItems(count, 1);
  return new PythonBytes('\0'.repeat(count));
}

/** `bytes(value)`. Throws TypeError or ValueError. */
export function toBytes(value: Value): PythonBytes {
  if (value instanceof PythonBytes) return value;
  if (typeof value === 'string') throw typeError('string argument without an encoding');
  if (typeof value === 'bigint') return zeros(toIndex(value));
  let text = '';
  for (const item of iterate(value)) {
    const byte = toIndex(item);
    if (byte < 0 || byte > 255) throw valueError('bytes must be in range(0, 256)');
    text += String.fromCharCode(byte);
  }
  return new PythonBytes(text);
}
