import { readdirSync, readlinkSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { findKeptFile } from '../../net/kept-file.ts';
import type { TaskContext } from '../builtin-task.ts';
import { runProcessGroup } from '../process-group.ts';
import { requiredVariable } from '../task-variable.ts';

/** A package whose content lies in a folder that nobody writes to. */
export interface UnpackedPackage {
  readonly record: LockRecord;
  /** Its files. */
  readonly tree: string;
  /** deb: its control files. */
  readonly control: string;
}

/**
 * Unpacks each package once into the store of roots, under its sum; a file that is not the locked one is refused. Of deb
 * packages the control files are kept beside. Gives them in the order of their names.
 */
export async function unpackPackages(
  records: readonly LockRecord[],
  context: TaskContext,
  store: string,
): Promise<readonly UnpackedPackage[]> {
  const unpacked: UnpackedPackage[] = [];
  for (const record of records.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    context.signal.throwIfAborted();
    const folder = join(store, 'packages', record.sha256);
    if ((await lstat(folder).catch(() => undefined)) === undefined) await unpack(record, folder, context);
    unpacked.push({ record, tree: join(folder, 'tree'), control: join(folder, 'control') });
  }
  return unpacked;
}

async function unpack(record: LockRecord, folder: string, context: TaskContext): Promise<void> {
  const downloads = requiredVariable(context.order, 'DL_DIR');
  const file = await findKeptFile(downloads, record);
  if (file === undefined) {
    throw StxError.of('missing-input', `\`${basename(record.path)}\` of the lock is not in \`${downloads}\``, {
      origin: 'environment',
      help: 'start the same command again, so that it is fetched anew',
    });
  }
  await mkdir(join(folder, '..'), { recursive: true });
  const fresh = await mkdtemp(`${folder}.`);
  try {
    if (record.type === 'rpm') await unpackRpm(file, fresh, context);
    else await unpackDeb(file, fresh, context);
    await rename(fresh, folder).catch((error: NodeJS.ErrnoException) => {
      // Another task was as far with the same package.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw systemError(error, 'unpacking', file);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function unpackDeb(file: string, folder: string, context: TaskContext): Promise<void> {
  const [tree, control] = [join(folder, 'tree'), join(folder, 'control')];
  const script = 'umask 022; dpkg-deb --extract "$1" "$2" && dpkg-deb --control "$1" "$3" && chmod -R u+rwX "$2"';
  await runProgram(['sh', '-c', script, 'sh', file, tree, control], file, context);
}

/** In the root of rpm's tools, of which alone it is known that it can read every package of the lock. */
async function unpackRpm(file: string, folder: string, context: TaskContext): Promise<void> {
  const tools = requiredVariable(context.order, 'RPM_TOOLS_ROOT');
  const script =
    'umask 022; mkdir tree control && cd tree && rpm2cpio ../../package > /tmp/content && cpio --extract --make-directories --quiet --no-preserve-owner < /tmp/content && chmod -R u+rwX .';
  const command = [
    ...['bwrap', '--unshare-all', '--die-with-parent', ...readOnlyRoot(tools), '--dev', '/dev', '--proc', '/proc'],
    ...['--tmpfs', '/tmp', '--bind', folder, '/tmp/out', '--ro-bind', file, '/tmp/package', '--chdir', '/tmp/out'],
    ...['sh', '-c', script],
  ];
  await runProgram(command, file, context);
}

/** Arguments of bubblewrap that show a root entry by entry, since it need not have folders for what is mounted besides. */
export function readOnlyRoot(root: string): readonly string[] {
  const own = new Set(['dev', 'proc', 'sys', 'tmp']);
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    const path = join(root, entry.name);
    if (own.has(entry.name)) return [];
    if (entry.isSymbolicLink()) return ['--symlink', readlinkSync(path), `/${entry.name}`];
    return ['--ro-bind', path, `/${entry.name}`];
  });
}

/** Runs a program with nothing of the caller's environment but PATH; throws with what it said when it fails. */
export async function runProgram(
  [command = '', ...args]: readonly string[],
  what: string,
  context: TaskContext,
): Promise<void> {
  let said = '';
  const end = await runProcessGroup({
    command,
    args,
    environment: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC', HOME: '/tmp' },
    onOutput: (chunk) => {
      said = `${said}${chunk.toString()}`.slice(-4000);
    },
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  if (end.exitCode === 0) return;
  const code = /no space left|quota exceeded/i.test(said) ? 'ENOSPC' : undefined;
  const reason = new Error(`${command} said of ${basename(what)}: ${said.trim() || `exit code ${end.exitCode}`}`);
  throw Object.assign(reason, { code });
}

/** A control file of a deb package; empty when it has none of that name. */
export async function controlFile({ control }: UnpackedPackage, name: string): Promise<string> {
  return await readFile(join(control, name), 'utf8').catch(() => '');
}
