import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { fourSystems, systems } from '../support/four-systems.ts';
import { type Run, TestProject } from '../support/test-project.ts';

const project = (files: Readonly<Record<string, string>> = {}): TestProject =>
  new TestProject({ ...fourSystems, ...files });

/** `red:app:do_compile`, sorted. */
const placed = (tasks: readonly string[]): readonly string[] => tasks.map((each) => each.replace(/^mc:/, '')).sort();
const recipesOf = (run: Run): readonly string[] =>
  compiled(run)
    .map((each) => each.split(':')[1] ?? '')
    .sort();
const compiled = ({ ran }: Run): readonly string[] => placed(ran).filter((each) => each.endsWith(':do_compile'));

test('--all-os builds for every system of ALL_OS in one run, what is the same once', async (t) => {
  await using four = project();
  const run = await four.run(['--all-os', 'app']);
  t.is(run.status, 0, run.output);
  for (const name of systems) t.is(four.read(`build/tmp-${name}/out/app/result`), `the app\nthe tool\nfor ${name}\n`);
  t.deepEqual(recipesOf(run), ['app', 'app', 'app', 'app', 'tool']);
  t.deepEqual(
    placed(run.restored).map((each) => each.replace(/^\w+:/, '')),
    Array(3).fill('tool:do_stage'),
  );
  const report = await four.run(['report']);
  t.regex(report.stdout, /^shared: 1\d tasks, /m);
  t.regex((await four.run(['--all-os', 'app'])).output, /nothing to do|up to date/);
  const dry = await four.run(['-n', '--all-os', 'app']);
  t.is(dry.status, 0, dry.output);
  t.notRegex(dry.output, /: run \(/);
});

test('one edited source rebuilds what is made of it for all systems in one command, and nothing else', async (t) => {
  await using four = project();
  t.is((await four.run(['--all-os', 'app', 'other'])).status, 0);
  four.write('meta-toy/recipes/app/files/app.txt', 'the edited app\n');
  const run = await four.run(['--all-os', 'app', 'other']);
  t.is(run.status, 0, run.output);
  t.deepEqual(compiled(run), systems.map((each) => `${each}:app:do_compile`).sort());
  t.deepEqual([...new Set(run.ran.map((each) => each.split(':')[2]))], ['app']);
  t.deepEqual(run.restored, []);
  for (const name of systems) t.regex(four.read(`build/tmp-${name}/out/app/result`), /^the edited app\n/);
});

test('a configuration that a layer has is taken when a target names it, and a note says so', async (t) => {
  await using four = project();
  const run = await four.run(['mc:red:tool', 'mc:blue:tool']);
  t.is(run.status, 0, run.output);
  t.regex(
    run.stderr,
    /note: the configuration `red` is that of `.*\/conf\/multiconfig\/red\.conf`; BBMULTICONFIG does not name it \[configuration-added\]/,
  );
  t.deepEqual(recipesOf(run), ['tool']);
  t.is(run.restored.length, 1);
  const inspected = await four.run(['inspect', 'variable', 'DISTRO', '-r', 'mc:green:tool']);
  t.regex(inspected.stdout, /green/);
  const plan = await four.run(['plan', 'mc:green:tool']);
  t.is(plan.status, 0, plan.output);
});

test('a name that no layer has a configuration for is an error', async (t) => {
  await using four = project();
  const run = await four.run(['mc:reed:tool']);
  t.is(run.status, 2);
  t.regex(run.stderr, /there is no configuration `reed`/);
  await using wrong = project({ 'build/conf/local.conf': 'ALL_OS = "red reed"\n' });
  const all = await wrong.run(['--all-os', 'tool']);
  t.is(all.status, 2);
  t.regex(all.stderr, /ALL_OS names `reed`, and no layer has `conf\/multiconfig\/reed.conf` \[unknown-configuration\]/);
});

test('what a system cannot have is listed with its reason; named itself, it is an error', async (t) => {
  await using four = project();
  const run = await four.run(['--all-os', 'odd', 'tool']);
  t.is(run.status, 0, run.output);
  t.deepEqual(recipesOf(run), ['odd', 'odd', 'tool']);
  t.false(run.ran.some((each) => /^mc:(?:blue|grey):odd/.test(each)));
  t.regex(run.stderr, /note: `blue` has no `odd`: `odd` was skipped: .*it is odd \[variant-unavailable\]/);
  t.regex((await four.run(['-n', '--all-os', 'odd', 'tool'])).stderr, /`grey` has no `odd`/);
  const named = await four.run(['mc:blue:odd']);
  t.is(named.status, 2);
  t.regex(named.stderr, /`odd` was skipped/);
  four.write('build/conf/local.conf', 'ALL_OS = "blue grey"\n');
  const none = await four.run(['--all-os', 'odd']);
  t.is(none.status, 2);
  t.regex(none.stderr, /error: `blue` has no `odd`: [\s\S]*error: `grey` has no `odd`/);
});

test('a kernel variant that a system does not have leaves that system out, with its reason', async (t) => {
  await using four = project({ 'build/conf/local.conf': 'KERNEL_VARIANT = "rt"\n' });
  const run = await four.run(['--all-os', 'other']);
  t.is(run.status, 0, run.output);
  t.deepEqual(
    compiled(run),
    ['blue', 'green', 'red'].map((each) => `${each}:other:do_compile`),
  );
  t.regex(run.stderr, /note: `grey` has nothing for `KERNEL_VARIANT` `rt`: nobody makes one \[variant-unavailable\]/);
  const named = await four.run(['mc:grey:other']);
  t.is(named.status, 2);
  t.regex(named.stderr, /error: `grey` has nothing for `KERNEL_VARIANT` `rt`: nobody makes one/);
  const asked = await four.run(['inspect', 'recipe', 'mc:grey:other']);
  t.is(asked.status, 2);
  t.regex(asked.stderr, /nobody makes one/);
});

test('systems without a lock are all named at once, each with its command; -k builds the others', async (t) => {
  await using four = project({
    'meta-toy/recipes/root/root_1.0.bb':
      'LOCK_FILE = "${TOPDIR}/locks/${DISTRO}.lock"\ndo_compile() {\n    echo "${DISTRO}" > result\n}\ndo_compile[lock-root] = "root"\n',
    'meta-toy/recipes/user/user_1.0.bb': 'DEPENDS = "root"\ndo_compile() {\n    echo "${DISTRO}" > result\n}\n',
    'build/locks/red.lock': 'Lock-Version: 2\n',
    'build/locks/blue.lock': 'Lock-Version: 2\n',
  });
  const run = await four.run(['--all-os', 'user', 'other']);
  t.is(run.status, 2);
  t.deepEqual(run.ran, []);
  for (const name of ['green', 'grey']) {
    t.regex(
      run.stderr,
      new RegExp(`no lock file \`.*/locks/${name}.lock\` yet, which \`mc:${name}:root:do_compile\` reads`),
    );
    t.regex(
      run.stderr,
      new RegExp(`run \`stx-bake lock update mc:${name}\`, .*; \`-k\` builds what needs no such file`),
    );
  }
  t.is(run.stderr.match(/\[lock-missing\]/g)?.length, 2, run.stderr);
  const going = await four.run(['-k', '--all-os', 'user', 'other']);
  t.is(going.status, 1, going.output);
  t.deepEqual(recipesOf(going), ['other', 'other', 'other', 'other', 'root', 'root', 'user', 'user']);
  t.is(going.stderr.match(/\[lock-missing\]/g)?.length, 2);
  t.regex(going.stderr, /left out, for want of a lock: mc:green:user:\w+, mc:grey:user:\w+$/m);
  const again = await four.run(['-k', '--all-os', 'user', 'other']);
  t.is(again.status, 1, 'what is left out is no success the second time either');
  const one = await four.run(['-k', 'mc:grey:user']);
  t.is(one.status, 2);
  t.regex(one.stderr, /stx-bake lock update mc:grey/);
  four.write('build/locks/green.lock', 'Lock-Version: 2\n');
  four.write('build/locks/grey.lock', 'Lock-Version: 2\n');
  const whole = await four.run(['--all-os', 'user', 'other']);
  t.is(whole.status, 0, whole.output);
  t.deepEqual(recipesOf(whole), ['root', 'root', 'user', 'user']);
});

test('a lock that is gone since the last call is told, too', async (t) => {
  await using four = project({
    'meta-toy/recipes/root/root_1.0.bb':
      'LOCK_FILE = "${TOPDIR}/root.lock"\ndo_compile() {\n    echo 1 > result\n}\ndo_compile[lock-root] = "root"\n',
    'build/root.lock': 'Lock-Version: 2\n',
  });
  t.is((await four.run(['root'])).status, 0);
  t.is((await four.run(['why', 'root'])).status, 0);
  rmSync(join(four.path, 'build/root.lock'));
  for (const call of [['why', 'root'], ['-n', 'root'], ['root']]) {
    const run = await four.run(call);
    t.is(run.status, 2, run.output);
    t.regex(run.stderr, /there is no lock file `.*root.lock` yet, which `root:do_compile` reads \[lock-missing\]/);
  }
});

test('a declared configuration that cannot be had hinders the others no more', async (t) => {
  await using four = project({ 'build/conf/local.conf': 'KERNEL_VARIANT = "rt"\nBBMULTICONFIG = "red grey"\n' });
  const run = await four.run(['mc:red:other']);
  t.is(run.status, 0, run.output);
});

test('--all-os world is what world is for each system', async (t) => {
  await using four = project();
  const run = await four.run(['plan', '--all', '--all-os', 'world']);
  t.is(run.status, 0, run.output);
  t.regex(run.stdout, /mc:red:odd:do_compile/);
  t.notRegex(run.stdout, /mc:blue:odd:do_compile/);
  t.regex(run.stdout, /mc:grey:other:do_compile/);
});

test('a wrong name is told once, and targets of one configuration are refused', async (t) => {
  await using four = project();
  const run = await four.run(['--all-os', 'toool']);
  t.is(run.status, 2);
  t.is(run.stderr.match(/toool/g)?.length, 1, run.stderr);
  const placedTarget = await four.run(['--all-os', 'mc:red:tool']);
  t.is(placedTarget.status, 2);
  t.regex(placedTarget.stderr, /`--all-os` has no use for a target of one configuration, `mc:red:tool`/);
  const file = await four.run(['--all-os', '-b', join(four.path, 'meta-toy/recipes/tool/tool_1.0.bb')]);
  t.is(file.status, 2);
  await using none = project({ 'build/conf/local.conf': 'ALL_OS = ""\n' });
  t.regex((await none.run(['--all-os', 'tool'])).stderr, /ALL_OS names no configuration/);
});

test('a configuration may name those that it needs', async (t) => {
  await using four = project({
    'meta-toy/conf/multiconfig/red.conf': 'DISTRO = "red"\nBBMULTICONFIG = "blue"\n',
    'meta-toy/recipes/other/other_1.0.bb':
      "do_compile() {\n    echo \"${DISTRO}\" > result\n}\ndo_compile[mcdepends] = \"${@'mc:red:blue:tool:do_stage' if d.getVar('BB_CURRENT_MC') == 'red' else ''}\"\n",
  });
  const run = await four.run(['mc:red:other']);
  t.is(run.status, 0, run.output);
  t.true(run.ran.includes('mc:blue:tool:do_compile'), run.output);
});

test('completion offers configurations of layers, also those that were never read', async (t) => {
  await using four = project();
  t.is((await four.run(['tool'])).status, 0);
  const { stdout } = await four.run(['completion', 'fish', ':mc:gr']);
  t.regex(stdout, /mc:green:tool/);
  t.regex(stdout, /mc:grey:app/);
});
