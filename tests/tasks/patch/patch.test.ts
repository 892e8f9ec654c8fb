import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/patch/patch.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const numbers = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`);
const good = '--- a/n\n+++ b/n\n@@ -2,3 +2,3 @@\n 2\n-3\n+three\n 4\n';
const next = '--- a/n\n+++ b/n\n@@ -2,3 +2,3 @@\n 2\n-three\n+drei\n 4\n';
const bad = `${good.replaceAll('three', 'DREI').replace('-3', '-no such line')}--- /dev/null\n+++ b/new/file\n@@ -0,0 +1 @@\n+new\n`;

/** A source folder with a file of 20 numbered lines, and a layer with these files. */
function setUp(directory: string, files: Readonly<Record<string, string>>, uris = Object.keys(files)) {
  const WORKDIR = join(directory, 'work');
  const S = join(WORKDIR, 's');
  mkdirSync(S, { recursive: true });
  writeFileSync(join(S, 'n'), numbers.join(''));
  writeFileSync(join(S, 'empty'), '');
  const locals = Object.entries(files).map(([name, text]) => {
    const path = join(directory, 'layer', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
    return { uri: `file://${name}`, path, name };
  });
  const folder = { uri: 'file://patches', path: join(directory, 'layer/patches'), name: 'patches' };
  const SRC_URI = uris.map((uri) => `file://${uri}`).join(' ');
  return { WORKDIR, S, SRC_URI, LOCAL_SOURCES: JSON.stringify([...locals, folder]) };
}

const lineThree = (S: string) => readFileSync(join(S, 'n'), 'utf8').split('\n')[2];

async function failure(variables: Readonly<Record<string, string>>) {
  const error = await run(taskContext(variables)).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  return error.diagnostics[0];
}

test('patches are applied in the order of SRC_URI', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'b.patch': good, 'a.diff': next });
  t.deepEqual(await run(taskContext(variables)), { warnings: [] });
  t.is(lineThree(variables.S), 'drei');
  t.is(readFileSync(join(variables.WORKDIR, '.patches-applied'), 'utf8'), 'applied\nb.patch\na.diff\n');
  t.deepEqual(readdirSync(variables.S).sort(), ['empty', 'n']);
  t.deepEqual(readdirSync(variables.WORKDIR).sort(), ['.patches', '.patches-applied', 's']);
});

test('apply, striplevel and patchdir are obeyed', async (t) => {
  using directory = temporaryDirectory();
  const files = { 'no.patch': bad, 'plain.txt': good, 'deep.patch': '--- a/x/m\n+++ b/x/m\n@@ -1 +1 @@\n-m\n+M\n' };
  const uris = ['no.patch;apply=no', 'plain.txt;apply=yes', 'deep.patch;striplevel=2;patchdir=sub'];
  const variables = setUp(directory.path, files, uris);
  mkdirSync(join(variables.S, 'sub'));
  writeFileSync(join(variables.S, 'sub/m'), 'm\n');
  await run(taskContext(variables));
  t.is(lineThree(variables.S), 'three');
  t.is(readFileSync(join(variables.S, 'sub/m'), 'utf8'), 'M\n');
});

test('a series gives the order, for a folder of patches and for patches beside it', async (t) => {
  for (const prefix of ['', 'patches/']) {
    using directory = temporaryDirectory();
    const files = {
      [`${prefix}series`]: '# first\nz.patch -p1\na.patch # last\n',
      [`${prefix}a.patch`]: next,
      [`${prefix}z.patch`]: good,
    };
    const variables = setUp(directory.path, files, prefix === '' ? ['a.patch', 'series', 'z.patch'] : ['patches']);
    await run(taskContext(variables));
    t.is(lineThree(variables.S), 'drei', prefix);
  }
});

test('a series may not name a patch that SRC_URI does not', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { series: 'z.patch\n', 'z.patch': good }, ['series']);
  const hidden = JSON.stringify(JSON.parse(variables.LOCAL_SOURCES).slice(0, 1));
  t.is((await failure({ ...variables, LOCAL_SOURCES: hidden }))?.code, 'local-source-missing');
});

test('a failing hunk shows patch, file, hunk and reject, and the sources are as before this patch', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, {
    'a.patch': good,
    'b.patch': `--- a/empty\n+++ b/empty\n@@ -0,0 +1 @@\n+x\n${bad}`,
  });
  const told = await failure(variables);
  t.is(told?.code, 'patch-failed');
  t.is(told?.message, '`b.patch` does not apply: hunk 1 of `n` at line 2');
  t.true(told?.detail?.includes('-no such line'));
  t.is(lineThree(variables.S), 'three');
  t.deepEqual(readdirSync(variables.S).sort(), ['empty', 'n']);
  t.is(readFileSync(join(variables.S, 'empty'), 'utf8'), '');
});

test('after a failure the next run starts from the unpatched sources', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good, 'b.patch': bad });
  await failure(variables);
  writeFileSync(join(directory.path, 'layer/b.patch'), next);
  await run(taskContext(variables));
  t.is(lineThree(variables.S), 'drei');
});

test('patches that are applied again start from the unpatched sources', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good });
  await run(taskContext(variables));
  writeFileSync(join(variables.S, 'n'), 'changed by a later task\n');
  await run(taskContext(variables));
  t.is(lineThree(variables.S), 'three');
});

test('a patch that the sources have already is named as such', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good });
  writeFileSync(join(variables.S, 'n'), numbers.join('').replace('\n3\n', '\nthree\n'));
  const told = await failure(variables);
  t.is(told?.code, 'patch-failed');
  t.true(told?.message.includes('has the change already'), told?.message);
});

test('why a patch cannot apply is named: a binary change, other line ends, another folder level', async (t) => {
  const cases = {
    'diff --git a/n b/n\nindex 0b5..7a4 100644\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 1\nIcmZPo000310RR91\n\n':
      /it changes a binary file/,
    [good.replaceAll('\n', '\r\n')]: /hunk 1 of `n` at line 2 \(different line endings\)/,
    [good.replaceAll(/ [ab]\//g, ' ')]: /is `striplevel` right\?/,
  };
  for (const [patch, told] of Object.entries(cases)) {
    using directory = temporaryDirectory();
    const variables = setUp(directory.path, { 'a.patch': patch });
    t.regex((await failure(variables))?.message ?? '', told);
    t.is(lineThree(variables.S), '3');
  }
});

test('files that a patch renames, makes and removes are as they were when a later part of it fails', async (t) => {
  using directory = temporaryDirectory();
  const moves = [
    'diff --git a/n b/deep/moved\nsimilarity index 100%\nrename from n\nrename to deep/moved\n',
    'diff --git a/empty b/empty\ndeleted file mode 100644\nindex e69de29..0000000\n',
    'diff --git a/run b/run\nnew file mode 100755\nindex 0000000..45b983b\n--- /dev/null\n+++ b/run\n@@ -0,0 +1 @@\n+hi\n',
  ].join('');
  const wrong = 'diff --git a/gone b/gone\n--- a/gone\n+++ b/gone\n@@ -1 +1 @@\n-a\n+b\n';
  const variables = setUp(directory.path, { 'a.patch': `${moves}${wrong}` });
  t.is((await failure(variables))?.code, 'patch-failed');
  t.deepEqual(readdirSync(variables.S).sort(), ['empty', 'n']);
  const right = setUp(join(directory.path, 'right'), { 'a.patch': moves });
  await run(taskContext(right));
  t.deepEqual(readdirSync(right.S, { recursive: true }).sort(), ['deep', 'deep/moved', 'run']);
});

test('fuzz is a warning, an offset only a line of the log', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good });
  writeFileSync(join(variables.S, 'n'), `0\n${numbers.join('')}`);
  const context = taskContext(variables);
  t.deepEqual(await run(context), { warnings: [] });
  t.true(context.logged.some((line) => line.includes('offset 1 line')));
  using second = temporaryDirectory();
  const fuzzy = setUp(second.path, { 'a.patch': '--- a/n\n+++ b/n\n@@ -2,5 +2,5 @@\n 2\n 3\n-4\n+four\n 5\n six\n' });
  const product = await run(taskContext(fuzzy));
  t.deepEqual(
    product.warnings?.map((warning) => [warning.code, warning.severity]),
    [['patch-fuzz', 'warning']],
  );
});

test('a patch cannot reach above the sources', async (t) => {
  using directory = temporaryDirectory();
  const evil = '--- /dev/null\n+++ b/../../evil\n@@ -0,0 +1 @@\n+x\n';
  const variables = setUp(directory.path, { 'a.patch': evil });
  t.is((await failure(variables))?.code, 'patch-failed');
  t.deepEqual(readdirSync(directory.path).sort(), ['layer', 'work']);
});

test('without patches nothing is needed, not even sources', async (t) => {
  t.deepEqual(await run(taskContext({ WORKDIR: '/nonexistent', SRC_URI: '' })), {});
});

test('patches without their sources are told as such', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good });
  t.is((await failure({ ...variables, S: join(directory.path, 'none') }))?.code, 'missing-input');
});

test('patches of the packaging are a series of their own, which changes nothing outside of its folder', async (t) => {
  using directory = temporaryDirectory();
  const meta = '--- a/debian/rules\n+++ b/debian/rules\n@@ -1 +1 @@\n-r\n+R\n';
  const variables = setUp(directory.path, { 'p.patch': meta, 's.patch': good }, ['p.patch;pkgmeta=1', 's.patch']);
  mkdirSync(join(variables.S, 'debian'));
  writeFileSync(join(variables.S, 'debian/rules'), 'r\n');
  const packaging = { ...variables, PATCH_SET: 'packaging', PATCH_WITHIN: 'debian' };
  const source = { ...variables, PATCH_SET: 'source' };
  const rules = () => readFileSync(join(variables.S, 'debian/rules'), 'utf8');
  await run(taskContext(packaging));
  t.is(rules(), 'R\n');
  t.is(lineThree(variables.S), '3');
  await run(taskContext(source));
  t.is(lineThree(variables.S), 'three');
  // The one below again: what lies on it is taken back first.
  await run(taskContext(packaging));
  t.is(rules(), 'R\n');
  t.is(lineThree(variables.S), '3');
  const other = setUp(join(directory.path, 'other'), { 'p.patch': good }, ['p.patch;pkgmeta=1']);
  const told = await failure({ ...other, PATCH_SET: 'packaging', PATCH_WITHIN: 'debian' });
  t.is(told?.code, 'patch-outside');
  t.is(lineThree(other.S), '3');
});

test('patches of the source join the series of a source package that keeps one, each time anew', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': good, 'b.patch': next });
  const patches = join(variables.S, 'debian/patches');
  mkdirSync(patches, { recursive: true });
  mkdirSync(join(variables.S, 'debian/source'));
  writeFileSync(join(variables.S, 'debian/source/format'), '3.0 (quilt)\n');
  writeFileSync(join(patches, 'series'), 'theirs.patch\n');
  const order = { ...variables, PATCH_SET: 'source', PATCH_SERIES: patches };
  await run(taskContext(order));
  const series = () => readFileSync(join(patches, 'series'), 'utf8');
  t.is(series(), 'theirs.patch\nstx-bake/a.patch\nstx-bake/b.patch\n');
  t.is(lineThree(variables.S), '3');
  await run(taskContext({ ...order, SRC_URI: 'file://b.patch' }));
  t.is(series(), 'theirs.patch\nstx-bake/b.patch\n');
  t.deepEqual(readdirSync(join(patches, 'stx-bake')), ['b.patch']);
  await run(taskContext({ ...order, SRC_URI: '' }));
  t.is(series(), 'theirs.patch\n');
  t.is((await failure({ ...order, SRC_URI: 'file://a.patch;striplevel=2' }))?.code, 'bad-source-uri');
  writeFileSync(join(variables.S, 'debian/source/format'), '1.0\n');
  await run(taskContext(order));
  t.is(lineThree(variables.S), 'drei');
});

test('an empty series drops all patches, which is said', async (t) => {
  for (const more of [[], ['c.patch']]) {
    using directory = temporaryDirectory();
    const files = { 'patches/series': '# none here\n', 'patches/a.patch': next, 'c.patch': good };
    const variables = setUp(directory.path, files, ['patches', ...more]);
    const { warnings } = await run(taskContext(variables));
    t.deepEqual(
      warnings?.map(({ code, severity, message }) => [
        code,
        severity,
        /^`.*\/patches\/series` names no patch/.test(message),
      ]),
      [['patch-dropped', 'note', true]],
    );
    t.is(lineThree(variables.S), more.length === 0 ? '3' : 'three');
  }
});

test('an empty file in place of a patch drops it, which is said', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path, { 'a.patch': '', 'b.patch': good });
  const { warnings } = await run(taskContext(variables));
  t.deepEqual(
    warnings?.map(({ code, severity }) => [code, severity]),
    [['patch-dropped', 'note']],
  );
  t.is(lineThree(variables.S), 'three');
});
