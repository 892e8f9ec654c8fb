import { chmod, copyFile, link, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockRecord } from '../../base/lock-record.ts';
import { digestOfFile } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { findKeptFile } from '../../net/kept-file.ts';
import type { BuiltinTask, TaskContext } from '../builtin-task.ts';
import { writeDebIndex } from '../deb-index/deb-index.ts';
import { withEmulation } from '../emulation.ts';
import { readLockedRecords } from '../locked-records.ts';
import { runProcessGroup } from '../process-group.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';

/**
 * Makes `root.tar` (and `packages`, the index of what is in it) in the task's output directory from exactly the packages that the lock holds for LOCK_ROOT: mmdebstrap
 * reads them from a directory, in namespaces without network. The bytes depend on the inputs alone.
 */
export const run: BuiltinTask = async (context) => {
  const { order, progress, signal } = context;
  const work = join(order.temporaryDirectory, `bootstrap-${requiredVariable(order, 'PN')}`);
  await inNamespaces(context, ['rm', '-rf', work]);
  try {
    progress('checking packages');
    const records = (await readLockedRecords(order)).filter(({ type = 'deb' }) => type === 'deb');
    await prepareRepository(order, records, join(work, 'repository'));
    await writeHooks(order, work);
    signal.throwIfAborted();
    progress(`installing ${records.length} packages`);
    await makeRoot(context, records, work);
    await copyFile(join(work, 'repository', 'Packages'), join(outputDirectory(order), 'packages'));
  } finally {
    if (!signal.aborted) await inNamespaces(context, ['rm', '-rf', work]);
  }
  return {};
};

/** Links to the downloads with an index beside them; each file is compared with its record first. */
async function prepareRepository(order: TaskOrder, records: readonly LockRecord[], directory: string): Promise<void> {
  const downloads = requiredVariable(order, 'DL_DIR');
  await mkdir(directory, { recursive: true });
  for (const record of records) {
    const name = basename(record.path);
    const path = (await findKeptFile(downloads, record)) ?? (await refuse(record, join(downloads, name)));
    await link(path, join(directory, name)).catch(() => symlink(path, join(directory, name)));
  }
  await writeDebIndex(
    directory,
    records.map((each) => basename(each.path)),
  );
}

async function refuse(record: LockRecord, path: string): Promise<never> {
  const digest = await digestOfFile(path).catch((error: unknown) => {
    throw systemError(error, 'reading', path);
  });
  throw StxError.of(
    'bootstrap-failed',
    `\`${path}\` is not the locked file: expected ${record.sha256}, got ${digest.hash}`,
    {
      origin: 'environment',
      help: 'remove the file and start the same command again, so that it is fetched anew',
    },
  );
}

/** The two shell texts that the metadata gives; each is run with the new root as `$root`. */
async function writeHooks(order: TaskOrder, work: string): Promise<void> {
  for (const name of ['bootstrap_start', 'bootstrap_setup', 'bootstrap_finish']) {
    const path = join(work, name);
    const last = name === 'bootstrap_finish' ? dropTraces : '';
    await writeFile(path, `#!/bin/sh\nset -e\nroot="$1"\n${order.variables[name] ?? ''}\n${last}`);
    await chmod(path, 0o755);
  }
}

/** Files of the bootstrap itself: they name its folder, and options that only serve its speed. */
const dropTraces = `cd "$root/etc"
rm -f apt/sources.list apt/apt.conf.d/99mmdebstrap dpkg/dpkg.cfg.d/99mmdebstrap
`;

async function makeRoot(context: TaskContext, records: readonly LockRecord[], work: string): Promise<void> {
  const { order } = context;
  const target = join(outputDirectory(order), 'root.tar');
  await mkdir(join(work, 'tmp'));
  const architecture = requiredVariable(order, 'BOOTSTRAP_ARCH');
  const foreign = (each: LockRecord): boolean => ![architecture, 'all'].includes(each.architecture);
  const names = records.map((each) => (foreign(each) ? `${each.name}:${each.architecture}` : each.name)).join(',');
  const architectures = new Set([architecture, ...records.filter(foreign).map((each) => each.architecture)]);
  const options = (order.variables['BOOTSTRAP_OPTIONS'] ?? '').split(/\s+/).filter((word) => word !== '');
  await inNamespaces(
    context,
    [
      ...['mmdebstrap', '--mode=root', '--variant=essential', '--format=tar', '--skip=output/dev'],
      `--architectures=${[...architectures].join(',')}`,
      `--include=${names}`,
      // It would look for formats that the host itself knows.
      ...(order.variables['BOOTSTRAP_EMULATION'] ? ['--skip=check/qemu'] : []),
      '--aptopt=APT::Install-Recommends "false"',
      '--dpkgopt=force-unsafe-io',
      ...options,
      `--setup-hook=${join(work, 'bootstrap_start')}`,
      `--essential-hook=${join(work, 'bootstrap_setup')}`,
      `--customize-hook=${join(work, 'bootstrap_finish')}`,
      ...['', target, `deb [trusted=yes] copy://${join(work, 'repository')} ./`],
    ],
    join(work, 'tmp'),
  ).catch(async (error: unknown) => {
    await rm(target, { force: true });
    throw error;
  });
}

/**
 * Runs a program as user 0 over a full range of ids, without network, with process numbers of its own; it dies with the
 * engine. Root gets the same but for the user namespace. Throws StxError when it fails.
 */
async function inNamespaces(context: TaskContext, command: readonly string[], temporary = '/tmp'): Promise<void> {
  const [program = '', ...args] = command;
  const emulation = context.order.variables['BOOTSTRAP_EMULATION']?.trim() ?? '';
  const bare = emulation === '' ? { command: program, args } : inOwnNamespaces(command);
  let said = '';
  const end = await runProcessGroup({
    ...(emulation === '' ? bare : withEmulation(bare, emulation)),
    ids: 'all',
    namespaces: ['--net', '--ipc'],
    needsNamespaces: true,
    environment: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/nonexistent',
      LC_ALL: 'C.UTF-8',
      TMPDIR: temporary,
      TZ: 'UTC',
      ...packageEnvironment(context.order),
      SOURCE_DATE_EPOCH: context.order.variables['SOURCE_DATE_EPOCH'] ?? '0',
    },
    onOutput: (chunk) => {
      said = `${said}${chunk.toString()}`.slice(-3000);
      context.log(chunk.toString());
    },
    signal: context.signal,
  });
  context.signal.throwIfAborted();
  if (end.exitCode === 0) return;
  throw failure(context.order, command[0] ?? '', `${said.trim()}\n(exit code ${end.exitCode})`);
}

/** Only who owns its processes and network may mount what shows them: namespaces inside of that of the emulation. */
function inOwnNamespaces(command: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const options = ['--mount', '--net', '--ipc', '--pid', '--fork', '--kill-child=KILL', '--mount-proc'];
  return { command: 'unshare', args: [...options, '--', ...command] };
}

/** BOOTSTRAP_ENVIRONMENT: words `NAME=value` for the scripts of the packages. */
function packageEnvironment(order: TaskOrder): Readonly<Record<string, string>> {
  const words = (order.variables['BOOTSTRAP_ENVIRONMENT'] ?? '').split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(words.map((word) => [word.replace(/=.*$/, ''), word.replace(/^[^=]*=?/, '')]));
}

function failure(order: TaskOrder, program: string, said: string): Error {
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    const full = Object.assign(new Error(said), { code: 'ENOSPC' });
    return systemError(full, 'making the root file system in', order.temporaryDirectory);
  }
  const isRefused = /unshare: (?:unshare failed|write failed|.*uid_map|.*newuidmap)|failed to find subordinate/i.test(
    said,
  );
  const help = isRefused
    ? 'allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, kernel.apparmor_restrict_unprivileged_userns=0) and give the user a range of ids in /etc/subuid and /etc/subgid (package uidmap)'
    : `the whole log is ${order.logPath}`;
  return StxError.of(
    'bootstrap-failed',
    `\`${program}\` could not make the root file system: ${said.split('\n').slice(-12).join('\n')}`,
    {
      origin: 'environment',
      help,
    },
  );
}
