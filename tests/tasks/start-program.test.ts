import test from 'ava';
import { type ProcessRequest, runProcessGroup } from '../../engine/tasks/process-group.ts';

/** Makes this process large enough for programs to be started by the small one. */
const ballast = Buffer.alloc(150 << 20, 1);

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

test.before(async (t) => {
  t.true(ballast.length > 0);
  for (let round = 0; round < 3; round++) await run(':');
});

test.serial('a program started by the small process is not a child of this one', async (t) => {
  const { output } = await run('ps -o ppid= -p "$PPID" 2>/dev/null || sed -n "s/^PPid:\\t//p" /proc/self/status');
  t.not(output.trim(), String(process.pid));
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
