import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { leftAfter } from '../support/after-kill.ts';
import { type RunningCall, TestProject, toyLayer } from '../support/test-project.ts';

const program = join(import.meta.dirname, '../../engine/app/main.ts');
const launcher = join(import.meta.dirname, '../../stx-bake');
const slow = 'do_compile() {\n    [ -e ${TOPDIR}/go ] || sleep 1000\n    echo done > result\n}\n';
const slowLayer = { ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': slow };

function unlocked(project: TestProject): boolean {
  return !existsSync(join(project.path, 'build/stx-bake.lock'));
}

test('a build whose reader goes away is stopped in order: no lock, no process, an end in its history', async (t) => {
  await using project = new TestProject(slowLayer);
  const args = [program, '--build-dir', join(project.path, 'build'), 'lib'];
  const child = spawn(process.execPath, args, { cwd: project.path, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = text(child.stderr);
  for await (const chunk of child.stdout.setEncoding('utf8'))
    if (String(chunk).includes('start  lib:do_compile')) break;
  project.write('build/go', '');
  // Nothing is written before the task ends; then the output turns out to be closed.
  const [status] = await once(child, 'close');
  t.is(status, 141, await said);
  t.true(unlocked(project));
  t.deepEqual(await leftAfter(project, 2000), []);
  const history = await project.run(['history']);
  t.notRegex(history.stdout, /not finished/);
});

test('nohup: a hang-up does not stop the build, as it does without', async (t) => {
  await using project = new TestProject(slowLayer);
  for (const [words, expected] of [
    [[launcher], 130],
    [['nohup', launcher], 0],
  ] as const) {
    const command = [...words, '--build-dir', join(project.path, 'build'), 'lib'];
    const child = spawn(command[0] ?? '', command.slice(1), { cwd: project.path, stdio: ['ignore', 'pipe', 'pipe'] });
    const said = text(child.stderr);
    for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false }))
      if (String(chunk).includes('start  lib:do_compile')) break;
    child.stdout.resume();
    child.kill('SIGHUP');
    if (expected === 0) project.write('build/go', '');
    const [status] = await once(child, 'close');
    t.is(status, expected, await said);
  }
});

/** A mirror that answers nobody; `what` tells which requests it leaves waiting. */
async function silentServer(what: (method: string) => boolean): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    if (!what(request.method ?? '')) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function stopped(
  call: RunningCall,
): Promise<{ readonly status: number | null; readonly ms: number; output: string }> {
  const begin = performance.now();
  call.pressCtrlC();
  const { status, output } = await call.done;
  return { status, ms: performance.now() - begin, output };
}

for (const words of [['lib'], ['-n', 'lib']]) {
  test(`Ctrl-C is heard while a mirror is asked that does not answer: ${words.join(' ')}`, async (t) => {
    await using mirror = await silentServer(() => true);
    await using project = new TestProject(toyLayer);
    project.write('build/conf/local.conf', `GREETING = "hello"\nSSTATE_MIRRORS = "${mirror.url}"\n`);
    const asked = Promise.withResolvers<void>();
    const call = project.start(words);
    const timer = setInterval(async () => {
      if (existsSync(join(project.path, 'build/cache/parse-cache'))) asked.resolve();
    }, 50);
    await Promise.race([asked.promise, call.done]);
    clearInterval(timer);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const { status, ms, output } = await stopped(call);
    t.is(status, 130, output);
    t.true(ms < 2500, `${ms} ms`);
    t.regex(output, /interrupted after/);
    t.true(unlocked(project));
  });
}

test('Ctrl-C is heard while results are published to a server that does not answer', async (t) => {
  await using mirror = await silentServer((method) => method === 'PUT');
  await using project = new TestProject(toyLayer);
  project.write('build/conf/local.conf', `GREETING = "hello"\nSSTATE_PUBLISH = "${mirror.url}"\n`);
  const call = project.start(['app']);
  await call.seen('done   app:do_stage');
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { status, ms, output } = await stopped(call);
  t.is(status, 130, output);
  t.true(ms < 2500, `${ms} ms`);
});

test('a named pipe for events is waited for, and Ctrl-C ends that', async (t) => {
  await using project = new TestProject(toyLayer);
  mkdirSync(join(project.path, 'build'), { recursive: true });
  const pipe = join(project.path, 'pipe');
  await once(spawn('mkfifo', [pipe]), 'close');
  const call = project.start(['lib', '--events', pipe]);
  await call.seen('waiting for somebody to read');
  const { status, ms } = await stopped(call);
  t.is(status, 130);
  t.true(ms < 2500, `${ms} ms`);
  t.true(unlocked(project));
  const read = project.start(['lib', '--events', pipe]);
  await read.seen('waiting for somebody to read');
  const reader = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.regex(await text(reader.stdout), /^\{"format":"stx-events-1"[\s\S]*"exitCode":0\}\n$/);
  t.is((await read.done).status, 0);
});
