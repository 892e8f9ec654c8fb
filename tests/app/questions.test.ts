import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = join(import.meta.dirname, '../../engine/app/main.ts');

test('`-p` counts what there is', async (t) => {
  await using project = new TestProject(toyLayer);
  const run = await project.run(['-p']);
  t.is(run.status, 0);
  t.regex(
    run.output,
    /^stx-bake: parsed 2 recipe files in \d+\.\d\d s: 2 recipes, 0 skipped, 0 files masked, 0 errors, 0 warnings\n$/,
  );
  t.false(existsSync(join(project.path, 'build/tmp')));
});

test('`-p` shows every error of every file', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/lib/lib_1.0.bb': 'A = b\ninherit nothing\n',
    'meta-toy/recipes/app/app_1.0.bb': 'require nowhere.inc\n',
  });
  const run = await project.run(['-p']);
  t.is(run.status, 2);
  const codes = [...run.stderr.matchAll(/^\S+: error: .* \[(.*)\]$/gm)].map(([, code]) => code);
  t.deepEqual(codes, ['unknown-include', 'syntax-error', 'unknown-class']);
  t.regex(run.stdout, /: 0 recipes, .*, 3 errors, 0 warnings\n$/);
});

test('`-s` lists each recipe once, with the preferred version where it is not the latest', async (t) => {
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/app/app_1.5.bb': toyLayer['meta-toy/recipes/app/app_1.0.bb']!,
    'build/conf/local.conf': 'GREETING = "hello"\nPREFERRED_VERSION_app = "1.0"\n',
  });
  const run = await project.run(['-s']);
  t.is(run.status, 0, run.output);
  t.deepEqual(
    run.output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
    [
      ['Recipe Name', 'Latest Version', 'Preferred Version'],
      ['===========', '==============', '================='],
      ['app', '1.5-r0', '1.0-r0'],
      ['lib', '1.0-r0'],
    ],
  );
});

test('`-g` writes the recipes and the tasks of a target into the current folder', async (t) => {
  await using project = new TestProject(toyLayer);
  const run = await project.run(['-g', 'app']);
  t.is(run.status, 0, run.output);
  t.regex(run.output, /^stx-bake: wrote pn-buildlist \(2 recipes\) and task-depends\.dot \(\d+ tasks\)\n$/m);
  t.is(project.read('pn-buildlist'), 'app\nlib\n');
  const dot = project.read('task-depends.dot');
  t.regex(dot, /^digraph depends \{\n/);
  t.true(dot.includes(`"app.do_compile" [label="app do_compile\\n:1.0-r0\\n${project.path}/`));
  t.true(dot.includes('"app.do_compile" -> "lib.do_stage"\n'));
  t.true(dot.endsWith('\n}\n'));
  t.deepEqual(readdirSync(project.path).sort(), ['build', 'meta-toy', 'pn-buildlist', 'task-depends.dot']);
});

test('`-g` leaves older files whole when it cannot write', async (t) => {
  await using project = new TestProject({ ...toyLayer, 'pn-buildlist': 'old\n' });
  mkdirSync(join(project.path, 'task-depends.dot'));
  const run = await project.run(['-g', 'app']);
  t.is(run.status, 3, run.output);
  t.notRegex(run.output, /\n {4}at /);
  t.deepEqual(readdirSync(project.path).sort(), ['build', 'meta-toy', 'pn-buildlist', 'task-depends.dot']);
});

test('`-e` prints what `inspect environment` prints', async (t) => {
  await using project = new TestProject(toyLayer);
  const [short, long] = await Promise.all([project.run(['-e', 'lib']), project.run(['inspect', 'environment', 'lib'])]);
  t.is(short.status, 0);
  t.is(short.output, long.output);
  t.regex(short.output, /^COLOUR="red"$/m);
  const base = await project.run(['-e']);
  t.regex(base.output, /^DL_DIR="/m);
  t.notRegex(base.output, /^COLOUR=/m);
});

test('a reader that has seen enough ends the environment text without a word', async (t) => {
  await using project = new TestProject(toyLayer);
  const child = spawn(process.execPath, [program, '--build-dir', join(project.path, 'build'), '-e', 'lib'], {
    cwd: project.path,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.destroy();
  const [said] = await Promise.all([text(child.stderr), once(child, 'close')]);
  t.is(said, '');
});

for (const [args, said] of [
  [['-e', '-p'], /`-e` and `-p` cannot be asked at once \[bad-option\]/],
  [['-p', 'lib'], /`-p` has no use for `lib` \[bad-argument\]/],
  [['-e', 'lib', 'app'], /`-e` has no use for `app` \[bad-argument\]/],
  [['-g'], /there is nothing to do \[bad-argument\]/],
  [['-k'], /there is nothing to do \[bad-argument\]\n {3}help: name what to build/],
  [['-g', 'ap'], /\[unknown-target\]/],
] as const) {
  test(`\`stx-bake ${args.join(' ')}\` is refused`, async (t) => {
    await using project = new TestProject(toyLayer);
    const run = await project.run(args);
    t.is(run.status, 2);
    t.is(run.stdout, '');
    t.regex(run.stderr, said);
  });
}

test('`-v` says how long reading took, on standard error', async (t) => {
  await using project = new TestProject(toyLayer);
  const run = await project.run(['-v', 'inspect', 'recipes']);
  t.regex(
    run.stderr,
    /^stx-bake: reading the metadata took \d+\.\d\d s: 2 recipe files read anew, 0 from the parse cache\n$/,
  );
});

test('`-v` shows that a changed line of the configuration has only those recipes read anew that take it in', async (t) => {
  const lib = toyLayer['meta-toy/recipes/lib/lib_1.0.bb']!;
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'GREETING = "hello"\nFOR_LIB = "1"\nFOR_NOBODY = "1"\n',
    'meta-toy/recipes/lib/lib_1.0.bb': `${lib}do_stage:append() {\n    : \${FOR_LIB}\n}\n`,
  });
  const counts = async (): Promise<string | undefined> =>
    / s: (\d+ recipe files read anew, \d+ from the parse cache)$/m.exec((await project.run(['-p', '-v'])).stderr)?.[1];
  t.is(await counts(), '2 recipe files read anew, 0 from the parse cache');
  t.is(await counts(), '0 recipe files read anew, 2 from the parse cache');
  project.edit('build/conf/local.conf', 'FOR_NOBODY = "1"', 'FOR_NOBODY = "2"');
  t.is(await counts(), '0 recipe files read anew, 2 from the parse cache');
  project.edit('build/conf/local.conf', 'FOR_LIB = "1"', 'FOR_LIB = "${@1 / 0}"');
  const broken = await project.run(['-p', '-v']);
  t.is(broken.status, 2);
  t.regex(broken.stderr, /: 1 recipe files read anew, 1 from the parse cache$/m);
  t.regex(broken.stderr, /^build\/conf\/local\.conf:2:12: error: .*division by zero \[python-exception\]$/m);
});

test('a file that is not UTF-8 is refused with the place of the first byte that is none', async (t) => {
  await using project = new TestProject(toyLayer);
  const recipe = join(project.path, 'meta-toy/recipes/lib/lib_1.0.bb');
  const text = readFileSync(recipe);
  writeFileSync(
    recipe,
    Buffer.concat([Buffer.from('# \u{1F600} \uFFFD\nA = "é'), Buffer.from([0xe9, 0x22, 0x0a]), text]),
  );
  const run = await project.run(['-p']);
  t.is(run.status, 2);
  t.regex(run.stderr, /^meta-toy\/recipes\/lib\/lib_1\.0\.bb:2:7: error: the byte 0xe9 is not UTF-8 \[not-utf8\]\n/m);
  writeFileSync(recipe, Buffer.concat([Buffer.from('# \u{1F600} \uFFFD\nA = "é"\n'), text]));
  t.is((await project.run(['-p'])).status, 0, 'U+FFFD itself may stand in a file');
});

test('`-C` runs one task of the target although it is up to date, `-f` the target itself', async (t) => {
  await using project = new TestProject(toyLayer);
  t.is((await project.run(['app'])).status, 0);
  const cleared = await project.run(['-n', '-C', 'compile', 'app']);
  t.regex(cleared.output, /^app:do_compile: run \(/m);
  t.notRegex(cleared.output, /^lib:/m);
  const wrong = await project.run(['-n', '-C', 'compil', 'app']);
  t.is(wrong.status, 2);
  t.regex(wrong.output, /needs? a? ?task|`do_compil`.*\[unknown-task\]\n {3}help: did you mean `do_compile`\?/);
});

test('the commands that README.md lists are those that there are', (t) => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const page = readFileSync(join(import.meta.dirname, '../../docs/reference/commands.md'), 'utf8');
  const listed = [...readme.matchAll(/^\| `stx-bake (.*?)` \|/gm)].map(([, call = '']) => call);
  t.true(listed.length > 12);
  for (const call of listed) {
    const name = call.replace(/ [A-Z[-].*$/, '').replace(/ update.*$/, '');
    t.true(page.includes(`\n## ${/^[A-Z-]/.test(call) ? 'TARGET' : name}\n`), call);
  }
  const titles = [...page.matchAll(/^## ([a-z].*)$/gm)].map(([, name = '']) => name);
  t.deepEqual(
    titles.filter((name) => !listed.some((call) => call === name || call.startsWith(`${name} `))),
    [],
  );
});
