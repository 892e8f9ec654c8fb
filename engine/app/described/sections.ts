import { readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** Raised when what the sections mean changes. */
const format = 'stx-described-1';

type Section = Int32Array | Uint8Array | string;

/** A file of named sections: a line of JSON that says where each lies, then their bytes. Numbers begin at multiples of four. */
export function encodeSections(sections: Readonly<Record<string, Section>>): Buffer {
  const places: Record<string, readonly [start: number, bytes: number]> = {};
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const [name, section] of Object.entries(sections)) {
    const bytes = bytesOf(section);
    const padding = (4 - (bytes.length % 4)) % 4;
    places[name] = [start, bytes.length];
    parts.push(bytes, new Uint8Array(padding));
    start += bytes.length + padding;
  }
  const body = Buffer.concat(parts, start);
  const head = JSON.stringify({ format, crc: crc32(body), bytes: start, places });
  const line = `${head}${' '.repeat((4 - ((Buffer.byteLength(head) + 1) % 4)) % 4)}\n`;
  return Buffer.concat([Buffer.from(line), body]);
}

function bytesOf(section: Section): Uint8Array {
  if (typeof section === 'string') return Buffer.from(section);
  return new Uint8Array(section.buffer, section.byteOffset, section.byteLength);
}

/** The sections of a file, each read when it is asked for. */
export class Sections {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #body: number;
  readonly #places: Readonly<Record<string, readonly [number, number]>>;

  constructor(bytes: Uint8Array<ArrayBuffer>, body: number, places: Sections['places']) {
    this.#bytes = bytes;
    this.#body = body;
    this.#places = places;
  }

  get places(): Readonly<Record<string, readonly [number, number]>> {
    return this.#places;
  }

  bytes(name: string): Buffer<ArrayBuffer> {
    const [start, length] = this.#place(name);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + this.#body + start, length);
  }

  text(name: string): string {
    return this.bytes(name).toString();
  }

  json<T>(name: string): T {
    return JSON.parse(this.text(name)) as T;
  }

  numbers(name: string): Int32Array {
    const [start, length] = this.#place(name);
    return new Int32Array(this.#bytes.buffer, this.#bytes.byteOffset + this.#body + start, length / 4);
  }

  #place(name: string): readonly [number, number] {
    const place = this.#places[name];
    if (place === undefined) throw new RangeError(`no section \`${name}\``);
    return place;
  }
}

/** Reads a file of sections. Throws for one that is damaged, not whole, or of another format. */
export function readSections(path: string): Sections {
  const bytes = aligned(readFileSync(path));
  const end = bytes.indexOf(0x0a);
  const head = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString()) as {
    readonly format: string;
    readonly crc: number;
    readonly bytes: number;
    readonly places: Sections['places'];
  };
  const body = bytes.subarray(end + 1);
  const isWhole = head.format === format && body.length === head.bytes && crc32(body) === head.crc;
  if (!isWhole) throw new RangeError(`\`${path}\` is not whole`);
  return new Sections(bytes, end + 1, head.places);
}

/** The bytes, at a place where numbers lie at multiples of four. */
function aligned(bytes: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
}
