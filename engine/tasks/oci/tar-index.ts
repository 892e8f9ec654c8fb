import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { StxError } from '../../base/stx-error.ts';

/** A member of a tar file, and where its bytes lie in it. */
export interface TarMember {
  /** Without `./` before and `/` behind; the root itself is empty. */
  readonly path: string;
  /** `0` file, `1` hard link, `2` symbolic link, `5` folder and so on, as POSIX numbers them. */
  readonly type: string;
  /** Of a hard link: the path of the other name. */
  readonly link: string;
  /** SHA-256 of its headers, which hold mode, owner, size, time and attributes. */
  readonly headers: string;
  /** SHA-256 of its content. */
  readonly content: string;
  /** First byte of its headers, and of what comes behind its content and padding. */
  readonly start: number;
  readonly end: number;
}

const block = 512;

/** Lists a plain tar file (ustar, pax or GNU). Throws StxError `corrupt-archive` for what is none. */
export async function readTarIndex(path: string): Promise<readonly TarMember[]> {
  const file = await open(path);
  try {
    const members: TarMember[] = [];
    for (let at = 0; ; ) {
      const member = await readMember(file, at, path);
      if (member === undefined) return members;
      members.push(member);
      at = member.end;
    }
  } finally {
    await file.close();
  }
}

interface Header {
  readonly type: string;
  readonly size: number;
  readonly name: string;
  readonly link: string;
}

async function readMember(file: FileHandle, start: number, path: string): Promise<TarMember | undefined> {
  const headers = createHash('sha256');
  const extended = new Map<string, string>();
  for (let at = start; ; ) {
    const bytes = await readBytes(file, at, block);
    if (at === start && bytes.length === block && bytes.every((byte) => byte === 0)) return undefined;
    const header = readHeader(bytes);
    if (header === undefined) throw damaged(path, at);
    headers.update(bytes);
    at += block;
    if (!['x', 'g', 'L', 'K'].includes(header.type)) {
      const size = Number(extended.get('size') ?? header.size);
      return {
        path: plainPath(extended.get('path') ?? header.name),
        type: header.type === '\0' ? '0' : header.type,
        link: plainPath(extended.get('linkpath') ?? header.link),
        headers: headers.digest('hex'),
        content: await hashRange(file, at, size),
        ...{ start, end: at + padded(size) },
      };
    }
    const body = await readBytes(file, at, header.size);
    headers.update(body);
    readExtension(header.type, body, extended);
    at += padded(header.size);
  }
}

/** Undefined when its checksum is not right. Source: POSIX.1-2001, ustar interchange format. */
function readHeader(bytes: Buffer): Header | undefined {
  if (bytes.length < block) return undefined;
  const text = (from: number, length: number): string => {
    const part = bytes.subarray(from, from + length);
    const end = part.indexOf(0);
    return part.subarray(0, end === -1 ? length : end).toString('utf8');
  };
  const sum = bytes.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (Number.parseInt(text(148, 8), 8) !== sum) return undefined;
  const prefix = text(257, 6) === 'ustar' ? text(345, 155) : '';
  const name = text(0, 100);
  return {
    type: String.fromCharCode(bytes[156] ?? 0),
    size: ((bytes[124] ?? 0) & 0x80) === 0 ? Number.parseInt(text(124, 12).trim() || '0', 8) : binaryNumber(bytes),
    name: prefix === '' ? name : `${prefix}/${name}`,
    link: text(157, 100),
  };
}

/** Sizes of 8 GiB and more, as GNU writes them. */
function binaryNumber(bytes: Buffer): number {
  return Number(bytes.readBigUInt64BE(128));
}

function readExtension(type: string, body: Buffer, extended: Map<string, string>): void {
  if (type === 'L') extended.set('path', body.toString('utf8').replace(/\0.*$/s, ''));
  else if (type === 'K') extended.set('linkpath', body.toString('utf8').replace(/\0.*$/s, ''));
  else if (type === 'x') {
    for (let at = 0; at < body.length; ) {
      const space = body.indexOf(32, at);
      const length = Number.parseInt(body.subarray(at, space).toString(), 10);
      if (space === -1 || !(length > 0)) return;
      const record = body.subarray(space + 1, at + length - 1).toString('utf8');
      const equals = record.indexOf('=');
      extended.set(record.slice(0, equals), record.slice(equals + 1));
      at += length;
    }
  }
}

async function hashRange(file: FileHandle, from: number, size: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of readRange(file, from, size)) hash.update(chunk);
  return hash.digest('hex');
}

/** A part of a file, chunk by chunk. */
export async function* readRange(file: FileHandle, from: number, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const chunk = await readBytes(file, from + at, Math.min(size - at, 1 << 20));
    if (chunk.length === 0) return;
    yield chunk;
    at += chunk.length;
  }
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

function plainPath(text: string): string {
  return text
    .replace(/^(?:\.?\/)+/, '')
    .replace(/\/+$/, '')
    .replace(/^\.$/, '');
}

function damaged(path: string, at: number): StxError {
  return StxError.of('corrupt-archive', `\`${path}\` is no tar file, or is damaged at byte ${at}`, {
    help: 'remove it and build what made it again',
  });
}
