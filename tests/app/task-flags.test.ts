import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { type Run, TestProject, toyLayer } from '../support/test-project.ts';

/** Recipes whose tasks are plain shell and write to `build/log`; nothing is fetched, nothing captured. */
const plain: Readonly<Record<string, string>> = {
  ...toyLayer,
  'meta-toy/classes/base.bbclass': [
    'LOG = "${TOPDIR}/log"',
    'BB_BASEHASH_IGNORE_VARS += "LOG"',
    'do_compile() {',
    '    echo compile ${PN} >> ${LOG}',
    '}',
    'addtask compile',
    'do_install() {',
    '    echo install ${PN} >> ${LOG}',
    '}',
    'addtask install after do_compile',
    'do_build[noexec] = "1"',
    'addtask build after do_install',
    '',
  ].join('\n'),
  'meta-toy/recipes/app/app_1.0.bb': '',
  'meta-toy/recipes/lib/lib_1.0.bb': '',
};
const app = 'meta-toy/recipes/app/app_1.0.bb';
const lib = 'meta-toy/recipes/lib/lib_1.0.bb';

function projectOf(files: Readonly<Record<string, string>>): TestProject {
  return new TestProject({ ...plain, ...files });
}

function log(project: TestProject): readonly string[] {
  return project.read('build/log').trim().split('\n');
}

/** Whether the lines were written, the first before the second. */
function isBefore(project: TestProject, first: string, second: string): boolean {
  const lines = log(project);
  return lines.includes(first) && lines.indexOf(first) < lines.indexOf(second);
}

async function ok(call: Promise<Run>): Promise<Run> {
  const run = await call;
  if (run.status !== 0) throw new Error(run.output);
  return run;
}

test('[dirs] are made and the last is where the task begins; [cleandirs] are emptied', async (t) => {
  await using project = projectOf({
    [app]: [
      'do_compile[dirs] = "${WORKDIR}/one ${WORKDIR}/two"',
      'do_compile[cleandirs] = "${WORKDIR}/clean"',
      'do_compile[nostamp] = "1"',
      'do_compile() {',
      '    echo $(basename $(pwd)) $(ls -d ../one) $(ls ../clean | wc -l) >> ${LOG}',
      '    echo x > ../clean/x',
      '}',
      '',
    ].join('\n'),
  });
  await ok(project.run(['-c', 'compile', 'app']));
  await ok(project.run(['-c', 'compile', 'app']));
  t.deepEqual(log(project), ['two ../one 0', 'two ../one 0']);
});

for (const [flag, names, needed] of [
  ['depends', '', 'lib:do_install'],
  ['rdepends', '', 'lib:do_install'],
  ['deptask', 'DEPENDS = "lib"', 'do_install'],
  ['rdeptask', 'RDEPENDS:${PN} = "lib"', 'do_install'],
  ['recrdeptask', 'RDEPENDS:${PN} = "lib"', 'do_install'],
] as const) {
  test(`[${flag}]: the task waits for that of the other recipe`, async (t) => {
    await using project = projectOf({ [app]: `${names}\ndo_compile[${flag}] = "${needed}"\nPACKAGES = "\${PN}"\n` });
    await ok(project.run(['app']));
    t.true(isBefore(project, 'install lib', 'compile app'), log(project).join('\n'));
  });
}

test('[recideptask] with [recrdeptask]: what the named task needs is followed, too', async (t) => {
  await using project = projectOf({
    [app]:
      'do_compile[depends] = "lib:do_compile"\ndo_last[recrdeptask] = "do_install"\ndo_last[recideptask] = "do_compile"\ndo_last() {\n    echo last >> ${LOG}\n}\naddtask last after do_install\n',
  });
  await ok(project.run(['-c', 'last', 'app']));
  t.true(isBefore(project, 'install lib', 'last'), log(project).join('\n'));
});

test('[mcdepends]: the task waits for one of another configuration', async (t) => {
  await using project = projectOf({
    'build/conf/local.conf': 'BBMULTICONFIG = "other"\n',
    'meta-toy/conf/multiconfig/other.conf': 'TMPDIR .= "-other"\n',
    [app]: 'do_compile[mcdepends] = "mc::other:lib:do_install"\n',
  });
  const { ran } = await ok(project.run(['app']));
  t.true(ran.indexOf('mc:other:lib:do_install') < ran.indexOf('app:do_compile'), ran.join(' '));
  t.true(ran.includes('mc:other:lib:do_install'));
});

test('[noexec] does nothing; [nostamp] runs in every build, and what needs it with it', async (t) => {
  await using project = projectOf({ [app]: 'do_compile[noexec] = "1"\n', [lib]: 'do_compile[nostamp] = "1"\n' });
  await ok(project.run(['app', 'lib']));
  t.false(log(project).includes('compile app'));
  const { ran } = await ok(project.run(['app', 'lib']));
  t.deepEqual([...ran].sort(), ['lib:do_compile', 'lib:do_install']);
});

test('[lockfiles] and [sstate-lockfile]: two tasks with the same lock file do not run at once', async (t) => {
  const body = (flag: string) =>
    `do_compile[${flag}] = "\${TOPDIR}/the.lock"\ndo_compile() {\n    mkdir \${TOPDIR}/inside\n    sleep 0.3\n    rmdir \${TOPDIR}/inside\n    echo compile \${PN} >> \${LOG}\n}\n`;
  await using project = projectOf({ [app]: body('lockfiles'), [lib]: body('sstate-lockfile') });
  await ok(project.run(['-c', 'compile', 'app', 'lib']));
  t.deepEqual([...log(project)].sort(), ['compile app', 'compile lib']);
});

test('[prefuncs] and [postfuncs] run around the task, in shell and Python, with what they were given', async (t) => {
  await using project = projectOf({
    [app]: [
      'do_compile[prefuncs] = "before"',
      'do_compile[postfuncs] = "after"',
      'before() {',
      '    echo before >> ${LOG}',
      '}',
      'python after() {',
      '    with open(d.getVar("LOG"), "a") as log:',
      '        log.write("after %s\\n" % d.getVar("BB_CURRENTTASK"))',
      '}',
      '',
    ].join('\n'),
  });
  await ok(project.run(['-c', 'compile', 'app']));
  t.deepEqual(log(project), ['before', 'compile app', 'after compile']);
});

test('[umask]: the task runs with it, others with 022', async (t) => {
  await using project = projectOf({
    [app]:
      'do_compile[umask] = "077"\ndo_compile() {\n    echo made > ${TOPDIR}/private\n}\ndo_install() {\n    echo made > ${TOPDIR}/public\n}\n',
  });
  await ok(project.run(['app']));
  t.is(statSync(join(project.path, 'build/private')).mode & 0o777, 0o600);
  t.is(statSync(join(project.path, 'build/public')).mode & 0o777, 0o644);
});

test('`fakeroot`: the task is user 0, without a sandbox too', async (t) => {
  await using project = projectOf({ [app]: 'fakeroot do_compile() {\n    id -u >> ${LOG}\n}\n' });
  await ok(project.run(['-c', 'compile', 'app']));
  t.deepEqual(log(project), ['0']);
});

test('[network]: only with it a task without sandbox reaches a server', async (t) => {
  const server = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const body = `do_compile() {\n    (exec 5<>/dev/tcp/127.0.0.1/${port}) && echo reached >> \${LOG} || echo cut off >> \${LOG}\n}\n`;
  await using project = projectOf({ [app]: body, [lib]: `do_compile[network] = "1"\n${body}` });
  await ok(project.run(['-c', 'compile', 'app']));
  await ok(project.run(['-c', 'compile', 'lib']));
  server.close();
  t.deepEqual(log(project), ['cut off', 'reached']);
});

test('[number_threads]: no more tasks of that name run at once', async (t) => {
  const body =
    'do_compile() {\n    mkdir ${TOPDIR}/inside\n    sleep 0.3\n    rmdir ${TOPDIR}/inside\n    echo compile ${PN} >> ${LOG}\n}\n';
  await using project = projectOf({
    'build/conf/local.conf': 'do_compile[number_threads] = "1"\n',
    [app]: body,
    [lib]: body,
  });
  await ok(project.run(['-c', 'compile', 'app', 'lib']));
  t.deepEqual([...log(project)].sort(), ['compile app', 'compile lib']);
});

test('[stamp-extra-info]: the task is done once for each', async (t) => {
  await using project = projectOf({
    'build/conf/local.conf': 'KIND = "one"\nBB_BASEHASH_IGNORE_VARS += "KIND"\n',
    [app]: 'do_compile[stamp-extra-info] = "${KIND}"\n',
  });
  await ok(project.run(['-c', 'compile', 'app']));
  project.edit('build/conf/local.conf', '"one"', '"two"');
  t.deepEqual((await ok(project.run(['-c', 'compile', 'app']))).ran, ['app:do_compile']);
  project.edit('build/conf/local.conf', '"two"', '"one"');
  t.deepEqual((await ok(project.run(['-c', 'compile', 'app']))).ran, []);
});

test('[file-checksums]: a file, all below a folder but version control, what a pattern names, and nothing that is not there', async (t) => {
  await using project = projectOf({
    'files/one': '1',
    'files/folder/in/two': '2',
    'files/folder/.git/HEAD': 'x',
    'files/three.txt': '3',
    [app]:
      'F = "${TOPDIR}/../files"\ndo_compile[file-checksums] = "${F}/one:True ${F}/folder:True ${F}/*.txt:True ${F}/gone:False"\n',
  });
  const compiles = async () => (await ok(project.run(['-c', 'compile', 'app']))).ran.length > 0;
  t.true(await compiles());
  t.false(await compiles());
  for (const name of ['one', 'folder/in/two', 'folder/new', 'three.txt', 'four.txt']) {
    project.write(`files/${name}`, 'other');
    t.true(await compiles(), name);
  }
  for (const name of ['folder/.git/HEAD', 'beside', 'gone']) {
    project.write(`files/${name}`, 'other');
    t.false(await compiles(), name);
  }
});

test('[vardeps], [vardepsexclude], [vardepvalue] and [vardepvalueexclude] say what of a variable counts', async (t) => {
  const settings = 'A = "1"\nB = "1"\nC = "1"\nD = "x1y"\nE = "1"\n';
  await using project = projectOf({
    'build/conf/local.conf': settings,
    [app]: [
      'do_compile[vardeps] = "A"',
      'do_compile[vardepsexclude] = "B"',
      'do_compile() {',
      '    echo ${B} ${C} ${D} ${E} >> ${LOG}',
      '}',
      'C[vardepvalue] = "always"',
      'D[vardepvalueexclude] = "1"',
      '',
    ].join('\n'),
  });
  const compiles = async (from: string, to: string) => {
    project.write('build/conf/local.conf', settings.replace(from, to));
    return (await ok(project.run(['-c', 'compile', 'app']))).ran.length > 0;
  };
  t.true(await compiles('', ''));
  t.true(await compiles('A = "1"', 'A = "2"'), 'named by vardeps');
  t.true(await compiles('', ''));
  t.false(await compiles('B = "1"', 'B = "2"'), 'left out');
  t.false(await compiles('C = "1"', 'C = "2"'), 'stands for something else');
  t.true(await compiles('E = "1"', 'E = "2"'), 'used');
});

test('[sstate-inputdirs], [sstate-outputdirs] and [sstate-plaindirs] are stored, and come back where they were', async (t) => {
  await using project = projectOf({
    [app]: [
      'do_install[sstate-inputdirs] = "${WORKDIR}/staged"',
      'do_install[sstate-outputdirs] = "${TMPDIR}/out"',
      'do_install[sstate-plaindirs] = "${WORKDIR}/split"',
      'do_compile() {',
      '    mkdir -p ${WORKDIR}/split',
      '    echo early > ${WORKDIR}/split/early',
      '}',
      'do_install() {',
      '    echo staged > ${WORKDIR}/staged/file',
      '    echo late > ${WORKDIR}/split/late',
      '}',
      '',
    ].join('\n'),
  });
  await ok(project.run(['app']));
  await ok(project.run(['-c', 'clean', 'app'])).catch(() => undefined);
  const { mkdtempSync, renameSync } = await import('node:fs');
  renameSync(join(project.path, 'build/tmp'), mkdtempSync(join(project.path, 'gone-')));
  const { ran, restored } = await ok(project.run(['app']));
  t.deepEqual([ran, restored], [[], ['app:do_install']]);
  const read = (name: string) => readFileSync(join(project.path, 'build/tmp', name), 'utf8');
  t.deepEqual(['out/file', 'work/app/split/early', 'work/app/split/late'].map(read), ['staged\n', 'early\n', 'late\n']);
});

test('[progress]: what the task prints says how far it has come; the log keeps all of it', async (t) => {
  await using project = projectOf({
    [app]: 'do_compile[progress] = "outof:^step (\\d+)/(\\d+)"\ndo_compile() {\n    echo step 1/4; echo step 3/4\n}\n',
    [lib]: 'do_compile[progress] = "bogus"\n',
  });
  const { output } = await ok(project.run(['-c', 'compile', 'app', 'lib']));
  t.regex(output, /`do_compile\[progress\]` is `bogus`, which is not read/);
  t.regex(project.read('build/tmp/work/app/temp/log.do_compile'), /step 1\/4\nstep 3\/4/);
});

test('a program of the host that works for a task is part of its signature: another version makes the task run', async (t) => {
  await using project = new TestProject(toyLayer);
  const real = (process.env['PATH'] ?? '')
    .split(':')
    .map((folder) => join(folder, 'patch'))
    .find((path) => statSync(path, { throwIfNoEntry: false }));
  t.truthy(real, '`patch` is needed');
  const wrap = (version: string) =>
    project.write(
      'bin/patch',
      `#!/bin/sh\ncase $1 in --version) echo patch ${version};; *) exec ${real} "$@";; esac\n`,
    );
  mkdirSync(join(project.path, 'bin'));
  wrap('1');
  const { chmodSync } = await import('node:fs');
  chmodSync(join(project.path, 'bin/patch'), 0o755);
  const PATH = `${join(project.path, 'bin')}:${process.env['PATH']}`;
  await ok(project.run(['app'], { PATH }));
  t.deepEqual((await ok(project.run(['app'], { PATH }))).ran, []);
  wrap('2');
  const { ran } = await ok(project.run(['app'], { PATH }));
  t.true(ran.includes('lib:do_patch'));
  t.false(
    ran.some((task) => /:do_(fetch|unpack)$/.test(task)),
    'only what it works for',
  );
});
