import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Sha256Hex } from '../../base/brands.ts';
import type { Digest } from '../../base/digest.ts';

/** Writes the fields of a protobuf message in the order of their numbers, without those that have their default. */
export class FieldWriter {
  readonly #writer: BinaryWriter;

  constructor(writer: BinaryWriter) {
    this.#writer = writer;
  }

  text(field: number, value: string): void {
    if (value !== '') this.#writer.tag(field, WireType.LengthDelimited).string(value);
  }

  bytes(field: number, value: Uint8Array): void {
    if (value.byteLength > 0) this.#writer.tag(field, WireType.LengthDelimited).bytes(value);
  }

  /** An `int64` or `uint32` that is not negative. */
  integer(field: number, value: number): void {
    if (value !== 0) this.#writer.tag(field, WireType.Varint).int64(value);
  }

  flag(field: number, value: boolean): void {
    if (value) this.#writer.tag(field, WireType.Varint).bool(value);
  }

  /** A message of its own, also when it is empty. */
  message(field: number, write: (fields: FieldWriter) => void): void {
    this.#writer.tag(field, WireType.LengthDelimited).fork();
    write(this);
    this.#writer.join();
  }

  /** The bytes of a message that was encoded before, as the fields of this one. */
  raw(bytes: Uint8Array): void {
    this.#writer.raw(bytes);
  }

  digest(field: number, { hash, sizeBytes }: Digest): void {
    this.message(field, (fields) => {
      fields.text(1, hash);
      fields.integer(2, sizeBytes);
    });
  }
}

/** The canonical bytes of a message. */
export function messageBytes(write: (fields: FieldWriter) => void): Uint8Array {
  const writer = new BinaryWriter();
  write(new FieldWriter(writer));
  return writer.finish();
}

/** The value of a field as it stands on the wire. */
export type FieldValue = Uint8Array | number;

/**
 * Calls `take` for each field of a message; fields that are neither a varint nor length-delimited are skipped. Throws on
 * bytes that are no message, and on numbers that JavaScript cannot hold.
 */
export function readFields(bytes: Uint8Array, take: (field: number, value: FieldValue) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) take(field, reader.bytes());
    else if (type === WireType.Varint) take(field, integer(reader.int64()));
    else reader.skip(type, field);
  }
}

/** The field as bytes; throws for a number. */
export function asBytes(value: FieldValue): Uint8Array {
  if (typeof value === 'number') throw new Error('a number where bytes belong');
  return value;
}

/** The field as text; throws for a number and for what is not UTF-8. */
export function asText(value: FieldValue): string {
  return utf8.decode(asBytes(value));
}

/** The field as a number; throws for bytes. */
export function asNumber(value: FieldValue): number {
  if (typeof value !== 'number') throw new Error('bytes where a number belongs');
  return value;
}

/** The field as a Digest; throws when it is none of SHA-256. */
export function asDigest(value: FieldValue): Digest {
  const bytes = asBytes(value);
  // Nearly all digests look the same, and trees have very many: the hash first, then the size, which is not zero.
  const isUsual = bytes[0] === 0x0a && bytes[1] === hashLength && bytes[hashLength + 2] === 0x10;
  let hash = isUsual ? latin1(bytes, 2, hashLength + 2) : '';
  let sizeBytes = 0;
  readFields(isUsual ? bytes.subarray(hashLength + 2) : bytes, (field, part) => {
    if (field === 1) hash = asText(part);
    else if (field === 2) sizeBytes = asNumber(part);
  });
  if (!hashForm.test(hash) || sizeBytes < 0) throw new Error('not a digest');
  return { hash: hash as Sha256Hex, sizeBytes };
}

const hashLength = 64;
const hashForm = /^[0-9a-f]{64}$/;

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function integer(value: bigint | string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new Error('a number that is too large');
  return number;
}
