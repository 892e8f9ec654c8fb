import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { hasNetwork } from '../../engine/functions/function-flags.ts';
import { datastoreOf } from '../support/graph-of.ts';
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

test('each shell function around a task is a process of its own, as in BitBake', async (t) => {
  await using project = projectOf({
    [app]: [
      'do_compile[prefuncs] = "first second"',
      'do_compile[postfuncs] = "after"',
      'first() {',
      '    cd /',
      '    LEAK=yes',
      '    echo first >> ${LOG}',
      '    exit 0',
      '}',
      'second[dirs] = "${TOPDIR}/made ${TOPDIR}/start"',
      'second[cleandirs] = "${TOPDIR}/tmp/emptied"',
      'second() {',
      '    echo "second $(basename $(pwd)) $LEAK" >> ${LOG}',
      '    touch ${TOPDIR}/tmp/emptied/$(ls ${TOPDIR}/tmp/emptied | wc -l)',
      '}',
      'do_compile[dirs] = "${WORKDIR}/own"',
      'do_compile() {',
      '    echo "task $(basename $(pwd)) $LEAK" >> ${LOG}',
      '    exit 0',
      '}',
      'after() {',
      '    echo "after $(pwd)" >> ${LOG}',
      '}',
      '',
    ].join('\n'),
  });
  for (const again of [[], ['-f']]) {
    project.write('build/log', '');
    await ok(project.run([...again, '-c', 'compile', 'app']));
    const inside = join(project.path, 'build');
    t.deepEqual(log(project), ['first', 'second start ', 'task own ', `after ${inside}`]);
    t.deepEqual(readdirSync(join(inside, 'tmp/emptied')), ['0']);
    t.true(existsSync(join(inside, 'made')));
  }
});

test('a function before or after a task that fails makes it fail, by its own name', async (t) => {
  await using project = projectOf({
    [app]: 'do_compile[prefuncs] = "before"\nbefore() {\n    false\n}\n',
    [lib]: 'do_compile[postfuncs] = "after"\nafter() {\n    exit 3\n}\n',
  });
  const { status, output } = await project.run(['-k', '-c', 'compile', 'app', 'lib']);
  t.is(status, 1);
  t.regex(output, /`app`: `before` ended with exit code 1/);
  t.regex(output, /`lib`: `after` ended with exit code 3/);
  t.deepEqual(log(project), ['compile lib']);
});

test('the lock files of functions around a task are taken', async (t) => {
  const body = [
    'do_compile[prefuncs] = "alone"',
    'alone[lockfiles] = "${TOPDIR}/the.lock"',
    'alone() {',
    '    mkdir ${TOPDIR}/inside',
    '    sleep 0.3',
    '    rmdir ${TOPDIR}/inside',
    '}',
    '',
  ].join('\n');
  await using both = projectOf({ [app]: body, [lib]: body });
  await ok(both.run(['-c', 'compile', 'app', 'lib']));
  t.deepEqual([...log(both)].sort(), ['compile app', 'compile lib']);
});

test('functions around a built-in task run, in shell and Python, and count for it', async (t) => {
  await using project = projectOf({
    [app]: [
      'do_get[builtin] = "fetch"',
      'addtask get before do_compile',
      'do_get[prefuncs] = "before"',
      'do_get[postfuncs] = "after"',
      'WORD = "one"',
      'before() {',
      '    echo "before ${WORD}" >> ${LOG}',
      '}',
      'python after() {',
      '    with open(d.getVar("LOG"), "a") as log:',
      '        log.write("after %s\\n" % d.getVar("WORD"))',
      '}',
      '',
    ].join('\n'),
  });
  await ok(project.run(['-c', 'get', 'app']));
  t.deepEqual(log(project), ['before one', 'after one']);
  t.deepEqual((await ok(project.run(['-c', 'get', 'app']))).ran, []);
  project.edit(app, 'WORD = "one"', 'WORD = "two"');
  t.deepEqual((await ok(project.run(['-c', 'get', 'app']))).ran, ['app:do_get']);
  t.deepEqual(log(project).slice(-2), ['before two', 'after two']);
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

test('BB_DEFAULT_UMASK is that of tasks without [umask], and counts', async (t) => {
  const made = 'do_compile() {\n    touch ${TOPDIR}/made\n}\n';
  await using project = projectOf({ [app]: made, 'build/conf/local.conf': 'BB_DEFAULT_UMASK = "077"\n' });
  await ok(project.run(['-c', 'compile', 'app']));
  t.is(statSync(join(project.path, 'build/made')).mode & 0o777, 0o600);
  project.write('build/conf/local.conf', '');
  t.deepEqual((await ok(project.run(['-c', 'compile', 'app']))).ran, ['app:do_compile']);
});

for (const [value, isReached] of [
  ['yes', true],
  ['Y', true],
  ['true', true],
  ['no', false],
  ['n', false],
  ['false', false],
  ['0', false],
  ['', false],
] as const) {
  test(`[network] = "${value}" is ${isReached ? 'yes' : 'no'}, as in BitBake`, (t) => {
    t.is(hasNetwork(datastoreOf({ 'do_x[network]': value }), 'do_x'), isReached);
  });
}

test('[network] takes no other words', async (t) => {
  await using project = projectOf({ [app]: 'do_compile[network] = "sometimes"\n' });
  const { status, output } = await project.run(['-c', 'compile', 'app']);
  t.is(status, 1);
  t.regex(output, /`do_compile\[network\]` is `sometimes`, which is neither yes nor no \[invalid-value\]/);
  t.regex(output, /app_1\.0\.bb:1:/);
});

test('a lock file that cannot be made fails its task and gives the other locks back', async (t) => {
  t.timeout(60_000);
  await using project = projectOf({
    'build/blocked': 'a file\n',
    [lib]: 'do_compile[lockfiles] = "${TOPDIR}/a.lock ${TOPDIR}/blocked/b.lock"\n',
    [app]: 'do_compile[lockfiles] = "${TOPDIR}/a.lock"\ndo_compile[depends] = "other:do_compile"\n',
    'meta-toy/recipes/other/other_1.0.bb': 'do_compile() {\n    sleep 1\n}\n',
  });
  const { status, output, ran } = await project.run(['-k', '-c', 'compile', 'lib', 'app']);
  t.is(status, 1);
  t.regex(output, /making the lock file `\S+blocked\/b\.lock` failed: .*\[system-failure\]/);
  t.true(ran.includes('app:do_compile'));
  t.deepEqual(log(project), ['compile app']);
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
