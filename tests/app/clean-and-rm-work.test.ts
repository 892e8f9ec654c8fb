import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { filesBelow, leftAfter } from '../support/after-kill.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const cleaning = [
  'do_clean[builtin] = "clean"',
  'do_clean[dirs] = "${TMPDIR}"',
  'do_clean[nostamp] = "1"',
  'addtask clean',
  'do_cleansstate[builtin] = "clean-sstate"',
  'do_cleansstate[dirs] = "${TMPDIR}"',
  'do_cleansstate[nostamp] = "1"',
  'addtask cleansstate after do_clean',
  'do_cleanall[builtin] = "clean-downloads"',
  'do_cleanall[dirs] = "${TMPDIR}"',
  'do_cleanall[nostamp] = "1"',
  'addtask cleanall after do_cleansstate',
  'T:task-clean = "${TMPDIR}/log/${PN}"',
  'OVERRIDES = "pn-${PN}"',
  '',
].join('\n');

const base = 'meta-toy/classes/base.bbclass';
const cleanable = { ...toyLayer, [base]: `${toyLayer[base]}${cleaning}` };
const at = (project: TestProject, path: string): boolean => existsSync(join(project.path, path));

test('clean removes what a recipe has left, and the next build makes it again, from the store where it can', async (t) => {
  await using project = new TestProject(cleanable);
  t.is((await project.run(['app'])).status, 0);
  const cleaned = await project.run(['-c', 'clean', 'lib']);
  t.is(cleaned.status, 0, cleaned.output);
  t.deepEqual(
    [at(project, 'build/tmp/work/lib'), at(project, 'build/tmp/out/lib'), at(project, 'build/tmp/work/app')],
    [false, false, true],
  );
  const whole = await project.run(['lib']);
  t.deepEqual([whole.ran, whole.restored], [[], ['lib:do_stage']]);
  t.deepEqual((await project.run(['app'])).ran, []);
  t.true((await project.run(['-c', 'compile', 'lib'])).ran.includes('lib:do_unpack'), 'its work is done again');
});

test('cleansstate takes the stored results as well, and only those of the recipe', async (t) => {
  await using project = new TestProject(cleanable);
  await project.run(['app']);
  t.is((await project.run(['-c', 'cleansstate', 'lib'])).status, 0);
  const { ran, restored } = await project.run(['app', 'lib']);
  t.true(ran.includes('lib:do_stage') && ran.includes('lib:do_compile'), ran.join(' '));
  t.deepEqual(restored, []);
  t.false(ran.some((task) => task.startsWith('app:')));
});

test('cleanall takes the downloads as well', async (t) => {
  await using server = await httpFixture();
  server.serve('/file', { kind: 'file', body: Buffer.from('text') });
  const sum = '982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1';
  const recipe = `SRC_URI = "${server.url}/file"\nSRC_URI[sha256sum] = "${sum}"\ndo_compile() {\n    cp file result\n}\n`;
  await using project = new TestProject({ ...cleanable, 'meta-toy/recipes/lib/lib_1.0.bb': recipe });
  const built = await project.run(['lib']);
  t.is(built.status, 0, built.output);
  t.true(at(project, 'build/downloads/file'));
  t.is((await project.run(['-c', 'cleanall', 'lib'])).status, 0);
  t.false(at(project, 'build/downloads/file'));
  t.true((await project.run(['lib'])).ran.includes('lib:do_fetch'));
});

test('files that a recipe published among those of others are removed one by one', async (t) => {
  const deploying = [
    'do_deploy[builtin] = "deploy"',
    'DEPLOY_FILES = "${B}/result"',
    'do_deploy[sstate-inputdirs] = "${WORKDIR}/to-deploy"',
    'do_deploy[sstate-outputdirs] = "${TOPDIR}/deploy"',
    'addtask deploy after do_compile before do_build',
    '',
  ].join('\n');
  const file = 'meta-toy/recipes/lib/lib_1.0.bb';
  await using project = new TestProject({ ...cleanable, [file]: `${toyLayer[file]}${deploying}` });
  t.is((await project.run(['lib'])).status, 0);
  project.write('build/deploy/of-another', 'stays');
  t.is((await project.run(['-c', 'clean', 'lib'])).status, 0);
  t.deepEqual(readdirSync(join(project.path, 'build/deploy')), ['of-another']);
});

test('after a do_clean of a layer of its own nothing of the recipe counts as done', async (t) => {
  const own = 'do_clean() {\n    rm -rf ${WORKDIR}/*\n}\ndo_clean[nostamp] = "1"\naddtask clean\n';
  await using project = new TestProject({ ...toyLayer, [base]: `${toyLayer[base]}${own}` });
  await project.run(['lib']);
  t.is((await project.run(['-c', 'clean', 'lib'])).status, 0);
  t.true((await project.run(['-c', 'compile', 'lib'])).ran.includes('lib:do_patch'));
});

test('a WORKDIR that must not be emptied is refused, and nothing is removed', async (t) => {
  await using project = new TestProject(cleanable);
  project.write('build/conf/local.conf', 'GREETING = "x"\nWORKDIR:pn-lib = "${TOPDIR}"\n');
  const { status, output } = await project.run(['-c', 'clean', 'lib']);
  t.is(status, 1);
  t.regex(output, /would empty .*\[unsafe-cleandirs\]/);
  t.true(at(project, 'build/conf/local.conf'));
});

const removing = {
  ...toyLayer,
  'meta-toy/classes/rm_work.bbclass':
    'RM_WORK ??= "1"\nRM_WORK_EXCLUDE_ITEMS ?= "temp"\nBB_SCHEDULER ?= "completion"\n',
  'build/conf/local.conf': 'GREETING = "hello"\nINHERIT += "rm_work"\n',
};
const workOf = (project: TestProject, name: string): readonly string[] =>
  readdirSync(join(project.path, 'build/tmp/work', name)).sort();

test('with rm_work only logs are left of the work, and a build with nothing to do still has nothing to do', async (t) => {
  await using project = new TestProject(removing);
  const { status, output } = await project.run(['app']);
  t.is(status, 0, output);
  t.deepEqual([workOf(project, 'lib'), workOf(project, 'app')], [['temp'], ['temp']]);
  t.true(filesBelow(join(project.path, 'build/tmp/work/lib/temp')).length > 0);
  t.deepEqual((await project.run(['app'])).ran, []);
});

test('with rm_work an edit rebuilds from the sources on, as without, and what did not change is not built', async (t) => {
  await using project = new TestProject(removing);
  await using plain = new TestProject(toyLayer);
  for (const each of [project, plain]) {
    await each.run(['app']);
    each.edit('meta-toy/recipes/lib/lib_1.0.bb', '"red"', '"blue"');
  }
  const { ran, output } = await project.run(['app']);
  t.true(ran.includes('lib:do_unpack') && ran.includes('lib:do_patch'), output);
  t.true((await plain.run(['app'])).ran.length < ran.length);
  t.is(project.read('build/tmp/out/app/result'), plain.read('build/tmp/out/app/result'));
  t.deepEqual((await project.run(['app'])).ran, []);
});

test('rm_work spares excluded recipes, what a recipe wants to keep, failed tasks, and work that was asked for', async (t) => {
  await using project = new TestProject(removing);
  project.write(
    'build/conf/local.conf',
    'GREETING = "hello"\nINHERIT += "rm_work"\nRM_WORK_EXCLUDE = "lib"\nRM_WORK_EXCLUDE_ITEMS = "result"\n',
  );
  await project.run(['app']);
  t.true(workOf(project, 'lib').includes('source.txt'));
  t.deepEqual(workOf(project, 'app'), ['result', 'temp']);
  project.write('build/conf/local.conf', 'GREETING = "hello"\nINHERIT += "rm_work"\n');
  await project.run(['-c', 'compile', 'app']);
  t.true(workOf(project, 'app').includes('app.txt'), 'it was asked for');
  t.deepEqual((await project.run(['-c', 'compile', 'app'])).ran, []);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', '> result', '> result; false');
  t.is((await project.run(['lib'])).status, 1);
  t.true(workOf(project, 'lib').includes('source.txt'), 'it failed');
});

test('an engine killed while it removes work rebuilds what it must, and no more', async (t) => {
  const many =
    'do_compile() {\n    mkdir -p many; cd many; seq 1 20000 | xargs touch; cd ..\n    echo done > result\n}\n';
  await using project = new TestProject({ ...removing, 'meta-toy/recipes/lib/lib_1.0.bb': many });
  const call = project.start(['lib']);
  await call.seen('done   lib:do_stage');
  call.child.kill('SIGKILL');
  await call.done;
  t.deepEqual(await leftAfter(project, 2000), []);
  const next = await project.run(['lib']);
  t.is(next.status, 0, next.output);
  t.deepEqual(next.ran, []);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', 'echo done', 'echo again');
  const edited = await project.run(['lib']);
  t.is(edited.status, 0, edited.output);
  t.is(project.read('build/tmp/out/lib/result'), 'again\n');
});
