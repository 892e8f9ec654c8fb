import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { type Member, MemberCheck } from './member-check.ts';
import { openCompressed } from './open-compressed.ts';
import type { UnpackRequest } from './unpack-request.ts';

// Fixed umask: the modes must not depend on who builds. The options of the user's own tar do not count.
const script = 'umask 022; LC_ALL=C; export LC_ALL; unset TAR_OPTIONS; exec tar "$@"';
const options = ['--extract', '--file=-', '--no-same-owner', '--no-same-permissions'];

/**
 * Unpacks a tar archive, compressed or not: decompressed and checked here, written by the host's tar, which reads our
 * pipe and so ends when we do. Throws `corrupt-archive`, `unsafe-archive` or `disk-full`.
 */
export async function unpackTar(request: UnpackRequest): Promise<void> {
  const { archive, into, signal } = request;
  const child = spawn('sh', ['-c', script, 'tar', ...options, `--directory=${into}`], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Out of reach of a Ctrl-C at the terminal, which must not look like a broken archive.
    detached: true,
  });
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  ended.catch(() => undefined);
  try {
    await pipeline(Readable.from(checkedBytes(archive), { objectMode: false }), child.stdin, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    // A closed pipe says only that tar had enough: at the end mark of the archive, or for a reason that it tells.
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(code)) throw error;
  } finally {
    child.stdin.destroy();
    await ended.catch(() => undefined);
  }
  const [code] = await ended;
  if (code !== 0) throw tarFailure(request, complaint);
}

function tarFailure(request: UnpackRequest, complaint: string): StxError {
  if (/No space left on device|Disk quota exceeded|Wrote only \d+ of \d+ bytes/.test(complaint)) {
    return systemError(Object.assign(new Error(complaint), { code: 'ENOSPC' }), 'unpacking into', request.into);
  }
  const lines = complaint.trim().split('\n').slice(0, 3).join('; ');
  return StxError.of('corrupt-archive', `\`${request.archive}\` cannot be unpacked: ${lines}`);
}

/** The plain tar stream, each member checked before the bytes behind its header are handed on. */
async function* checkedBytes(archive: string): AsyncGenerator<Uint8Array> {
  const check = new MemberCheck(archive);
  let members = 0;
  let failure: unknown;
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      members++;
      try {
        check.check(memberOf(entry));
      } catch (error) {
        failure ??= error;
      }
      entry.resume();
    },
  });
  parser.on('error', (error: unknown) => {
    failure ??= damaged(archive, error);
  });
  for await (const chunk of openCompressed(archive)) {
    parser.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (failure !== undefined) throw failure;
    yield chunk;
  }
  parser.end();
  if (failure !== undefined) throw failure;
  if (members === 0) throw damaged(archive, new Error('it holds no members'));
}

function damaged(archive: string, error: unknown): StxError {
  const reason = error instanceof Error ? error.message : String(error);
  return StxError.of('corrupt-archive', `\`${archive}\` is not a whole tar archive: ${reason}`, {
    cause: error,
    help: 'fetch it again; if its recorded SHA-256 fits, the publisher offers a damaged file',
  });
}

function memberOf(entry: ReadEntry): Member {
  return { path: entry.path, kind: kindOf(entry.type), target: entry.linkpath };
}

function kindOf(type: string): Member['kind'] {
  switch (type) {
    case 'Directory':
    case 'GNUDumpDir':
      return 'directory';
    case 'SymbolicLink':
      return 'symlink';
    case 'Link':
      return 'hard-link';
    case 'CharacterDevice':
    case 'BlockDevice':
    case 'FIFO':
      return 'special';
    default:
      return 'file';
  }
}
