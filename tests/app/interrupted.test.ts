import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { damagedEntries, leftAfter, temporaryNames } from '../support/after-kill.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** A recipe whose task of one kind takes long the first time, and the text that says it has begun. */
const kinds: readonly { readonly what: string; readonly recipe: string; readonly started: string }[] = [
  {
    what: 'a shell task',
    recipe: 'do_compile() {\n    [ -e ${TOPDIR}/go ] || sleep 1000\n    echo done > result\n}\n',
    started: 'start  lib:do_compile',
  },
  {
    what: 'a shell task with children of its own',
    recipe:
      'do_compile() {\n    [ -e ${TOPDIR}/go ] || { (sleep 1000 & setsid sleep 1001); sleep 1002; }\n    echo done > result\n}\n',
    started: 'start  lib:do_compile',
  },
  {
    what: 'a task that captures',
    recipe:
      'do_compile() {\n    echo done > result\n}\ndo_stage() {\n    cp result ${OUT}/result\n    [ -e ${TOPDIR}/go ] || sleep 1000\n}\n',
    started: 'start  lib:do_stage',
  },
];

for (const { what, recipe, started } of kinds) {
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    test(`${signal} in the middle of ${what} leaves no process and nothing half-written, and the next run goes on`, async (t) => {
      await using project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': recipe });
      const call = project.start(['lib'], { STX_TEST_PROJECT: project.path });
      await call.seen(started);
      if (signal === 'SIGINT') call.pressCtrlC();
      else call.child.kill(signal);
      const run = await call.done;
      t.is(run.status, signal === 'SIGINT' ? 130 : null, run.output);
      t.deepEqual(await leftAfter(project, 2000), []);
      t.deepEqual(damagedEntries(project), []);
      project.write('build/go', '');
      const next = await project.run(['lib']);
      t.is(next.status, 0, next.output);
      t.is(project.read('build/tmp/out/lib/result'), 'done\n');
      t.deepEqual(temporaryNames(project), []);
    });
  }
}

for (const signal of ['SIGINT', 'SIGKILL'] as const) {
  test(`${signal} in the middle of a download leaves nothing half-written, and the next run goes on from there`, async (t) => {
    await using server = await httpFixture();
    const body = Buffer.alloc(300_000, 'stx');
    server.serve('/file', { kind: 'hang', body, after: 200_000 }, { kind: 'file', body, range: true });
    const sum = (await import('node:crypto')).createHash('sha256').update(body).digest('hex');
    const recipe = `SRC_URI = "${server.url}/file"\nSRC_URI[sha256sum] = "${sum}"\ndo_compile() {\n    cp file result\n}\n`;
    await using project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': recipe });
    const call = project.start(['lib']);
    await call.seen('start  lib:do_fetch');
    while (server.requests.length === 0) await new Promise(setImmediate);
    if (signal === 'SIGINT') call.pressCtrlC();
    else call.child.kill(signal);
    await call.done;
    t.deepEqual(await leftAfter(project, 2000), []);
    t.false(existsSync(join(project.path, 'build/downloads/file')));
    const next = await project.run(['lib']);
    t.is(next.status, 0, next.output);
    t.is(project.read('build/tmp/out/lib/result'), body.toString());
  });
}

test('a second build in the same build directory is refused while the first one works', async (t) => {
  const recipe = 'do_compile() {\n    sleep 1000\n}\n';
  await using project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': recipe });
  const call = project.start(['lib']);
  await call.seen('start  lib:do_compile');
  const second = await project.run(['lib']);
  t.is(second.status, 3, second.output);
  t.regex(second.output, /another build \(process \d+\) works in .*\[build-directory-busy\]/);
  call.pressCtrlC();
  t.is((await call.done).status, 130);
});
