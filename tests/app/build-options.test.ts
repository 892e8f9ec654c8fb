import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** `app` needs `mid`, and both need `lib`; each hands on what it got. */
const chain: Readonly<Record<string, string>> = {
  'meta-toy/recipes/lib/lib_1.0.bb': 'WORD = "lib"\ndo_compile() {\n    echo ${WORD} > result\n}\n',
  'meta-toy/recipes/mid/mid_1.0.bb':
    'DEPENDS = "lib"\nWORD = "mid"\ndo_compile() {\n    echo ${WORD} $(cat ${TMPDIR}/out/lib/result) > result\n}\n',
  'meta-toy/recipes/app/app_1.0.bb':
    'DEPENDS = "mid lib"\nSRC_URI = ""\ndo_compile() {\n    cat ${TMPDIR}/out/lib/result ${TMPDIR}/out/mid/result > result\n}\n',
};
const libFile = 'meta-toy/recipes/lib/lib_1.0.bb';
const midFile = 'meta-toy/recipes/mid/mid_1.0.bb';

async function built(): Promise<TestProject> {
  const project = new TestProject({ ...toyLayer, ...chain });
  const { status, output } = await project.run(['app']);
  if (status !== 0) throw new Error(output);
  return project;
}

const recipesOf = (tasks: readonly string[]): string =>
  [...new Set(tasks.map((task) => task.split(':')[0]))].sort().join(' ');

test('--no-descendants: a recipe is not built anew because of one that it needs; the target is, and later all is', async (t) => {
  await using project = await built();
  project.edit(libFile, '"lib"', '"LIB"');
  const first = await project.run(['--no-descendants', 'app']);
  t.is(first.status, 0, first.output);
  t.is(recipesOf(first.ran), 'app lib');
  t.is(project.read('build/tmp/out/app/result'), 'LIB\nmid lib\n');
  t.deepEqual((await project.run(['--no-descendants', 'app'])).ran, []);
  project.edit(midFile, '"mid"', '"MID"');
  t.is(recipesOf((await project.run(['--no-descendants', 'app'])).ran), 'app mid', 'it was changed itself');
  t.is(project.read('build/tmp/out/app/result'), 'LIB\nMID LIB\n');
});

test('what --no-descendants left out of date, the next build brings up to date', async (t) => {
  await using project = await built();
  project.edit(libFile, '"lib"', '"LIB"');
  await project.run(['--no-descendants', 'app']);
  t.is(recipesOf((await project.run(['app'])).ran), 'app mid');
  t.is(project.read('build/tmp/out/app/result'), 'LIB\nmid LIB\n');
});

test('--only: what others left is used as it is, and what never was built is built', async (t) => {
  await using project = await built();
  project.edit(libFile, '"lib"', '"LIB"');
  t.deepEqual((await project.run(['--only', 'app'])).ran, []);
  t.is(recipesOf((await project.run(['--only', 'mid'])).ran), '');
  t.is(recipesOf((await project.run(['--only', 'lib'])).ran), 'lib');
  t.is(recipesOf((await project.run(['--only', 'app'])).ran), 'app', 'it sees the new output of lib');
  t.is(project.read('build/tmp/out/app/result'), 'LIB\nmid lib\n');
  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  rmSync(join(project.path, 'build/sstate'), { recursive: true });
  t.is(recipesOf((await project.run(['--only', 'app'])).ran), 'app lib mid');
});

test('--setscene-only puts stored results in place and runs nothing', async (t) => {
  await using project = await built();
  rmSync(join(project.path, 'build/tmp'), { recursive: true });
  project.edit('meta-toy/recipes/app/app_1.0.bb', 'cat ', 'cat  ');
  const { ran, restored, status } = await project.run(['--setscene-only', 'app']);
  t.is(status, 0);
  t.deepEqual(ran, []);
  t.deepEqual(restored.toSorted(), ['lib:do_stage', 'mid:do_stage']);
  const foretold = await project.run(['-n', '--setscene-only', 'app']);
  t.notRegex(foretold.stdout, /\d run|\d open/);
  const next = await project.run(['app']);
  t.is(recipesOf(next.ran), 'app');
  t.deepEqual(next.restored, []);
});

test('--skip-setscene uses no stored result but keeps what was restored; --no-setscene builds that again', async (t) => {
  await using project = await built();
  const clear = () => rmSync(join(project.path, 'build/tmp'), { recursive: true });
  clear();
  const skipped = await project.run(['--skip-setscene', 'lib']);
  t.deepEqual(skipped.restored, []);
  t.is(recipesOf(skipped.ran), 'lib');
  clear();
  t.deepEqual((await project.run(['lib'])).restored, ['lib:do_stage']);
  t.deepEqual((await project.run(['--skip-setscene', 'lib'])).ran, []);
  const anew = await project.run(['--no-setscene', 'lib']);
  t.true(anew.ran.includes('lib:do_stage') && anew.ran.includes('lib:do_compile'), anew.output);
  t.deepEqual((await project.run(['--no-setscene', 'lib'])).ran, [], 'now it was built here');
});

test('options that contradict each other are refused', async (t) => {
  await using project = new TestProject(toyLayer);
  const text = async (...words: readonly string[]) => (await project.run(words)).stderr.split('\n')[0];
  t.is(
    await text('--setscene-only', '--no-setscene', 'app'),
    'stx-bake: error: `--setscene-only` and `--no-setscene` cannot be asked at once [bad-option]',
  );
  t.is(
    await text('-b', libFile, '--runall', 'fetch'),
    'stx-bake: error: `-b` and `--runall` cannot be asked at once [bad-option]',
  );
  for (const task of ['listtasks', 'do_devshell']) {
    const name = task.replace('do_', '');
    t.is(
      await text('-b', libFile, '-c', task),
      `stx-bake: error: \`-b\` and \`-c ${name}\` cannot be asked at once [bad-option]`,
    );
  }
  for (const option of ['--only', '--no-descendants']) {
    t.is(
      await text(option, '--runall', 'compile', 'app'),
      `stx-bake: error: \`${option}\` and \`--runall\` cannot be asked at once [bad-option]`,
    );
  }
  t.is(await text('-b', libFile, 'app'), 'stx-bake: error: `-b` has no use for `app` [bad-argument]');
});

test('-b runs a task of a recipe file and nothing of other recipes; a pattern does as well', async (t) => {
  await using project = new TestProject({ ...toyLayer, ...chain });
  const { ran, status, output } = await project.run(['-b', midFile, '-c', 'patch']);
  t.is(status, 0, output);
  t.deepEqual(ran, ['mid:do_fetch', 'mid:do_unpack', 'mid:do_patch']);
  t.deepEqual((await project.run(['-b', 'lib_1', '-c', 'do_compile'])).ran.at(-1), 'lib:do_compile');
  t.regex((await project.run(['-b', '_1.0'])).stderr, /`_1.0` fits \d recipe files \[unknown-target\]\n.*app_1.0.bb/);
  t.regex((await project.run(['-b', 'nothing.bb'])).stderr, /there is no recipe file `nothing.bb` \[unknown-target\]/);
  t.regex((await project.run(['-b', libFile, '-c', 'compiel'])).stderr, /`lib` has no task `do_compiel`/);
});

test('--runall fetch downloads everything for a target, and nothing else runs', async (t) => {
  await using project = new TestProject({ ...toyLayer, ...chain });
  const { ran } = await project.run(['--runall', 'fetch', 'app']);
  t.deepEqual(ran.toSorted(), ['app:do_fetch', 'lib:do_fetch', 'mid:do_fetch']);
});

test('world -k builds every recipe that can be built', async (t) => {
  await using project = new TestProject({ ...toyLayer, ...chain });
  project.edit(midFile, 'echo ${WORD}', 'false ${WORD}');
  project.write('meta-toy/recipes/alone/alone_1.0.bb', 'do_compile() {\n    echo alone > result\n}\n');
  const { status, ran } = await project.run(['-k', 'world']);
  t.is(status, 1);
  t.true(ran.includes('alone:do_stage') && ran.includes('lib:do_stage') && !ran.includes('app:do_compile'));
});

test('-c listtasks lists the tasks with what they are for, and waits for nobody', async (t) => {
  await using project = new TestProject(toyLayer);
  project.write(libFile, 'do_compile[doc] = "Makes it."\ndo_compile() {\n    :\n}\n');
  const { stdout, status } = await project.run(['-c', 'listtasks', 'lib']);
  t.is(status, 0);
  const patch = 'do_patch    Applies the patches of SRC_URI in order.';
  const [build, compile, fetch, ...rest] = stdout.trimEnd().split('\n');
  t.deepEqual([build, compile, rest[0], rest[1]], ['do_build', 'do_compile  Makes it.', patch, 'do_stage']);
  t.is(fetch, 'do_fetch    Downloads what SRC_URI names to DL_DIR and checks its SHA-256.');
  project.write(
    libFile,
    'addtask listtasks\ndo_listtasks[nostamp] = "1"\ndo_listtasks() {\n    echo own > ${TOPDIR}/own\n}\n',
  );
  t.deepEqual((await project.run(['-c', 'listtasks', 'lib'])).ran, ['lib:do_listtasks'], 'a recipe may have its own');
});
