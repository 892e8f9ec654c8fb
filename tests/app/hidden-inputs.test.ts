import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const lib = 'meta-toy/recipes/lib/lib_1.0.bb';
const app = 'meta-toy/recipes/app/app_1.0.bb';

test('a recipe file with another version in its name is built anew, although no text changed', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject(toyLayer);
  project.edit(lib, '${COLOUR} ${SUFFIX}', 'version ${PV}');
  t.is((await project.run(['lib'])).status, 0);
  t.regex(project.read('build/tmp/out/lib/result'), /VERSION 1\.0/);
  renameSync(join(project.path, lib), join(project.path, 'meta-toy/recipes/lib/lib_1.1.bb'));
  const why = await project.run(['why', 'lib:do_compile']);
  t.regex(why.output, /`PV` of lib changed .*\n +"1\.0" -> "1\.1"/);
  const run = await project.run(['lib']);
  t.deepEqual([run.status, run.restored], [0, []]);
  t.regex(project.read('build/tmp/out/lib/result'), /VERSION 1\.1/);
  renameSync(join(project.path, 'meta-toy/recipes/lib/lib_1.1.bb'), join(project.path, lib));
  t.deepEqual((await project.run(['lib'])).restored, ['lib:do_stage']);
  t.regex(project.read('build/tmp/out/lib/result'), /VERSION 1\.0/);
});

test('what was done in one WORKDIR does not count in another', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['-c', 'compile', 'lib'])).status, 0);
  project.edit('meta-toy/conf/bitbake.conf', 'WORKDIR = "${TMPDIR}/work', 'WORKDIR = "${TMPDIR}/elsewhere');
  const why = await project.run(['why', 'lib:do_fetch']);
  t.regex(why.output, /lib:do_fetch: what was done before stands under another STAMP or WORKDIR/);
  t.regex(why.output, /tmp\/work\/lib -> .*tmp\/elsewhere\/lib/);
  const moved = await project.run(['-c', 'compile', 'lib']);
  t.deepEqual([...moved.ran].sort(), ['lib:do_compile', 'lib:do_fetch', 'lib:do_patch', 'lib:do_unpack']);
  project.edit(lib, 'COLOUR = "red"', 'COLOUR = "blue"');
  t.is((await project.run(['lib'])).status, 0);
  t.regex(project.read('build/tmp/out/lib/result'), /BLUE/);
});

test('a task that does nothing has no result, whatever directories it names: what needs it is built', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject({
    ...toyLayer,
    [lib]: `${toyLayer[lib]}do_stage[noexec] = "1"\n`,
    [app]: 'SRC_URI = ""\nDEPENDS = "lib"\ndo_compile() {\n    echo app > result\n}\n',
  });
  const run = await project.run(['app']);
  t.is(run.status, 0, run.output);
  t.true(run.ran.includes('app:do_compile'));
  t.false(run.ran.includes('lib:do_stage'));
  t.is(project.read('build/tmp/out/app/result'), 'app\n');
  t.deepEqual((await project.run(['app'])).ran, []);
});

test('a source that is edited between the first look and the end of its task gives neither a stamp nor a result', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject({
    ...toyLayer,
    [lib]: [
      'SRC_URI = "file://top.txt"',
      'do_wait() {',
      '    while [ ! -e ${TOPDIR}/go ]; do sleep 0.1; done',
      '}',
      'addtask wait before do_unpack',
      'do_compile() {',
      '    cp top.txt result',
      '}',
      '',
    ].join('\n'),
    'meta-toy/recipes/lib/files/top.txt': 'old\n',
  });
  const call = project.start(['lib']);
  await call.seen('lib:do_wait');
  project.write('meta-toy/recipes/lib/files/top.txt', 'new\n');
  project.write('build/go', '');
  const run = await call.done;
  t.is(run.status, 1);
  t.regex(
    run.output,
    /`lib`: `\S+top\.txt` changed while `do_(?:unpack|fetch)` was to be built from it \[source-changed\]/,
  );
  t.is((await project.run(['lib'])).status, 0);
  t.is(project.read('build/tmp/out/lib/result'), 'new\n');
  project.write('meta-toy/recipes/lib/files/top.txt', 'old\n');
  t.is((await project.run(['lib'])).status, 0);
  t.is(project.read('build/tmp/out/lib/result'), 'old\n');
});

test('Python modules count as python3 imports them: through links, and without what it writes beside them', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/lib/toy/__init__.py': '',
    'outside/word.py': 'WORD = "one"\n',
    'outside/more/deep.py': 'DEEP = "a"\n',
    [lib]: [
      'SRC_URI = ""',
      'python do_compile() {',
      '    from toy.word import WORD',
      '    from toy.more.deep import DEEP',
      '    open("result", "w").write(WORD + DEEP + "\\n")',
      '}',
      '',
    ].join('\n'),
  });
  symlinkSync('../../../outside/word.py', join(project.path, 'meta-toy/lib/toy/word.py'));
  symlinkSync('../../../outside/more', join(project.path, 'meta-toy/lib/toy/more'));
  symlinkSync('..', join(project.path, 'meta-toy/lib/toy/round'));
  t.is((await project.run(['lib'])).status, 0);
  project.write('outside/word.py', 'WORD = "two"\n');
  t.deepEqual((await project.run(['lib'])).ran, ['lib:do_compile', 'lib:do_stage']);
  project.write('outside/more/deep.py', 'DEEP = "b"\n');
  t.deepEqual((await project.run(['lib'])).ran, ['lib:do_compile', 'lib:do_stage']);
  t.is(project.read('build/tmp/out/lib/result'), 'twob\n');
  mkdirSync(join(project.path, 'meta-toy/lib/toy/__pycache__'));
  project.write('meta-toy/lib/toy/__pycache__/word.cpython-311.pyc', 'x');
  t.deepEqual((await project.run(['lib'])).ran, []);
  rmSync(join(project.path, 'meta-toy/lib/toy/__pycache__'), { recursive: true });
  t.deepEqual((await project.run(['lib'])).ran, []);
});

test('neither the umask of the caller nor the modes of a checkout show in what is built', async (t) => {
  t.timeout(120_000);
  const outputs = new Set<string>();
  const before = process.umask();
  try {
    for (const [mask, mode] of [
      [0o022, 0o644],
      [0o077, 0o600],
      [0o002, 0o664],
    ] as const) {
      process.umask(0o022);
      await using project = new TestProject({
        ...toyLayer,
        [lib]: [
          'SRC_URI = "file://tree file://top.txt file://run.sh"',
          'do_compile[dirs] = "${B}/result ${B}"',
          'do_compile() {',
          '    cp -rp tree top.txt run.sh result/',
          '}',
          'do_stage() {',
          '    cp -rp "${B}/result/." "${OUT}/"',
          '}',
          '',
        ].join('\n'),
        'meta-toy/recipes/lib/files/tree/a/b.txt': 'x\n',
        'meta-toy/recipes/lib/files/top.txt': 'y\n',
        'meta-toy/recipes/lib/files/run.sh': 'z\n',
      });
      const files = join(project.path, 'meta-toy/recipes/lib/files');
      chmodSync(join(files, 'top.txt'), mode);
      chmodSync(join(files, 'run.sh'), mode | 0o100);
      chmodSync(join(files, 'tree/a'), mode | 0o100);
      process.umask(mask);
      const run = await project.run(['lib']);
      t.is(run.status, 0, run.output);
      const line = project
        .read('build/tmp/stamps/stamps.jsonl')
        .split('\n')
        .findLast((each) => each.includes('"lib/do_stage"'));
      const { signature, output } = JSON.parse(line ?? '{}');
      outputs.add(JSON.stringify({ signature, output }));
      t.is(statSync(join(project.path, 'build/tmp/out/lib/run.sh')).mode & 0o777, 0o755);
    }
  } finally {
    process.umask(before);
  }
  t.is(outputs.size, 1, [...outputs].join('\n'));
});

test('a task that was forced and failed is not taken from the store afterwards', async (t) => {
  t.timeout(120_000);
  await using project = new TestProject({
    ...toyLayer,
    [lib]: [
      'SRC_URI = ""',
      'do_compile() {',
      '    echo x > result',
      '}',
      'do_stage() {',
      '    test ! -e ${TOPDIR}/fail',
      '    cp "${B}/result" "${OUT}/result"',
      '}',
      '',
    ].join('\n'),
  });
  t.is((await project.run(['app'])).status, 0);
  project.write('build/fail', '');
  t.is((await project.run(['-f', '-c', 'stage', 'lib'])).status, 1);
  t.notRegex((await project.run(['why', 'app'])).output, /nothing would run/);
  const again = await project.run(['lib']);
  t.deepEqual([again.status, again.ran, again.restored], [1, ['lib:do_stage'], []]);
  rmSync(join(project.path, 'build/fail'));
  const last = await project.run(['lib']);
  t.deepEqual([last.status, last.ran, last.restored], [0, ['lib:do_stage'], []]);
  t.deepEqual((await project.run(['lib'])).ran, []);
});

test('all configurations of a build use one store; without SSTATE_DIR it is in the build directory', async (t) => {
  t.timeout(120_000);
  const configuration = (toyLayer['meta-toy/conf/bitbake.conf'] ?? '')
    .replace(/^SSTATE_DIR.*\n/m, '')
    .replace('TMPDIR = "${TOPDIR}/tmp"', 'TMPDIR = "${TOPDIR}/tmp-${BB_CURRENT_MC}"');
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/conf/bitbake.conf': `${configuration}include conf/multiconfig/\${BB_CURRENT_MC}.conf\n`,
    'build/conf/local.conf': 'GREETING = "one"\nBBMULTICONFIG = "two"\n',
    'build/conf/multiconfig/two.conf': 'GREETING = "two"\nSSTATE_DIR = "${TOPDIR}/sstate-two"\n',
  });
  const targets = ['app', 'mc:two:app'];
  const first = await project.run(targets);
  t.is(first.status, 0, first.output);
  t.false(existsSync(join(project.path, 'build/sstate-two')));
  t.deepEqual(readdirSync(project.path).sort(), ['build', 'meta-toy']);
  for (const name of ['tmp-', 'tmp-two']) rmSync(join(project.path, 'build', name), { recursive: true, force: true });
  const again = await project.run(targets);
  t.deepEqual([again.status, again.ran], [0, []]);
  t.deepEqual([...again.restored].sort(), ['app:do_stage', 'mc:two:app:do_stage']);
});
