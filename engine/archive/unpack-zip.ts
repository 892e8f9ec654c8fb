import { createWriteStream } from 'node:fs';
import { chmod, mkdir, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { type Member, MemberCheck } from './member-check.ts';
import type { UnpackRequest } from './unpack-request.ts';

interface ZipMember extends Member {
  readonly entry: Entry;
  readonly mode: number;
}

/** Unpacks a zip archive; all member names are checked before anything is written, contents while they are. */
export async function unpackZip(request: UnpackRequest): Promise<void> {
  const zip = await readingZip(request.archive, () =>
    // Names as bytes: MemberCheck words what is wrong with them.
    openPromise(request.archive, { lazyEntries: true, autoClose: false, decodeStrings: false }),
  );
  try {
    const check = new MemberCheck(request.archive);
    const members = await readingZip(request.archive, () => readMembers(zip));
    for (const member of members) check.check(member);
    for (const member of members) {
      request.signal?.throwIfAborted();
      await writeMember(zip, member, { path: join(request.into, member.path), archive: request.archive });
    }
  } finally {
    zip.close();
  }
}

async function readMembers(zip: ZipFile): Promise<readonly ZipMember[]> {
  const members: ZipMember[] = [];
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileNameRaw.toString('utf8').replaceAll('\\', '/');
    if (!entry.canDecodeFileData()) throw new Error(`\`${path}\` is encrypted or packed by an unknown method`);
    const mode = entry.versionMadeBy >> 8 === 3 ? entry.externalFileAttributes >>> 16 : 0o644;
    const member = { path, entry, mode };
    if (path.endsWith('/')) members.push({ ...member, kind: 'directory' });
    else if ((mode & 0o170000) !== 0o120000) members.push({ ...member, kind: 'file' });
    else members.push({ ...member, kind: 'symlink', target: await linkTarget(zip, entry) });
  }
  return members;
}

async function linkTarget(zip: ZipFile, entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function writeMember(zip: ZipFile, member: ZipMember, to: { path: string; archive: string }): Promise<void> {
  const { entry } = member;
  if (member.kind === 'file') {
    const content = await readingZip(to.archive, () => zip.openReadStreamPromise(entry));
    const check = checksum();
    await onDisk(to.path, () => mkdir(dirname(to.path), { recursive: true }));
    await readingZip(to.archive, () => pipeline(content, check.stream, createWriteStream(to.path)));
    if (check.value() !== entry.crc32) throw corrupt(to.archive, `\`${member.path}\` is damaged`);
  }
  await onDisk(to.path, () => finishMember(member, to.path));
}

async function finishMember(member: ZipMember, path: string): Promise<void> {
  if (member.kind === 'directory') await mkdir(path, { recursive: true });
  else if (member.kind === 'symlink') {
    await mkdir(dirname(path), { recursive: true });
    await symlink(member.target ?? '', path);
  } else {
    // Zip times have no zone; they count as UTC, so that all machines agree.
    const modified = member.entry.getLastModDate({ timezone: 'UTC', forceDosFormat: true });
    await chmod(path, member.mode & 0o111 ? 0o755 : 0o644);
    await utimes(path, modified, modified);
  }
}

function checksum(): { readonly stream: Transform; value(): number } {
  let sum = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
  });
  return { stream, value: () => sum };
}

/** What fails while reading is the archive's fault, but for what the operating system says. */
async function readingZip<T>(archive: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StxError) throw error;
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw systemError(error, 'unpacking', archive);
    throw corrupt(archive, error instanceof Error ? error.message : String(error), error);
  }
}

async function onDisk(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw systemError(error, 'unpacking', path);
  }
}

function corrupt(archive: string, reason: string, cause?: unknown): StxError {
  return StxError.of('corrupt-archive', `\`${archive}\` is not a whole zip archive: ${reason}`, {
    cause,
    help: 'fetch it again; if its recorded SHA-256 fits, the publisher offers a damaged file',
  });
}
