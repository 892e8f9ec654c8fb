import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import type { StoredDiagnostic } from '../../engine/messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../engine/messages/task-order.ts';
import type { TaskOutcome } from '../../engine/messages/task-outcome.ts';
import { sandboxRefused } from '../../engine/worker/thread/sandbox-trouble.ts';
import { borrowedRoot, orderIn, shellWork } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const runner = join(import.meta.dirname, '../support/run-order.ts');
const asRoot = process.getuid?.() === 0;

/** Runs an order in an engine of its own, below `wrapper`, a shell script that ends by `"$@"`. */
function runBelow(directory: string, order: TaskOrder, wrapper: readonly string[], environment = process.env) {
  const path = join(directory, 'order.json');
  writeFileSync(path, JSON.stringify(order));
  const [command = '', ...args] = [...wrapper, process.execPath, runner, path];
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', env: environment });
  const last = stdout.trim().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`the engine said: ${stdout}${stderr}`);
  return JSON.parse(last) as TaskOutcome;
}

function diagnosticOf(outcome: TaskOutcome): StoredDiagnostic | undefined {
  return outcome.status === 'failed' ? outcome.diagnostics[0] : undefined;
}

const ownNamespace = ['unshare', ...(asRoot ? [] : ['--user', '--map-root-user']), '--mount'];
const tmpfs = (place: string) => [
  ...ownNamespace,
  'sh',
  '-c',
  `mkdir -p ${place} && mount -t tmpfs -o size=400k none ${place} && "$@"; status=$?; find ${place} -type f > ${place}.left; exit $status`,
  'sh',
];

const kinds = {
  'in the sandbox': (directory: string) => borrowedRoot(directory),
  'in the sandbox with all ids': (directory: string) => borrowedRoot(directory, { allIds: true }),
  'without a sandbox': () => undefined,
};

for (const [name, [index, sandboxIn]] of Object.entries(kinds).map(([k, v], i) => [k, [i, v]] as const)) {
  test(`when the engine is killed, no process of a task ${name} is left after two seconds`, async (t) => {
    using directory = temporaryDirectory();
    const mark = `8642${index}`;
    const script = `(setsid sleep ${mark} &); trap '' TERM HUP; sleep ${mark} & echo ready; wait`;
    const order = orderIn(directory.path, shellWork(script, sandboxIn(directory.path)));
    const path = join(directory.path, 'order.json');
    writeFileSync(path, JSON.stringify(order));
    const engine = spawn(process.execPath, [runner, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface(engine.stdout)) if (line.includes('ready')) break;
    t.true(await becomes(true, mark, 5000), 'the task runs');
    engine.kill('SIGKILL');
    t.true(await becomes(false, mark, 2000));
  });
}

test('when the engine is killed on a host without namespaces, the process group of its task is gone too', async (t) => {
  using directory = temporaryDirectory();
  const mark = '86429';
  const path = join(directory.path, 'order.json');
  writeFileSync(path, JSON.stringify(orderIn(directory.path, shellWork(`sleep ${mark} & echo ready; wait`))));
  const forbid = 'cd /proc/sys/user; echo 0 > max_user_namespaces; echo 0 > max_pid_namespaces; exec "$@"';
  const args = ['--user', '--map-root-user', 'sh', '-c', forbid, 'sh', process.execPath, runner, path];
  const engine = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(engine.stdout)) if (line.includes('ready')) break;
  t.true(await becomes(true, mark, 5000), 'the task runs');
  engine.kill('SIGKILL');
  t.true(await becomes(false, mark, 2000));
});

test('a full disk below the working directory is named', (t) => {
  using directory = temporaryDirectory();
  const work = join(directory.path, 'work');
  const order = orderIn(directory.path, shellWork('dd if=/dev/zero of=big bs=64k count=100'));
  const found = diagnosticOf(runBelow(directory.path, order, tmpfs(work)));
  t.is(found?.code, 'disk-full');
  t.true(found?.message.includes(work), found?.message);
});

test('a full disk below the sstate store is named, and no half-written entry stays', (t) => {
  using directory = temporaryDirectory();
  const store = join(directory.path, 'store');
  const own = join(directory.path, 'own');
  const order = orderIn(directory.path, shellWork(`echo small > ${own}/a; head -c 3000000 /dev/urandom > ${own}/big`), {
    outputs: [{ from: own, to: own }],
    actionKey: 'e'.repeat(64),
  });
  const found = diagnosticOf(runBelow(directory.path, order, tmpfs(store)));
  t.is(found?.code, 'disk-full');
  const left = readFileSync(`${store}.left`, 'utf8').trim().split('\n');
  t.true(
    left.every((path) => path.startsWith(`${store}/cas/`)),
    left.join(' '),
  );
});

test('a full disk below the log is named and ends the task', (t) => {
  using directory = temporaryDirectory();
  const order = orderIn(directory.path, shellWork('seq 1 10000000'));
  const found = diagnosticOf(runBelow(directory.path, order, tmpfs(join(directory.path, 'temp'))));
  t.is(found?.code, 'disk-full');
});

test('a full disk below the deploy folder leaves no half-written file there', (t) => {
  using directory = temporaryDirectory();
  const from = join(directory.path, 'made');
  const to = join(directory.path, 'deploy');
  const order = orderIn(directory.path, shellWork(`head -c 3000000 /dev/urandom > ${from}/image`), {
    outputs: [{ from, to }],
  });
  const found = diagnosticOf(runBelow(directory.path, order, tmpfs(to)));
  t.is(found?.code, 'disk-full');
  t.is(readFileSync(`${to}.left`, 'utf8'), '');
});

test('a host without user namespaces gets the sysctl to change', (t) => {
  using directory = temporaryDirectory();
  const order = orderIn(directory.path, shellWork('true', borrowedRoot(directory.path)));
  const forbid = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
  const wrapper = ['unshare', '--user', '--map-root-user', 'sh', '-c', forbid, 'sh'];
  const found = diagnosticOf(runBelow(directory.path, order, wrapper));
  t.is(found?.code, 'sandbox-unavailable');
  t.regex(found?.help ?? '', /user\.max_user_namespaces=/);
});

test('a host without bubblewrap is told the package', (t) => {
  using directory = temporaryDirectory();
  const order = orderIn(directory.path, shellWork('true', borrowedRoot(directory.path)));
  const found = diagnosticOf(runBelow(directory.path, order, [], { PATH: '/nowhere' }));
  t.is(found?.code, 'sandbox-unavailable');
  t.regex(found?.help ?? '', /`bubblewrap`/);
});

const limits = {
  unprivilegedClone: undefined,
  maxUserNamespaces: '9000',
  appArmorRestricts: undefined,
  userName: 'ann',
  hasIdRange: true,
};
const refusals = [
  ['kernel.unprivileged_userns_clone=1', 'x', false, { ...limits, unprivilegedClone: '0' }],
  ['user.max_user_namespaces=', 'x', false, { ...limits, maxUserNamespaces: '0' }],
  ['apparmor_restrict_unprivileged_userns=0', 'Permission denied', false, { ...limits, appArmorRestricts: '1' }],
  ['--add-subuids 100000-165535', 'x', true, { ...limits, hasIdRange: false }],
  ['`uidmap`', 'unshare: failed to execute newuidmap: No such file', true, limits],
  ['seccomp', 'bwrap: No permissions to create new namespace', false, limits],
  ['SANDBOX_ROOT', "bwrap: Can't find source path /x: No such file or directory", false, limits],
] as const;
for (const [help, said, wantsIds, host] of refusals)
  test(`a sandbox refused with "${said}" (${help}) says what to change`, (t) => {
    const [diagnostic] = sandboxRefused(said, wantsIds, host).diagnostics;
    t.is(diagnostic?.code, 'sandbox-unavailable');
    t.true(diagnostic?.help?.includes(help), diagnostic?.help);
  });

for (const allIds of [false, true])
  test(`an ordinary user gets the sandbox${allIds ? ' with all ids' : ''}`, (t) => {
    using directory = temporaryDirectory();
    const user = ordinaryUser();
    if (user === undefined) {
      t.pass('this host has no ordinary user with a range of ids');
      return;
    }
    mkdirSync(join(directory.path, 'work'));
    const script = allIds ? 'touch f; chown 33:42 f; stat -c %u:%g f > seen' : 'id -u > seen';
    const order = orderIn(directory.path, shellWork(script, borrowedRoot(directory.path, { allIds })));
    if (asRoot) spawnSync('chown', ['-R', user, directory.path]);
    const outcome = runBelow(directory.path, order, asRoot ? asUser(user) : []);
    t.is(outcome.status, 'ok', JSON.stringify(outcome));
    t.is(readFileSync(join(directory.path, 'work/seen'), 'utf8'), allIds ? '33:42\n' : '0\n');
    if (allIds) spawnSync('chown', ['-R', '0', directory.path]);
  });

test('a user id without an entry in the password file is named by its number', (t) => {
  const module = join(import.meta.dirname, '../../engine/worker/thread/sandbox-trouble.ts');
  const ask = `const { readHostLimits } = await import('${module}'); console.log(readHostLimits().userName);`;
  const words = ['--user', '--map-user=54321', process.execPath, '--input-type=module', '--eval', ask];
  const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  t.is(stdout, '54321\n', stderr);
});

/** Who runs the tests, or for root the first user with a range of ids who can read this checkout. */
function ordinaryUser(): string | undefined {
  const names = readFileSync('/etc/subuid', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(':')[0] ?? '');
  if (!asRoot) return String(process.getuid?.());
  return names.find(
    (name) =>
      name !== '' && name !== 'root' && canRun(name, [process.execPath, '--version']) && canRun(name, ['cat', runner]),
  );
}

function asUser(name: string): string[] {
  const group = spawnSync('id', ['-g', name], { encoding: 'utf8' }).stdout.trim();
  return ['setpriv', '--reuid', name, '--regid', group, '--init-groups', '--'];
}

function canRun(name: string, words: readonly string[]): boolean {
  const [command = '', ...args] = [...asUser(name), ...words];
  return spawnSync(command, args).status === 0;
}

/** Whether the sleeping program of a task gets to run, or is gone, within a time. */
async function becomes(running: boolean, mark: string, withinMs: number): Promise<boolean> {
  for (const end = Date.now() + withinMs; isRunning(mark) !== running; await setTimeout(20))
    if (Date.now() > end) return false;
  return true;
}

function isRunning(mark: string): boolean {
  return readdirSync('/proc').some((name) => {
    if (!/^\d+$/.test(name) || !existsSync(`/proc/${name}/cmdline`)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(`sleep\0${mark}\0`);
    } catch {
      return false;
    }
  });
}
