import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { Sandbox, SandboxMount, TaskOrder } from '../../engine/messages/task-order.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { borrowedRoot, orderIn, shellWork } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pool = createWorkerPool({ threads: 2 });
test.after.always(() => pool[Symbol.asyncDispose]());

type Setting = Partial<Omit<Sandbox, 'mounts'>> & { readonly mounts?: SandboxMount[] };

async function runInside(directory: string, script: string, setting: Setting = {}, over: Partial<TaskOrder> = {}) {
  let log = '';
  const order = orderIn(directory, shellWork(script, borrowedRoot(directory, setting)), over);
  const outcome = await pool.start(order, (message) => {
    if (message.kind === 'log') log += message.text;
  }).done;
  return { outcome, log, status: outcome.status };
}

test('a task in the sandbox runs as user 0 and writes to its work directory', async (t) => {
  using directory = temporaryDirectory();
  const { status, log } = await runInside(directory.path, 'id -u; echo made > made; hostname');
  t.is(status, 'ok', log);
  t.is(log, '0\nbuild\n');
  t.is(readFileSync(join(directory.path, 'work/made'), 'utf8'), 'made\n');
});

test('a task reaches a server on the host only with the network on', async (t) => {
  using directory = temporaryDirectory();
  using other = temporaryDirectory();
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const script = `exec 5<>/dev/tcp/127.0.0.1/${port}`;
  const cut = await runInside(directory.path, script);
  const open = await runInside(other.path, script, { network: true });
  server.close();
  t.is(cut.status, 'failed');
  t.regex(cut.log, /refused|unreachable/i);
  t.is(open.status, 'ok', open.log);
});

test("a task sees the root's /etc/passwd and not the host's, and no home", async (t) => {
  using directory = temporaryDirectory();
  const { log } = await runInside(
    directory.path,
    `cat /etc/passwd; test -e ${homedir()} && echo 'home is there'; ls / `,
  );
  t.true(log.startsWith('root:x:0:0:of the build root'), log);
  t.false(log.includes('home is there'));
  t.notRegex(log, /^(home|sys|var|work)$/m);
});

test("a task cannot read another recipe's work directory", async (t) => {
  using directory = temporaryDirectory();
  const secret = join(directory.path, 'other/secret');
  mkdirSync(dirname(secret));
  writeFileSync(secret, 'x');
  const { status, log } = await runInside(directory.path, `cat ${secret}`);
  t.is(status, 'failed');
  t.regex(log, /No such file/);
});

test('a task reads a declared file of a layer, cannot write it, and does not see its neighbour', async (t) => {
  using directory = temporaryDirectory();
  const layer = join(directory.path, 'layer');
  mkdirSync(layer);
  for (const name of ['declared', 'undeclared']) writeFileSync(join(layer, name), `${name}\n`);
  const declared = join(layer, 'declared');
  const script = `cat ${declared}; ls ${layer}; echo y > ${declared} || echo 'cannot write'`;
  const mounts = [{ source: declared, target: declared, writable: false }];
  const { log } = await runInside(directory.path, script, { mounts });
  t.regex(log, /^declared\ndeclared\n.*cannot write\n$/s);
  t.false(log.includes('undeclared'));
  t.is(readFileSync(declared, 'utf8'), 'declared\n');
});

test('a task cannot signal a process outside', async (t) => {
  using directory = temporaryDirectory();
  const { status, log } = await runInside(directory.path, `kill -0 ${process.pid}`);
  t.is(status, 'failed');
  t.regex(log, /No such process/);
});

test('the root is read-only and /tmp is not the one of the host', async (t) => {
  using directory = temporaryDirectory();
  using other = temporaryDirectory();
  const script = `touch /new || touch /etc/new || touch /usr/new || echo refused; ls -d ${other.path}`;
  const { log } = await runInside(directory.path, script);
  t.regex(log, /refused\n/);
  t.regex(log, /No such file[^\n]*\n$/);
});

test('a task has exactly the environment of its order', async (t) => {
  using directory = temporaryDirectory();
  const environment = { PATH: '/usr/bin:/bin', WORD: 'two words' };
  const { log } = await runInside(directory.path, 'env | sort', {}, { environment });
  const names = log
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  t.deepEqual(
    names,
    ['OLDPWD', 'PATH', 'PWD', 'SHLVL', 'WORD', '_'].filter((name) => names.includes(name)),
  );
  t.regex(log, /^WORD=two words$/m);
});

test('a mount can lie inside another one and be read-only there', async (t) => {
  using directory = temporaryDirectory();
  const sysroot = join(directory.path, 'work/recipe-sysroot');
  mkdirSync(sysroot, { recursive: true });
  const mounts = [{ source: sysroot, target: '/stx/tmp/work/recipe-sysroot', writable: false }];
  const work = { source: join(directory.path, 'work'), target: '/stx/tmp/work', writable: true };
  const { status, log } = await runInside(
    directory.path,
    'touch here; touch recipe-sysroot/x || echo refused; pwd',
    { mounts: [...mounts, work], relocations: [{ from: directory.path, to: '/stx/tmp' }] },
    { cwd: '/stx/tmp/work' },
  );
  t.is(status, 'ok');
  t.regex(log, /refused\n\/stx\/tmp\/work\n$/);
});

test('a task with all ids changes owners, mounts and enters a root of its own', async (t) => {
  using directory = temporaryDirectory();
  const script = `mkdir -p root/usr root/proc root/dev/pts root/t
for name in bin lib lib64; do ln -s usr/$name root/$name; done
mount --bind /usr root/usr
mount -t proc proc root/proc
mount -t devpts devpts root/dev/pts
mount -t tmpfs none root/t
touch owned; chown 33:42 owned; stat -c %u:%g owned
chroot root sh -c 'touch /t/f; chown 7:8 /t/f; stat -c %u:%g /t/f; test -e /proc/self && echo proc'
umount root/usr root/proc root/dev/pts root/t`;
  const { status, log } = await runInside(directory.path, script, { allIds: true });
  t.is(status, 'ok', log);
  t.is(log, '33:42\n7:8\nproc\n');
});

test('an order with cleandirs removes what a task with all ids left', async (t) => {
  using directory = temporaryDirectory();
  const script = 'mkdir -p deep/er; touch deep/er/f; chown -R 33:33 deep; chmod 500 deep/er deep';
  t.is((await runInside(directory.path, script, { allIds: true })).status, 'ok');
  const work = join(directory.path, 'work');
  const next = orderIn(directory.path, shellWork('ls -A'), { cleanDirectories: [work] });
  let log = '';
  const outcome = await pool.start(next, (message) => {
    if (message.kind === 'log') log += message.text;
  }).done;
  t.is(outcome.status, 'ok');
  t.is(log, '');
});

test('a missing build root is named', async (t) => {
  using directory = temporaryDirectory();
  const { outcome } = await runInside(directory.path, 'true', { root: join(directory.path, 'nowhere') });
  t.is(outcome.status === 'failed' ? outcome.diagnostics[0]?.code : undefined, 'missing-input');
});

test('a task with all ids cannot make a device node, so the disks of the host stay out of reach', async (t) => {
  using directory = temporaryDirectory();
  const script = 'if mknod disk b 7 0 2>/dev/null && head -c 1 disk; then exit 1; fi\n';
  t.is((await runInside(directory.path, script, { allIds: true })).status, 'ok');
});

for (const allIds of [false, true])
  test(`programs of another architecture run in a sandbox${allIds ? ' with all ids, and in a root below it' : ''}`, async (t) => {
    using directory = temporaryDirectory();
    const program = 'printf "STX-OTHER says hello\\n" > program; chmod +x program; ./program\n';
    const below =
      'mkdir -p r/usr r/t; for n in bin lib lib64; do ln -s usr/$n r/$n; done; mount --bind /usr r/usr; cp program r/t/; chroot r /t/program\n';
    const emulation = ':stx-other:M::STX-OTHER::/bin/cat:F';
    const { status, log } = await runInside(directory.path, allIds ? program + below : program, { allIds, emulation });
    t.is(status, 'ok', log);
    t.is(log, 'STX-OTHER says hello\n'.repeat(allIds ? 2 : 1));
  });
