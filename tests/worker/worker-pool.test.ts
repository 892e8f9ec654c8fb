import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { TaskOrder, TaskWork } from '../../engine/messages/task-order.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { orderIn, shellWork } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pool = createWorkerPool({ threads: 2 });
test.after.always(() => pool[Symbol.asyncDispose]());

const run = (directory: string, work: TaskWork | string, over: Partial<TaskOrder> = {}) =>
  pool.start(orderIn(directory, typeof work === 'string' ? shellWork(work) : work, over), () => undefined).done;

test('a script runs with its umask in its working directory and leaves a log with a link to it', async (t) => {
  using directory = temporaryDirectory();
  const outcome = await run(directory.path, 'umask; pwd; echo two >&2; echo three', { umask: '027' });
  t.is(outcome.status, 'ok');
  const link = join(directory.path, 'temp/log.do_x');
  t.regex(readlinkSync(link), /^log\.do_x\.\d+$/);
  t.is(readFileSync(link, 'utf8'), `0027\n${directory.path}/work\ntwo\nthree\n`);
});

test('log text is heard before the outcome', async (t) => {
  using directory = temporaryDirectory();
  let log = '';
  await pool.start(orderIn(directory.path, shellWork('seq 1 20000')), (message) => {
    if (message.kind === 'log') log += message.text;
  }).done;
  t.true(log.endsWith('\n20000\n'));
});

test('a failing command is shown in recipe coordinates with its callers, the exit code and the end of the log', async (t) => {
  using directory = temporaryDirectory();
  const script =
    'set -e\ninner() {\n  echo last words\n  ls /nowhere-at-all\n}\ndo_x() {\n  : \n  inner\n}\nx=$(false; true)\ndo_x\n';
  const lines = [
    { scriptLine: 3, path: 'classes/a.bbclass', line: 11, functionName: 'inner' },
    { scriptLine: 7, path: 'recipes/r.bb', line: 21, functionName: 'do_x' },
  ];
  const outcome = await run(directory.path, { kind: 'shell', script, lines, sandbox: undefined });
  if (outcome.status !== 'failed') return t.fail(outcome.status);
  t.is(outcome.exitCode, 2);
  const [diagnostic] = outcome.diagnostics;
  t.is(diagnostic?.code, 'task-failed');
  const detail = diagnostic?.detail?.split('\n') ?? [];
  t.deepEqual(detail.slice(0, 4), [
    'failed at classes/a.bbclass:12 inner',
    'called from recipes/r.bb:22 do_x',
    'command: ls /nowhere-at-all',
    'last words',
  ]);
});

test('of a long log the first real errors are shown before its end', async (t) => {
  using directory = temporaryDirectory();
  const script = 'set -e\ndo_x() {\n  echo "a.c:3:1: error: no such thing"\n  seq 1 500\n  exit 4\n}\ndo_x\n';
  const outcome = await run(directory.path, script);
  if (outcome.status !== 'failed') return t.fail(outcome.status);
  t.deepEqual(outcome.diagnostics[0]?.detail?.split('\n').slice(1, 5), [
    'first errors, from line 1 of the log on:',
    'a.c:3:1: error: no such thing',
    'end of the log:',
    '491',
  ]);
});

test('what a task took of processor and memory is measured, of programs that it started too', async (t) => {
  using directory = temporaryDirectory();
  const busy = 'sh -c "i=0; while [ \\$i -lt 200000 ]; do i=\\$((i+1)); done"';
  const big = `python3 -c 'x = bytearray(120_000_000); import time; time.sleep(0.6)'`;
  const outcome = await run(directory.path, `${busy}\n${big}`);
  t.is(outcome.status, 'ok');
  const usage = outcome.status === 'ok' ? outcome.usage : undefined;
  t.true((usage?.cpuMs ?? 0) >= 50, `${usage?.cpuMs} ms`);
  t.true((usage?.peakMemoryBytes ?? 0) >= 120_000_000, `${usage?.peakMemoryBytes} bytes`);
  t.true((usage?.peakMemoryBytes ?? 0) < 300_000_000, `${usage?.peakMemoryBytes} bytes`);
});

test('an explicit exit is placed in its function', async (t) => {
  using directory = temporaryDirectory();
  const script = 'set -e\ndie() {\n  exit 7\n}\ndo_x() {\n  false || true\n  die\n}\ndo_x\n';
  const lines = [
    { scriptLine: 3, path: 'a.bbclass', line: 5, functionName: 'die' },
    { scriptLine: 6, path: 'r.bb', line: 9, functionName: 'do_x' },
  ];
  const outcome = await run(directory.path, { kind: 'shell', script, lines, sandbox: undefined });
  t.is(outcome.status === 'failed' ? outcome.exitCode : undefined, 7);
  t.regex(
    outcome.status === 'failed' ? (outcome.diagnostics[0]?.detail ?? '') : '',
    /a\.bbclass:5 die\n.*r\.bb:10 do_x/,
  );
});

test('cancelling a task kills all it started and ends as cancelled', async (t) => {
  using directory = temporaryDirectory();
  const started = Promise.withResolvers<void>();
  const work = shellWork('trap "" TERM; (setsid sleep 86411 &); sleep 86411 & echo ready; wait; wait');
  const task = pool.start(orderIn(directory.path, work), () => started.resolve());
  await started.promise;
  task.cancel();
  t.is((await task.done).status, 'cancelled');
  t.deepEqual(commandsWith('86411'), []);
});

test('a task that is cancelled while it waits for a lock ends as cancelled', async (t) => {
  using directory = temporaryDirectory();
  const lockFiles = [join(directory.path, 'lock')];
  const started = Promise.withResolvers<void>();
  const holder = pool.start(orderIn(directory.path, shellWork('echo ready; sleep 86412'), { lockFiles }), () =>
    started.resolve(),
  );
  await started.promise;
  const waiting = pool.start(orderIn(directory.path, shellWork('touch ran'), { lockFiles }), () => undefined);
  waiting.cancel();
  t.is((await waiting.done).status, 'cancelled');
  holder.cancel();
  await holder.done;
  t.false(existsSync(join(directory.path, 'work/ran')));
  t.is((await run(directory.path, 'touch ran', { lockFiles })).status, 'ok');
});

test('output directories are captured, published and restored', async (t) => {
  using directory = temporaryDirectory();
  const from = join(directory.path, 'made');
  const to = join(directory.path, 'deploy');
  mkdirSync(to);
  writeFileSync(join(to, 'of-another-task'), '');
  const over = { outputs: [{ from, to }], actionKey: 'a'.repeat(64), cleanDirectories: [from] };
  const ran = await run(directory.path, `echo one > ${from}/file; ln -s file ${from}/link`, over);
  t.is(ran.status, 'ok');
  t.deepEqual(readdirSync(to).sort(), ['file', 'link', 'of-another-task']);
  const again = await run(directory.path, `echo two > ${from}/other`, { ...over, actionKey: 'b'.repeat(64) });
  t.deepEqual(readdirSync(to).sort(), ['of-another-task', 'other']);
  if (ran.status !== 'ok' || again.status !== 'ok' || ran.result === undefined || ran.output === undefined)
    return t.fail();
  t.notDeepEqual(again.output, ran.output);
  const restored = await run(directory.path, { kind: 'restore', result: ran.result, output: ran.output }, over);
  t.deepEqual(restored.status === 'ok' && [restored.output, restored.result], [ran.output, ran.result]);
  t.deepEqual(readdirSync(to).sort(), ['file', 'link', 'of-another-task']);
  t.is(readFileSync(join(to, 'link'), 'utf8'), 'one\n');
});

test('an output directory of its own starts empty, so that nothing of an earlier run is captured', async (t) => {
  using directory = temporaryDirectory();
  const own = join(directory.path, 'own');
  const over = { outputs: [{ from: own, to: own }] };
  await run(directory.path, `echo > ${own}/old`, over);
  await run(directory.path, `echo > ${own}/new`, over);
  t.deepEqual(readdirSync(own), ['new']);
});

test('a result that the store does not have is a located failure', async (t) => {
  using directory = temporaryDirectory();
  const own = join(directory.path, 'own');
  const result = { hash: 'c'.repeat(64) as never, sizeBytes: 1 };
  const over = { outputs: [{ from: own, to: own }], actionKey: 'c'.repeat(64) };
  const outcome = await run(directory.path, { kind: 'restore', result, output: result }, over);
  t.is(outcome.status === 'failed' ? outcome.diagnostics[0]?.code : undefined, 'result-incomplete');
});

test('a failed task stores and publishes nothing', async (t) => {
  using directory = temporaryDirectory();
  const from = join(directory.path, 'made');
  const to = join(directory.path, 'deploy');
  const over = { outputs: [{ from, to }], actionKey: 'd'.repeat(64) };
  t.is((await run(directory.path, `echo half > ${from}/file; false`, over)).status, 'failed');
  t.false(existsSync(to));
  t.false(existsSync(join(directory.path, 'store')));
});

test('a task with nothing to do succeeds, and a built-in task without its variables says which', async (t) => {
  using directory = temporaryDirectory();
  t.is((await run(directory.path, { kind: 'nothing' })).status, 'ok');
  const outcome = await run(directory.path, { kind: 'builtin', builtin: 'unpack-root' });
  t.regex(outcome.status === 'failed' ? (outcome.diagnostics[0]?.message ?? '') : '', /`UNPACK_ROOT_DIR` is not set/);
});

test('a pool that got no order has started nothing', async (t) => {
  const before = process.getActiveResourcesInfo().length;
  await using idle = createWorkerPool({ threads: 4 });
  t.truthy(idle);
  t.is(process.getActiveResourcesInfo().length, before);
});

function commandsWith(word: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return command[0] === 'sleep' && command.includes(word) ? [command.join(' ')] : [];
      } catch {
        return [];
      }
    });
}

test('the same work with another output keeps the stored one and warns with at most ten paths', async (t) => {
  using directory = temporaryDirectory();
  const out = join(directory.path, 'out');
  const over = { actionKey: 'a'.repeat(64), outputs: [{ from: out, to: out }] };
  const first = await run(directory.path, `for n in $(seq 10 21); do echo one > ${out}/$n; done`, over);
  const again = await run(directory.path, `for n in $(seq 10 21); do echo two > ${out}/$n; done`, over);
  t.deepEqual(first.status === 'ok' && first.warnings, []);
  if (again.status !== 'ok') return t.fail(again.status);
  t.deepEqual(
    again.warnings.map(({ code, severity }) => [code, severity]),
    [['non-deterministic-output', 'warning']],
  );
  const paths = Array.from({ length: 10 }, (_, index) => String(index + 10));
  t.is(again.warnings[0]?.detail, [...paths, 'and 2 more'].join('\n'));
  if (first.status !== 'ok') return t.fail(first.status);
  const planned = { result: first.result!, output: first.output! };
  t.is((await run(directory.path, { kind: 'restore', ...planned }, over)).status, 'ok');
  t.is(readFileSync(join(out, '10'), 'utf8'), 'one\n');
});
