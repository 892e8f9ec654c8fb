import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const lib = ['lib:do_compile', 'lib:do_fetch', 'lib:do_patch', 'lib:do_stage', 'lib:do_unpack'];
const app = ['app:do_compile', 'app:do_fetch', 'app:do_patch', 'app:do_stage', 'app:do_unpack'];

/** One edit, and the exact list of tasks that run again. */
const edits: readonly {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly ran: readonly string[];
}[] = [
  {
    what: 'a variable of a recipe',
    file: 'meta-toy/recipes/lib/lib_1.0.bb',
    from: '"red"',
    to: '"blue"',
    ran: ['app:do_compile', 'app:do_stage', 'lib:do_compile', 'lib:do_stage'],
  },
  {
    what: 'a patch',
    file: 'meta-toy/recipes/lib/files/change.patch',
    from: '+patched line',
    to: '+another line',
    ran: ['app:do_compile', 'app:do_stage', ...lib],
  },
  {
    what: 'a source file',
    file: 'meta-toy/recipes/app/files/app.txt',
    from: 'the app',
    to: 'The App',
    ran: app,
  },
  {
    what: 'a class',
    file: 'meta-toy/classes/shout.bbclass',
    from: 'tr a-z A-Z',
    to: 'tr a-d A-D',
    ran: ['app:do_compile', 'app:do_stage', 'lib:do_compile', 'lib:do_stage'],
  },
  {
    what: 'an include file',
    file: 'meta-toy/recipes/lib/lib.inc',
    from: 'include file',
    to: 'INC FILE 2',
    ran: ['app:do_compile', 'app:do_stage', 'lib:do_compile', 'lib:do_stage'],
  },
  {
    what: 'local.conf',
    file: 'build/conf/local.conf',
    from: 'hello',
    to: 'good morning',
    ran: ['app:do_compile', 'app:do_stage'],
  },
  {
    what: 'a class, in a way that gives the same output',
    file: 'meta-toy/classes/shout.bbclass',
    from: 'tr a-z A-Z',
    to: 'tr "[:lower:]" "[:upper:]"',
    ran: ['lib:do_compile', 'lib:do_stage'],
  },
  {
    what: 'a variable that nothing uses',
    file: 'build/conf/local.conf',
    from: 'GREETING',
    to: 'UNUSED = "1"\nGREETING',
    ran: [],
  },
];

test('the first build runs everything, the second nothing, and it says so', async (t) => {
  await using project = new TestProject(toyLayer);
  const first = await project.run(['app']);
  t.is(first.status, 0, first.output);
  t.deepEqual([...first.ran].sort(), [...app, ...lib]);
  t.is(project.read('build/tmp/out/app/result').split('\n')[2], 'PATCHED LINE');
  const second = await project.run(['app']);
  t.is(second.status, 0, second.output);
  t.deepEqual(second.ran, []);
  t.regex(second.output, /nothing to do/);
});

for (const edit of edits) {
  test(`after an edit of ${edit.what} exactly the tasks that it affects run again`, async (t) => {
    await using project = new TestProject(toyLayer);
    const first = await project.run(['app']);
    t.is(first.status, 0, first.output);
    project.edit(edit.file, edit.from, edit.to);
    const second = await project.run(['app']);
    t.is(second.status, 0, second.output);
    t.deepEqual([...second.ran].sort(), edit.ran);
    t.deepEqual((await project.run(['app'])).ran, []);
  });
}

test('another project at another path with the same sstate restores what the first one built', async (t) => {
  await using one = new TestProject(toyLayer);
  await using two = new TestProject(toyLayer);
  const store = { ...toyLayer }['build/conf/local.conf'] ?? '';
  for (const project of [one, two])
    project.write('build/conf/local.conf', `${store}SSTATE_DIR = "${one.path}/shared"\n`);
  t.is((await one.run(['app'])).status, 0);
  const second = await two.run(['app']);
  t.is(second.status, 0, second.output);
  t.deepEqual(second.ran, []);
  t.deepEqual(second.restored, ['app:do_stage']);
  t.is(two.read('build/tmp/out/app/result'), one.read('build/tmp/out/app/result'));
});

test('taking an edit back gives the stored result again', async (t) => {
  await using project = new TestProject(toyLayer);
  await project.run(['app']);
  const before = project.read('build/tmp/out/app/result');
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', '"red"', '"blue"');
  await project.run(['app']);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', '"blue"', '"red"');
  const back = await project.run(['app']);
  t.deepEqual(back.ran, [], back.output);
  t.is(project.read('build/tmp/out/app/result'), before);
});

/** The toy layer with a deploy task, and a root that app's compiling works with. */
const deployLayer = {
  ...toyLayer,
  'meta-toy/classes/base.bbclass': [
    toyLayer['meta-toy/classes/base.bbclass'],
    'DEPLOY_FILES = "${OUT}/result"',
    'do_deploy[builtin] = "deploy"',
    'do_deploy[cleandirs] = "${WORKDIR}/deploy"',
    'do_deploy[sstate-inputdirs] = "${WORKDIR}/deploy"',
    'do_deploy[sstate-outputdirs] = "${TOPDIR}/deploy/${PN}"',
    'addtask deploy after do_stage before do_build',
    '',
  ].join('\n'),
  'meta-toy/recipes/root/root_1.0.bb': [
    'do_bootstrap() {',
    '    mkdir -p tree/etc',
    '    echo root > tree/etc/name',
    '    tar -cf ${OUT}/root.tar -C tree .',
    '}',
    'do_bootstrap[dirs] = "${WORKDIR}"',
    'do_bootstrap[sstate-outputdirs] = "${OUT}"',
    'addtask bootstrap',
    'do_unpack_root[builtin] = "unpack-root"',
    'ROOTS_STORE = "${TOPDIR}/roots"',
    'UNPACK_ROOT_DIR = "${ROOTS_STORE}/of/default/root"',
    'addtask unpack_root after do_bootstrap',
    '',
  ].join('\n'),
};

/** Something that is deleted, and what brings it back. */
const deletions = [
  { what: 'a deployed file', path: 'build/deploy/app/result', ran: [], restored: ['app:do_deploy'] },
  { what: 'a file of an output directory', path: 'build/tmp/out/app/result', ran: [], restored: ['app:do_stage'] },
  { what: 'the name of a root', path: 'build/roots/of/default/root', ran: ['root:do_unpack_root'], restored: [] },
  { what: 'an unpacked root', path: 'build/roots/content', ran: ['root:do_unpack_root'], restored: [] },
  {
    what: 'the file that a root is unpacked from',
    path: 'build/tmp/out/root/root.tar',
    ran: [],
    restored: ['root:do_bootstrap'],
  },
] as const;

for (const { what, path, ran, restored } of deletions)
  test(`${what} that was deleted is there again after the next run, which does nothing else`, async (t) => {
    await using project = new TestProject(deployLayer);
    const targets = ['app', 'root:unpack_root'];
    const first = await project.run(targets);
    t.is(first.status, 0, first.output);
    rmSync(join(project.path, path), { recursive: true });
    const second = await project.run(targets);
    t.is(second.status, 0, second.output);
    t.deepEqual(second.ran, ran, second.output);
    t.deepEqual(second.restored, restored, second.output);
    t.true(existsSync(join(project.path, path)));
    t.regex((await project.run(targets)).output, /nothing to do/);
  });

test('a work folder that was deleted is filled again, from its sources on, when a task in it has to run', async (t) => {
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['app'])).status, 0);
  rmSync(join(project.path, 'build/tmp/work/lib'), { recursive: true });
  t.regex((await project.run(['app'])).output, /nothing to do/);
  project.edit('meta-toy/recipes/lib/lib_1.0.bb', '"red"', '"blue"');
  const run = await project.run(['app']);
  t.is(run.status, 0, run.output);
  t.deepEqual([...run.ran].sort(), [
    ...['app:do_compile', 'app:do_stage', 'lib:do_compile', 'lib:do_patch', 'lib:do_stage', 'lib:do_unpack'],
  ]);
});

test('a sysroot that was deleted with its work folder is laid out again', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/dep/dep_1.0.bb': [
      'do_compile() {\n    mkdir -p ${D}/usr/include\n    echo word > ${D}/usr/include/word.h\n    echo done > result\n}',
      'SYSROOT_DIRS = "/usr/include"',
      'do_populate_sysroot[builtin] = "populate-sysroot"',
      'do_populate_sysroot[sstate-outputdirs] = "${TMPDIR}/out/${PN}-sysroot"',
      'addtask populate_sysroot after do_compile before do_build\n',
    ].join('\n'),
    'meta-toy/recipes/user/user_1.0.bb': [
      'RECIPE_SYSROOT = "${WORKDIR}/recipe-sysroot"',
      'do_prepare_recipe_sysroot[builtin] = "recipe-sysroot"',
      'do_prepare_recipe_sysroot[depends] = "dep:do_populate_sysroot"',
      'addtask prepare_recipe_sysroot before do_compile',
      'do_compile() {\n    cat ${RECIPE_SYSROOT}/usr/include/word.h > result\n}\n',
    ].join('\n'),
  });
  t.is((await project.run(['user'])).status, 0);
  rmSync(join(project.path, 'build/tmp/work/user'), { recursive: true });
  project.edit('meta-toy/recipes/user/user_1.0.bb', 'cat ', 'cat -n ');
  const run = await project.run(['user']);
  t.is(run.status, 0, run.output);
  t.true(run.ran.includes('user:do_prepare_recipe_sysroot'));
});

test('a deployed file that was cut short is put in place again', async (t) => {
  await using project = new TestProject(deployLayer);
  t.is((await project.run(['app'])).status, 0);
  const whole = project.read('build/deploy/app/result');
  project.write('build/deploy/app/result', whole.slice(1));
  t.deepEqual((await project.run(['app'])).restored, ['app:do_deploy']);
  t.is(project.read('build/deploy/app/result'), whole);
});

test('after an edit of a lock record exactly the roots that hold it, and what uses them, are made again', async (t) => {
  await using server = await httpFixture();
  const content: Record<string, string> = { one: 'package one', two: 'package two', new: 'package two, newer' };
  for (const [name, body] of Object.entries(content)) {
    server.serve(`/pool/${name}.deb`, { kind: 'file', body: Buffer.from(body) });
  }
  const record = (name: string, file: string, root: string): string =>
    [
      `Package: ${name}`,
      'Version: 1.0',
      'Architecture: all',
      `Filename: pool/${file}.deb`,
      `Size: ${content[file]?.length}`,
      `SHA256: ${createHash('sha256')
        .update(content[file] ?? '')
        .digest('hex')}`,
      `Roots: ${root}`,
      '',
    ].join('\n');
  const root = [
    'LOCK_FILE = "${TOPDIR}/../test.lock"',
    `LOCK_MIRRORS = "${server.url}"`,
    'do_fetch[builtin] = "fetch-locked"',
    'do_fetch[lock-root] = "${PN}"',
    'deltask do_unpack',
    'deltask do_patch',
    'do_compile[lock-root] = "${PN}"',
    'do_compile() {',
    '    cat ${DL_DIR}/*.deb > result',
    '}',
    'addtask compile after do_fetch',
    '',
  ].join('\n');
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/root/root-a_1.0.bb': root,
    'meta-toy/recipes/root/root-b_1.0.bb': root,
    'meta-toy/recipes/all/all_1.0.bb':
      'DEPENDS = "root-a root-b"\ndo_compile() {\n    cat ${TMPDIR}/out/root-?/result > result\n}\n',
    'test.lock': `${record('one', 'one', 'root-a')}\n${record('two', 'two', 'root-b')}`,
  });
  const first = await project.run(['all']);
  t.is(first.status, 0, first.output);
  project.write('test.lock', `${record('one', 'one', 'root-a')}\n${record('two', 'new', 'root-b')}`);
  const second = await project.run(['all']);
  t.is(second.status, 0, second.output);
  t.deepEqual([...second.ran].sort(), [
    'all:do_compile',
    'all:do_stage',
    'root-b:do_compile',
    'root-b:do_fetch',
    'root-b:do_stage',
  ]);
});
