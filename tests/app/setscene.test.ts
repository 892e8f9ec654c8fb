import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

/** Recipes whose tasks capture nothing and bring their own setscene tasks: `app` needs `lib`, which needs `deep`. */
const scene: Readonly<Record<string, string>> = {
  ...toyLayer,
  'meta-toy/classes/base.bbclass': [
    'LOG = "${TOPDIR}/log"',
    'BB_BASEHASH_IGNORE_VARS += "LOG"',
    'do_compile[deptask] = "do_install"',
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
  'meta-toy/classes/scene.bbclass': [
    'do_install_setscene() {',
    '    echo setscene ${PN} >> ${LOG}',
    '}',
    'addtask install_setscene',
    '',
  ].join('\n'),
  'meta-toy/classes/check.bbclass': [
    'BB_HASHCHECK_FUNCTION = "toy_check"',
    'BB_SETSCENE_DEPVALID = "toy_depvalid"',
    'def toy_check(sq_data, d, siginfo=False, currentcount=0, summary=True, **kwargs):',
    '    wanted = (d.getVar("VALID") or "").split()',
    '    return {task for task in sq_data["hash"] if any("/%s_" % name in task for name in wanted)}',
    'def toy_depvalid(task, taskdependees, notneeded, d, log=None):',
    '    return taskdependees[task][0] in (d.getVar("NOT_NEEDED") or "").split()',
    '',
  ].join('\n'),
  'build/conf/local.conf': 'INHERIT += "check"\nVALID = "lib deep"\n',
  'meta-toy/recipes/app/app_1.0.bb': 'DEPENDS = "lib"\n',
  'meta-toy/recipes/lib/lib_1.0.bb': 'DEPENDS = "deep"\ninherit scene\n',
  'meta-toy/recipes/deep/deep_1.0.bb': 'inherit scene\n',
};
const libRecipe = 'meta-toy/recipes/lib/lib_1.0.bb';

function lines(project: TestProject): readonly string[] {
  return project.read('build/log').trim().split('\n').sort();
}

test('the setscene task of a recipe stands in for its task, and what that alone needs is not run', async (t) => {
  await using project = new TestProject(scene);
  const first = await project.run(['app']);
  t.is(first.status, 0, first.output);
  t.deepEqual(lines(project), ['compile app', 'install app', 'setscene deep', 'setscene lib']);
  t.deepEqual([...first.restored].sort(), ['deep:do_install', 'lib:do_install']);
  const second = await project.run(['app']);
  t.deepEqual([second.ran, second.restored], [[], []]);
});

test('BB_SETSCENE_DEPVALID says which setscene tasks below a covered task are not needed', async (t) => {
  await using project = new TestProject({
    ...scene,
    'build/conf/local.conf': `${scene['build/conf/local.conf']}NOT_NEEDED = "deep"\n`,
  });
  t.is((await project.run(['app'])).status, 0);
  t.deepEqual(lines(project), ['compile app', 'install app', 'setscene lib']);
});

test('what BB_HASHCHECK_FUNCTION does not know runs, although a covered task lies above it', async (t) => {
  await using project = new TestProject({ ...scene, 'build/conf/local.conf': 'INHERIT += "check"\nVALID = "lib"\n' });
  t.is((await project.run(['app'])).status, 0);
  t.deepEqual(lines(project), ['compile app', 'compile deep', 'install app', 'install deep', 'setscene lib']);
});

test('a setscene task that fails makes the real task run, and the build goes on', async (t) => {
  await using project = new TestProject({
    ...scene,
    [libRecipe]: `${scene[libRecipe]}do_install_setscene() {\n    exit 3\n}\n`,
  });
  const { status, output } = await project.run(['app']);
  t.is(status, 0, output);
  t.deepEqual(lines(project), ['compile app', 'compile lib', 'install app', 'install lib', 'setscene deep']);
});

test('an edit makes the setscene task be asked for again; without a result the real tasks run', async (t) => {
  await using project = new TestProject(scene);
  await project.run(['app']);
  project.edit('build/conf/local.conf', '"lib deep"', '"deep"');
  project.edit(libRecipe, 'inherit', 'X = "1"\ndo_install:append() {\n    : ${X}\n}\ninherit');
  const { status, output, restored } = await project.run(['app']);
  t.is(status, 0, output);
  t.deepEqual(restored, []);
  const log = lines(project);
  t.is(log.filter((line) => line === 'install lib').length, 1);
  t.is(log.filter((line) => line === 'install app').length, 2);
});

test('the options of setscene tasks: none at all, no more of them, nothing else', async (t) => {
  await using project = new TestProject(scene);
  t.is((await project.run(['--setscene-only', 'app'])).status, 0);
  t.deepEqual(lines(project), ['setscene deep', 'setscene lib']);
  project.write('build/log', '');
  t.is((await project.run(['--skip-setscene', 'app'])).status, 0);
  t.deepEqual(lines(project), ['compile app', 'install app'], 'what was put in place before stays');
  project.write('build/log', '');
  t.is((await project.run(['--no-setscene', 'app'])).status, 0);
  t.deepEqual(lines(project), ['compile deep', 'compile lib', 'install deep', 'install lib']);
});

test('do_X_setscene[depends]: the one named comes first, needed or not, and without it the real task runs', async (t) => {
  const hard = `${scene[libRecipe]}do_install_setscene[depends] = "deep:do_install_setscene"\n`;
  const notNeeded = 'INHERIT += "check"\nVALID = "lib deep"\nNOT_NEEDED = "deep"\n';
  await using project = new TestProject({ ...scene, [libRecipe]: hard, 'build/conf/local.conf': notNeeded });
  t.is((await project.run(['app'])).status, 0);
  const log = project.read('build/log').trim().split('\n');
  t.true(log.indexOf('setscene deep') !== -1 && log.indexOf('setscene deep') < log.indexOf('setscene lib'));
  await using without = new TestProject({
    ...scene,
    [libRecipe]: hard,
    'build/conf/local.conf': 'INHERIT += "check"\nVALID = "lib"\n',
  });
  t.is((await without.run(['app'])).status, 0);
  t.false(lines(without).some((line) => line.startsWith('setscene')));
});

test('do_X_setscene[depends] on a task that nothing needs is told, with its place', async (t) => {
  await using project = new TestProject({
    ...scene,
    'meta-toy/recipes/app/app_1.0.bb': 'inherit scene\ndo_install_setscene[depends] = "lib:do_install_setscene"\n',
  });
  const { status, output } = await project.run(['app']);
  t.not(status, 0);
  t.regex(
    output,
    /app_1\.0\.bb:2:1: error: `app:do_install_setscene` depends on `lib:do_install_setscene`, but nothing in this build needs `lib:do_install`/,
  );
  t.regex(output, /help: let `do_install` depend on `lib:do_install` as well/);
});

test('BB_HASHCHECK_FUNCTION gets the hashes, file names and settings that it gets of BitBake', async (t) => {
  await using project = new TestProject({
    ...scene,
    'meta-toy/classes/check.bbclass': [
      'BB_HASHCHECK_FUNCTION = "toy_check"',
      'BB_HASHFILENAME = "False ${PN} ${PV}"',
      'def toy_check(sq_data, d, siginfo=False, currentcount=0, summary=True, **kwargs):',
      '    with open(d.expand("${TOPDIR}/asked"), "w") as answer:',
      '        for task in sorted(sq_data["hash"]):',
      '            same = sq_data["hash"][task] == sq_data["unihash"][task]',
      '            print(task.split("/")[-1], len(sq_data["hash"][task]), same, sq_data["hashfn"][task], file=answer)',
      '        print(siginfo, currentcount, summary, sorted(kwargs), file=answer)',
      '    return set()',
      '',
    ].join('\n'),
  });
  const { status, output } = await project.run(['app']);
  t.is(status, 0, output);
  const asked = ['deep_1.0.bb:do_install 64 True False deep 1.0', 'lib_1.0.bb:do_install 64 True False lib 1.0'];
  t.is(project.read('build/asked'), [...asked, 'False 0 True []', ''].join('\n'));
});

test('a BB_HASHCHECK_FUNCTION that fails ends the build before anything runs, and says where', async (t) => {
  await using project = new TestProject({
    ...scene,
    'meta-toy/classes/check.bbclass':
      'BB_HASHCHECK_FUNCTION = "toy_check"\ndef toy_check(sq_data, d, **kwargs):\n    return sq_data["nothing"]\n',
  });
  const { status, output, ran } = await project.run(['app']);
  t.not(status, 0);
  t.deepEqual(ran, []);
  t.regex(output, /`BB_HASHCHECK_FUNCTION` \(`toy_check`\) failed: /);
  t.regex(output, /\[setscene-failed\]/);
});

test('BB_SETSCENE_ENFORCE lets nothing run but what BB_SETSCENE_ENFORCE_IGNORE_TASKS names', async (t) => {
  const enforce = 'BB_SETSCENE_ENFORCE = "1"\nBB_SETSCENE_ENFORCE_IGNORE_TASKS = "%:*"\n';
  await using project = new TestProject({
    ...scene,
    'build/conf/local.conf': `${scene['build/conf/local.conf']}${enforce}`,
  });
  const { status, output } = await project.run(['app']);
  t.is(status, 0, output);
  t.deepEqual(lines(project), ['setscene deep', 'setscene lib'], 'app is a target: it is met, and not run');
  project.edit('build/conf/local.conf', '"lib deep"', '"lib"');
  project.edit('meta-toy/recipes/deep/deep_1.0.bb', 'inherit', 'do_compile() {\n    :\n}\ninherit');
  const refused = await project.run(['app']);
  t.not(refused.status, 0);
  t.regex(refused.output, /`deep:do_compile` would run, which BB_SETSCENE_ENFORCE forbids \[setscene-enforced\]/);
});
