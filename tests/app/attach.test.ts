import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { buildProgress, progressText } from '../../engine/app/live/build-progress.ts';
import { LiveEvents, liveEventsPath } from '../../engine/app/live/live-events.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { type RunningCall, TestProject, toyLayer } from '../support/test-project.ts';

const recipe = 'do_compile() {\n    while [ ! -e ${TOPDIR}/go ]; do sleep 0.05; done\n    echo done > result\n}\n';

async function underWay(): Promise<{ project: TestProject; builder: RunningCall }> {
  const project = new TestProject({ ...toyLayer, 'meta-toy/recipes/lib/lib_1.0.bb': recipe });
  const builder = project.start(['app', '-k']);
  await builder.seen('start  lib:do_compile');
  return { project, builder };
}

test('a second builder is told who works there, with what, since when and how far', async (t) => {
  const { project, builder } = await underWay();
  await using _ = project;
  let second = await project.run(['lib']);
  // The events are a tenth of a second late at most.
  while (!second.output.includes('running lib:do_compile')) second = await project.run(['lib']);
  t.is(second.status, 3);
  const call = `stx-bake --build-dir ${join(project.path, 'build')} app -k`;
  t.true(second.stderr.includes(`another build (process ${builder.child.pid}) works in`), second.stderr);
  t.regex(second.stderr, new RegExp(`: \`${call}\` since \\d\\d:\\d\\d:\\d\\d \\[build-directory-busy\\]`));
  t.regex(second.stderr, /\| \d+ of \d+ tasks done, running lib:do_compile/);
  t.true(second.stderr.includes('watch it with `stx-bake attach`'), second.stderr);
  project.write('build/go', '');
  t.is((await builder.done).status, 0);
});

test('while somebody builds, questions are answered at once', async (t) => {
  const { project, builder } = await underWay();
  await using _ = project;
  const questions = [['inspect', 'recipes'], ['-n', 'app'], ['-c', 'listtasks', 'lib'], ['-e', 'lib'], ['-s']];
  for (const words of questions) {
    const { status, output } = await project.run(words);
    t.is(status, 0, `${words.join(' ')}: ${output}`);
  }
  t.is(builder.child.exitCode, null);
  project.write('build/go', '');
  await builder.done;
});

test('attach shows the build from its beginning, goes on with it, and ends with its exit code', async (t) => {
  const { project, builder } = await underWay();
  await using _ = project;
  const viewer = project.start(['attach']);
  await viewer.seen('start  lib:do_compile');
  project.write('build/go', '');
  const [built, seen] = await Promise.all([builder.done, viewer.done]);
  t.is(seen.status, built.status);
  t.deepEqual(seen.ran, built.ran);
  t.regex(seen.stderr, /the build ended well/);
});

test('Ctrl-C ends the view and not the build', async (t) => {
  const { project, builder } = await underWay();
  await using _ = project;
  const viewer = project.start(['attach']);
  await viewer.seen('start  lib:do_compile');
  viewer.pressCtrlC();
  t.is((await viewer.done).status, 0);
  t.is(builder.child.exitCode, null);
  project.write('build/go', '');
  t.is((await builder.done).status, 0);
});

test('a view outlives the death of the builder, and says so', async (t) => {
  const { project, builder } = await underWay();
  await using _ = project;
  const viewer = project.start(['attach']);
  await viewer.seen('start  lib:do_compile');
  builder.child.kill('SIGKILL');
  const seen = await viewer.done;
  t.is(seen.status, 1);
  t.true(seen.stderr.includes(`the build (process ${builder.child.pid}) is gone without having ended`), seen.stderr);
});

test('without a build there is nothing to attach to', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, stderr } = await project.run(['attach']);
  t.is(status, 2);
  t.is(stderr.split('\n')[0], `stx-bake: error: no build goes on in \`${join(project.path, 'build')}\` [no-build]`);
});

test('how far a build has come is read from its events, also when the last line is cut off', (t) => {
  using home = temporaryDirectory();
  const live = new LiveEvents(home.path, ['a']);
  live.take({ kind: 'plan', run: 3, restore: 1, open: 1, upToDate: 7, notNeeded: 0 });
  for (const name of ['a', 'b', 'c', 'd', 'e']) live.take({ kind: 'task-started', task: name, action: 'run' });
  live.take({ kind: 'task-finished', task: 'a', action: 'run', outcome: { status: 'cancelled', durationMs: 1 } });
  live[Symbol.dispose]();
  appendFileSync(liveEventsPath(home.path), '{"ms":1,"event":{"kind":"task-sta');
  const progress = buildProgress(home.path, process.pid);
  t.is(progress && progressText(progress), '1 of 5 tasks done, running b, c, d and 1 more');
  t.is(buildProgress(home.path, process.pid + 1), undefined, 'the events of another build');
  writeFileSync(liveEventsPath(home.path), 'nothing\n');
  t.is(buildProgress(home.path, process.pid), undefined);
});
