import { chmod, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { type Member, MemberCheck } from './member-check.ts';
import type { UnpackRequest } from './unpack-request.ts';

interface ZipMember extends Member {
  readonly mode: number;
  readonly modified: Date;
  readonly content: Buffer;
}

/** Unpacks a zip archive (stored and deflated members, no zip64, no encryption); all is checked before it writes. */
export async function unpackZip(request: UnpackRequest): Promise<void> {
  const members = readMembers(await readFile(request.archive), request.archive);
  const check = new MemberCheck(request.archive);
  for (const member of members) check.check(member);
  for (const member of members) {
    request.signal?.throwIfAborted();
    const path = join(request.into, member.path);
    try {
      await writeMember(member, path);
    } catch (error) {
      throw systemError(error, 'unpacking', path);
    }
  }
}

async function writeMember(member: ZipMember, path: string): Promise<void> {
  if (member.kind === 'directory') {
    await mkdir(path, { recursive: true });
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  if (member.kind === 'symlink') {
    await symlink(member.target ?? '', path);
    return;
  }
  await writeFile(path, member.content);
  await chmod(path, member.mode & 0o111 ? 0o755 : 0o644);
  await utimes(path, member.modified, member.modified);
}

function readMembers(bytes: Buffer, archive: string): readonly ZipMember[] {
  try {
    return [...centralDirectory(bytes)];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw StxError.of('corrupt-archive', `\`${archive}\` is not a whole zip archive: ${reason}`, {
      cause: error,
      help: 'fetch it again; if its recorded SHA-256 fits, the publisher offers a damaged file',
    });
  }
}

function* centralDirectory(bytes: Buffer): Generator<ZipMember> {
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end === -1) throw new Error('its directory is missing');
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw new Error('zip64 is not supported');
  for (let index = 0; index < count; index++) {
    if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error('its directory is damaged');
    yield readMember(bytes, at);
    at += 46 + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
}

function readMember(bytes: Buffer, at: number): ZipMember {
  const path = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
  const content = readContent(bytes, at, path);
  const isUnix = bytes.readUInt8(at + 5) === 3;
  const mode = isUnix ? bytes.readUInt32LE(at + 38) >>> 16 : 0o644;
  const modified = dosTime(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12));
  if (path.endsWith('/')) return { path, kind: 'directory', mode, modified, content };
  if ((mode & 0o170000) === 0o120000) {
    return { path, kind: 'symlink', target: content.toString('utf8'), mode, modified, content };
  }
  return { path, kind: 'file', mode, modified, content };
}

function readContent(bytes: Buffer, at: number, path: string): Buffer {
  if ((bytes.readUInt16LE(at + 8) & 1) !== 0) throw new Error(`\`${path}\` is encrypted`);
  const method = bytes.readUInt16LE(at + 10);
  const size = bytes.readUInt32LE(at + 24);
  const local = bytes.readUInt32LE(at + 42);
  const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
  const packed = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
  if (method !== 0 && method !== 8) throw new Error(`\`${path}\` is packed by the unknown method ${method}`);
  const content = method === 0 ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(size, 1) });
  if (content.byteLength !== size || crc32(content) !== bytes.readUInt32LE(at + 16)) {
    throw new Error(`\`${path}\` is damaged`);
  }
  return content;
}

/** Zip times have no zone; they count as UTC, so that all machines agree. */
function dosTime(date: number, time: number): Date {
  const day = Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31);
  return new Date(day + ((time >> 11) * 3600 + ((time >> 5) & 63) * 60 + (time & 31) * 2) * 1000);
}
