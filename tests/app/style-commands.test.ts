import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const recipe = 'meta-toy/recipes/app/app_1.0.bb';

test('fmt writes the layers of the build directory in place, and then has nothing to do', async (t) => {
  await using project = new TestProject({ ...toyLayer, [recipe]: '# app\nSUMMARY="x"\n' });
  chmodSync(join(project.path, recipe), 0o640);
  const first = await project.run(['fmt', '--check']);
  t.is(first.status, 1);
  t.regex(first.output, /^meta-toy\/recipes\/app\/app_1\.0\.bb$/m);
  t.is(project.read(recipe), '# app\nSUMMARY="x"\n');
  t.is((await project.run(['fmt'])).status, 0);
  t.is(project.read(recipe), '# app\nSUMMARY = "x"\n');
  t.is(statSync(join(project.path, recipe)).mode & 0o777, 0o640);
  t.deepEqual(readdirSync(join(project.path, 'meta-toy/recipes/app')).sort(), ['app_1.0.bb', 'files']);
  const last = await project.run(['fmt', '--check']);
  t.is(last.status, 0, last.output);
});

test('fmt --diff shows the change and makes none', async (t) => {
  await using project = new TestProject({ 'a.bb': 'A="x"\n' });
  const { status, output } = await project.run(['fmt', '--diff', 'a.bb']);
  t.is(status, 0);
  t.true(output.includes('--- a.bb\n+++ a.bb\n@@ -1,1 +1,1 @@\n-A="x"\n+A = "x"\n'), output);
  t.is(project.read('a.bb'), 'A="x"\n');
});

test('fmt leaves a file with errors alone, says where they are, and formats the others', async (t) => {
  await using project = new TestProject({ 'l/a.bb': 'A="x"\nB = 1\n', 'l/b.bb': 'B="y"\n' });
  const { status, output } = await project.run(['fmt', 'l']);
  t.is(status, 2);
  t.regex(output, /l\/a\.bb:2:5: error: expected a quoted value, got `1` \[syntax-error\]/);
  t.is(project.read('l/a.bb'), 'A="x"\nB = 1\n');
  t.is(project.read('l/b.bb'), 'B = "y"\n');
});

test('fmt keeps a link and bytes that are no UTF-8, passes over files of recipes, and refuses what is no recipe', async (t) => {
  await using project = new TestProject({ 'l/real.bb': 'A="x"\n', 'l/r/files/x.conf': 'A=1\n', 'x.txt': '' });
  symlinkSync('real.bb', join(project.path, 'l/link.bb'));
  symlinkSync('gone.bb', join(project.path, 'l/dead.bb'));
  symlinkSync('circle.bb', join(project.path, 'l/circle.bb'));
  writeFileSync(join(project.path, 'l/latin.bb'), Buffer.from('# caf\xe9\nA="x"\n', 'latin1'));
  t.is((await project.run(['fmt', 'l'])).status, 0);
  t.is(project.read('l/real.bb'), 'A = "x"\n');
  t.true(lstatSync(join(project.path, 'l/link.bb')).isSymbolicLink());
  t.true(readFileSync(join(project.path, 'l/latin.bb')).equals(Buffer.from('# caf\xe9\nA = "x"\n', 'latin1')));
  t.is(project.read('l/r/files/x.conf'), 'A=1\n');
  const refused = await project.run(['fmt', 'x.txt']);
  t.is(refused.status, 2);
  t.regex(refused.output, /`x\.txt` is no recipe, class or configuration file \[bad-argument\]/);
  t.regex(
    (await project.run(['fmt', 'l/dead.bb'])).output,
    /there is no file or folder `l\/dead\.bb` \[bad-argument\]/,
  );
});

test('convert-syntax rewrites a layer, knows its machines, and the second time changes nothing', async (t) => {
  const text = 'A_append = " x"\nSRC_URI_board1 = "y"\nRDEPENDS_${PN} = "z"\n';
  await using project = new TestProject({ 'l/conf/layer.conf': '', 'l/conf/machine/board1.conf': '', 'l/a.bb': text });
  const check = await project.run(['convert-syntax', '--check', 'l/a.bb']);
  t.is(check.status, 1);
  t.is(project.read('l/a.bb'), text);
  t.is((await project.run(['convert-syntax', 'l/a.bb'])).status, 0);
  t.is(project.read('l/a.bb'), 'A:append = " x"\nSRC_URI:board1 = "y"\nRDEPENDS:${PN} = "z"\n');
  const again = await project.run(['convert-syntax', '--check', 'l']);
  t.is(again.status, 0, again.output);
});

test('convert-syntax notes what it cannot decide, and --override decides it', async (t) => {
  await using project = new TestProject({ 'a.bb': 'SRC_URI_foo = "y"\n' });
  const left = await project.run(['convert-syntax', 'a.bb']);
  t.is(left.status, 0);
  t.regex(
    left.output,
    /a\.bb:1:1: note: `foo` in `SRC_URI_foo` may be an override, but nothing says so \[undecided-override\]/,
  );
  t.is((await project.run(['convert-syntax', '--override', 'foo', 'a.bb'])).status, 0);
  t.is(project.read('a.bb'), 'SRC_URI:foo = "y"\n');
});

test('lint reports, fixes what is safe, and answers as JSON', async (t) => {
  const text = 'SUMMARY = "x"\nSRC_URI:append = "file://a"\nCOLOUR = "red"\n';
  await using project = new TestProject({ 'l/conf/layer.conf': '', 'l/a_1.bb': text });
  const first = await project.run(['lint', '--json', 'l']);
  t.is(first.status, 1);
  const { findings } = JSON.parse(first.output) as { readonly findings: readonly Record<string, unknown>[] };
  t.deepEqual(
    findings.map(({ code, line, column, fixable }) => [code, line, column, fixable]),
    [
      ['missing-blank', 2, 18, true],
      ['unused-variable', 3, 1, false],
    ],
  );
  const fixed = await project.run(['lint', '--fix', 'l']);
  t.is(fixed.status, 1);
  t.is(project.read('l/a_1.bb'), text.replace('"file', '" file'));
  t.regex(fixed.output, /1 findings in 2 files/);
  project.edit('l/a_1.bb', 'COLOUR = "red"\n', '');
  t.is((await project.run(['lint', 'l'])).status, 0);
});
