import { readlinkSync } from 'node:fs';
import test from 'ava';
import { type ProcessRequest, runProcessGroup } from '../../engine/tasks/process-group.ts';

async function run(script: string, more: Partial<ProcessRequest> = {}) {
  let output = '';
  let report = '';
  const end = await runProcessGroup({
    command: 'sh',
    args: ['-c', script],
    onOutput: (chunk) => {
      output += chunk.toString('latin1');
    },
    onReport: (text) => {
      report += text;
    },
    signal: new AbortController().signal,
    ...more,
  });
  return { ...end, output, report };
}

const isRoot = process.getuid?.() === 0;
const onlyRoot = isRoot ? test.serial : test.serial.skip;

test.serial('programs run one after the other in the namespaces of one server', async (t) => {
  const first = await run('readlink /proc/self/ns/pid /proc/self/ns/mnt');
  const second = await run('readlink /proc/self/ns/pid /proc/self/ns/mnt');
  t.is(first.output, second.output);
  t.not(first.output.split('\n')[0], readlinkSync('/proc/self/ns/pid'));
});

test.serial('programs at the same time have a server each', async (t) => {
  const both = await Promise.all([
    run('readlink /proc/self/ns/pid; sleep 0.1'),
    run('readlink /proc/self/ns/pid; sleep 0.1'),
  ]);
  t.is(new Set(both.map(({ output }) => output)).size, 2);
});

test.serial('what a program leaves is gone before the next one, and says nothing in its output', async (t) => {
  const script =
    'for i in 1 2 3; do setsid sh -c "while :; do echo left; done" & setsid sleep 600 & done; sleep 0.02; exit 3';
  for (let round = 0; round < 5; round++) {
    t.is((await run(script)).exitCode, 3);
    const { output } = await run('echo own; for p in /proc/[0-9]*; do cat $p/comm 2>/dev/null; done | grep -c sleep');
    t.is(output, 'own\n0\n');
  }
});

test.serial('a program has exactly the environment of the request', async (t) => {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    IFS: 'x',
    A: " 'q' $x `y` \\ \n\t* ąŁ\u0081",
    B: '',
    PWD: '/x',
  };
  const { output } = await run('', { command: 'env', args: ['-0'], environment });
  const found = Buffer.from(output, 'latin1').toString().split('\0');
  const expected = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  t.deepEqual(found.filter((line) => line !== '').sort(), expected.sort());
});

test.serial('a program holds no file of the server', async (t) => {
  const { output } = await run(
    'for f in 4 5 6 7 8 9 10 11; do [ -e /proc/self/fd/$f ] && readlink /proc/self/fd/$f; done; true',
  );
  t.notRegex(output, /request|socket/);
});

test.serial('a program that kills its whole group has ended as killed, and the next one runs', async (t) => {
  t.is((await run('kill -KILL 0')).exitCode, 137);
  t.is((await run('echo again')).output, 'again\n');
});

onlyRoot('what a program mounts is not there for the next one', async (t) => {
  const { output } = await run('mount -t tmpfs none /mnt && touch /mnt/of-the-first && ls /mnt');
  t.is(output, 'of-the-first\n');
  t.false((await run('ls /mnt')).output.includes('of-the-first'));
});

test.serial('programs without network share no namespace with those that have it', async (t) => {
  const look = 'readlink /proc/self/ns/net; grep -c : /proc/net/dev';
  const cut = await run(look, { namespaces: ['--net'] });
  const open = await run(look);
  const again = await run(look, { namespaces: ['--net'] });
  t.is(open.output.split('\n')[0], readlinkSync('/proc/self/ns/net'));
  t.not(cut.output.split('\n')[0], open.output.split('\n')[0]);
  t.is(cut.output, again.output);
  t.is(
    (
      await run('exec 5<>/dev/tcp/127.0.0.1/1', {
        command: 'bash',
        args: ['-c', 'echo > /dev/udp/127.0.0.1/9'],
        namespaces: ['--net'],
      })
    ).exitCode,
    1,
  );
});

test.serial('output, reports and exit code arrive whole and in order', async (t) => {
  const { output, report, exitCode, wasCancelled } = await run(
    'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done; echo told >&3; exit 7',
  );
  t.is(output, Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join(''));
  t.is(report, 'told\n');
  t.is(exitCode, 7);
  t.false(wasCancelled);
});

test.serial('environment and folder are those of the request, and standard input is empty', async (t) => {
  const { output } = await run('pwd; echo "$A|$HOME"; cat', {
    cwd: '/usr',
    environment: { PATH: process.env['PATH'] ?? '', A: 'ä b\nc' },
  });
  t.is(Buffer.from(output, 'latin1').toString(), '/usr\nä b\nc|\n');
});

test.serial('a program that is not there is ENOENT', async (t) => {
  const error = await t.throwsAsync(run(':', { command: 'no-such-program' }));
  t.is((error as NodeJS.ErrnoException).code, 'ENOENT');
});

test.serial('cancelling ends the whole group, before and after it has started', async (t) => {
  const early = new AbortController();
  const first = run('sleep 600', { signal: early.signal });
  early.abort();
  t.true((await first).wasCancelled);
  const late = new AbortController();
  const { wasCancelled, exitCode } = await run('echo up; sleep 600 & wait', {
    signal: late.signal,
    onOutput: () => late.abort(),
  });
  t.true(wasCancelled);
  t.not(exitCode, 0);
});

test.serial('what onOutput throws ends the program and is the result', async (t) => {
  const full = new Error('full');
  const error = await t.throwsAsync(
    run('echo x; sleep 600', {
      onOutput: () => {
        throw full;
      },
    }),
  );
  t.is(error, full);
});
