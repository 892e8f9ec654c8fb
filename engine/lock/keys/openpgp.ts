import { createHash } from 'node:crypto';

/** A certificate of a keyring: a primary key with what belongs to it. */
export interface Certificate {
  /** Of the primary key: 40 hexadecimal digits, upper case. */
  readonly fingerprint: string;
  /** Of the primary key and its subkeys. */
  readonly keys: readonly string[];
  /** The packets, binary. */
  readonly bytes: Uint8Array;
}

/** The certificates of a keyring or key file, binary or armoured; what is no OpenPGP key gives none. RFC 4880, 4.2. */
export function readCertificates(file: Uint8Array): readonly Certificate[] {
  const bytes = unarmour(file);
  const certificates: { keys: string[]; start: number; end: number }[] = [];
  for (const packet of packets(bytes)) {
    if (packet.tag === publicKey) certificates.push({ keys: [], start: packet.start, end: packet.end });
    const last = certificates.at(-1);
    if (last === undefined) return [];
    last.end = packet.end;
    if (packet.tag === publicKey || packet.tag === publicSubkey) {
      last.keys.push(fingerprint(bytes.subarray(packet.body, packet.end)));
    }
  }
  return certificates.map(({ keys, start, end }) => ({
    fingerprint: keys[0] ?? '',
    keys,
    bytes: bytes.subarray(start, end),
  }));
}

/** One or several certificates in the text form that `rpmkeys --import` takes. RFC 4880, 6.2. */
export function armour(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n').trimEnd();
  const sum = Buffer.from([0, 0, 0]);
  sum.writeUIntBE(crc24(bytes), 0, 3);
  const checksum = `=${sum.toString('base64')}`;
  const name = 'PGP PUBLIC KEY BLOCK';
  return `-----BEGIN ${name}-----\n\n${lines}\n${checksum}\n-----END ${name}-----\n`;
}

const publicKey = 6;
const publicSubkey = 14;

interface Packet {
  readonly tag: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
}

function unarmour(file: Uint8Array): Uint8Array {
  if (file[0] !== undefined && file[0] >= 0x80) return file;
  const blocks = Buffer.from(file)
    .toString('latin1')
    .matchAll(
      /-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[^\n]*:[^\n]*\n)*\s*([A-Za-z0-9+/=\s]*?)(?:\n=[^\n]*)?\s*-----END/g,
    );
  return Buffer.concat([...blocks].map(([, text = '']) => Buffer.from(text, 'base64')));
}

/** Stops at the first packet that is not whole. */
function* packets(bytes: Uint8Array): Generator<Packet> {
  for (let start = 0; start < bytes.length; ) {
    const packet = readPacket(bytes, start);
    if (packet === undefined || packet.end > bytes.length) return;
    yield packet;
    start = packet.end;
  }
}

function readPacket(bytes: Uint8Array, start: number): Packet | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = bytes[start] ?? 0;
  if ((head & 0x80) === 0 || start + 6 > bytes.length) return undefined;
  if ((head & 0x40) === 0) {
    const tag = (head >> 2) & 0xf;
    const bytesOfLength = [1, 2, 4][head & 3];
    if (bytesOfLength === undefined) return undefined;
    const body = start + 1 + bytesOfLength;
    const length = [view.getUint8(start + 1), view.getUint16(start + 1), view.getUint32(start + 1)][head & 3] ?? 0;
    return { tag, start, body, end: body + length };
  }
  const tag = head & 0x3f;
  const first = view.getUint8(start + 1);
  if (first < 192) return { tag, start, body: start + 2, end: start + 2 + first };
  if (first < 224) {
    const length = ((first - 192) << 8) + view.getUint8(start + 2) + 192;
    return { tag, start, body: start + 3, end: start + 3 + length };
  }
  return first === 255 ? { tag, start, body: start + 6, end: start + 6 + view.getUint32(start + 2) } : undefined;
}

/** Of a version 4 key. RFC 4880, 12.2; other versions have another length and never match a pinned one. */
function fingerprint(body: Uint8Array): string {
  const head = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
  return createHash('sha1').update(head).update(body).digest('hex').toUpperCase();
}

function crc24(bytes: Uint8Array): number {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return crc & 0xffffff;
}
