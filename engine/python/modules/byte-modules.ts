import { createHash } from 'node:crypto';
import { PythonBytes } from '../values/bytes.ts';
import { exceptionClass } from '../values/exceptions.ts';
import { reserve, spendOn } from '../values/meter.ts';
import { NativeFunction, native } from '../values/native.ts';
import { PythonException, typeError, UnsupportedConstruct } from '../values/python-error.ts';
import { textOf } from '../values/text-methods.ts';
import { PythonAttributes, PythonModule, typeNameOf, type Value } from '../values/value.ts';

const digests = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'];

/** `hashlib`, on bytes. */
export function hashlibModule(): PythonModule {
  const functions = digests.map(
    (name) => new NativeFunction(name, ({ positional: [data] }) => new Digest(name, bytesOf(data))),
  );
  return new PythonModule('hashlib', {
    ...Object.fromEntries(functions.map((each) => [each.name, each])),
    new: new NativeFunction('new', ({ positional: [name, data] }) => {
      const algorithm = textOf(name).toLowerCase();
      if (digests.includes(algorithm)) return new Digest(algorithm, bytesOf(data));
      throw new UnsupportedConstruct(`the digest \`${algorithm}\``, 'use `sha256`');
    }),
  });
}

function bytesOf(data: Value | undefined): string {
  if (data === undefined) return '';
  if (data instanceof PythonBytes) {
    reserve(data.text.length);
    return data.text;
  }
  if (typeof data === 'string') throw typeError('Strings must be encoded before hashing');
  throw typeError(`object supporting the buffer API required, not ${typeNameOf(data)}`);
}

class Digest extends PythonAttributes {
  readonly typeName: string = '_hashlib.HASH';
  readonly #name: string;
  #data: string;

  constructor(name: string, data: string) {
    super();
    this.#name = name;
    this.#data = data;
  }

  #digest(): Buffer {
    spendOn(this.#data.length, 'characters');
    return createHash(this.#name).update(Buffer.from(this.#data, 'latin1')).digest();
  }

  attribute(name: string): Value | undefined {
    switch (name) {
      case 'update':
        return native(name, 'data', (data) => {
          this.#data += bytesOf(data);
          return null;
        });
      case 'hexdigest':
        return native(name, '', () => this.#digest().toString('hex'));
      case 'digest':
        return native(name, '', () => new PythonBytes(this.#digest().toString('latin1')));
      case 'copy':
        return native(name, '', () => new Digest(this.#name, this.#data));
      case 'name':
        return this.#name;
      case 'digest_size':
        return BigInt(this.#digest().length);
      default:
        return undefined;
    }
  }
}

/** `base64`. */
export function base64Module(): PythonModule {
  const encoders = [
    ['b64encode', (data: Buffer) => data.toString('base64')],
    ['urlsafe_b64encode', (data: Buffer) => data.toString('base64').replaceAll('+', '-').replaceAll('/', '_')],
    ['b16encode', (data: Buffer) => data.toString('hex').toUpperCase()],
  ] as const;
  const decoders = [
    ['b64decode', (text: string) => text],
    ['urlsafe_b64decode', (text: string) => text.replaceAll('-', '+').replaceAll('_', '/')],
  ] as const;
  return new PythonModule('base64', {
    ...Object.fromEntries(
      encoders.map(([name, encode]) => [
        name,
        native(name, 's', (data = null) => new PythonBytes(encode(buffer(data)))),
      ]),
    ),
    ...Object.fromEntries(
      decoders.map(([name, turn]) => [name, native(name, 's', (data = null) => decode64(turn(ascii(data))))]),
    ),
  });
}

function buffer(data: Value): Buffer {
  if (data instanceof PythonBytes) {
    reserve(data.text.length * 2);
    return data.toBuffer();
  }
  throw typeError(`a bytes-like object is required, not '${typeNameOf(data)}'`);
}

function ascii(data: Value): string {
  return data instanceof PythonBytes ? data.text : textOf(data);
}

function decode64(text: string): Value {
  reserve(text.length * 2);
  const kept = text.replace(/[^A-Za-z0-9+/=]/g, '');
  const digits = kept.replace(/=.*$/, '');
  exceptionClass('binascii.Error');
  if (digits.length % 4 === 1) {
    const count = `cannot be 1 more than a multiple of 4`;
    throw new PythonException(
      'binascii.Error',
      `Invalid base64-encoded string: number of data characters (${digits.length}) ${count}`,
    );
  }
  if (digits.length % 4 !== 0 && kept.length % 4 !== 0)
    throw new PythonException('binascii.Error', 'Incorrect padding');
  return new PythonBytes(Buffer.from(digits, 'base64').toString('latin1'));
}
