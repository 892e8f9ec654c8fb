import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { GitFixture } from '../support/git-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const recipe = 'meta-toy/recipes/app/app_1.0.bb';

/** The toy layer; `app` lists its source folder with modes and contents, and makes something beside the sources. */
function project(settings: string, more: Readonly<Record<string, string>> = {}): TestProject {
  return new TestProject({
    ...toyLayer,
    'build/conf/local.conf': `GREETING = "hello"\nOVERRIDES = "pn-\${PN}"\n${settings}\n`,
    [recipe]: [
      'SRC_URI = "git://localhost/nowhere;branch=main"',
      `SRCREV = "${'1'.repeat(40)}"`,
      'S = "${WORKDIR}/source"',
      'do_compile() {',
      '    touch made.o',
      '    (find . -type l -printf "%p -> %l\\n"; find . -type f ! -name result -printf "%p %m\\n" | sort; cat source.txt) > result',
      '}',
      '',
    ].join('\n'),
    ...more,
  });
}

const rebuilt = ['app:do_compile', 'app:do_patch', 'app:do_stage', 'app:do_unpack'];

async function resultOf(own: TestProject, ...args: readonly string[]) {
  const run = await own.run(['app', ...args]);
  if (run.status !== 0) throw new Error(run.output);
  return { ran: [...run.ran].sort(), result: own.read('build/tmp/out/app/result') };
}

test('one line makes a checkout stand for SRC_URI as it is; edits, new, ignored and removed files, modes and links are seen at once', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "../checkout"');
  const checkout = new GitFixture(join(own.path, 'checkout'));
  checkout.commit({ 'source.txt': 'one\n', 'tool.sh': '#!/bin/sh\n', '.gitignore': '*.o\nout/\n', 'gone.txt': 'x\n' });
  own.write('checkout/old.o', 'of another system');
  own.write('checkout/out/deep/junk', 'of another build');
  const first = await resultOf(own);
  t.deepEqual(first.result.split('\n').slice(0, -1), [
    './.gitignore 644',
    './gone.txt 644',
    './made.o 644',
    './source.txt 644',
    './tool.sh 644',
    'one',
  ]);
  // Nothing is written into it, and what git ignores is no input.
  t.is(checkout.git('status', '--porcelain', '--ignored'), '!! old.o\n!! out/');
  for (const name of ['checkout/old.o', 'checkout/out/deep/more']) own.write(name, 'changed');
  t.deepEqual((await resultOf(own)).ran, []);
  t.deepEqual((await resultOf(own)).ran, []);
  const steps: [() => void, RegExp][] = [
    [() => own.write('checkout/source.txt', 'two\n'), /two$/m],
    [() => own.write('checkout/deep/new.txt', 'new\n'), /deep\/new\.txt 644/],
    [() => own.write('checkout/deep/newer.txt', 'new\n'), /deep\/newer\.txt 644/],
    [() => chmodSync(join(own.path, 'checkout/tool.sh'), 0o700), /tool\.sh 755/],
    [() => symlinkSync('source.txt', join(own.path, 'checkout/link')), /\.\/link -> source\.txt/],
    [() => checkout.git('add', '--force', 'old.o'), /old\.o 644/],
  ];
  for (const [change, expected] of steps) {
    change();
    const next = await resultOf(own);
    t.deepEqual(next.ran, rebuilt, String(expected));
    t.regex(next.result, expected);
  }
  // A commit changes nothing of what is there.
  checkout.commit({});
  t.deepEqual((await resultOf(own)).ran, []);
  rmSync(join(own.path, 'checkout/gone.txt'));
  const last = await resultOf(own);
  t.deepEqual(last.ran, rebuilt);
  t.notRegex(last.result, /gone/);
});

test('`why`, `affected` and dry runs see a file of a checkout, also one that is new, from what an earlier call has kept', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "${TOPDIR}/../checkout/part"');
  const checkout = new GitFixture(join(own.path, 'checkout'));
  checkout.commit({ 'part/source.txt': 'one\n', 'other/file': 'x\n' });
  await resultOf(own);
  await resultOf(own);
  const ask = async (...args: readonly string[]) => (await own.run(args)).output;
  t.regex(await ask('why', 'app'), /nothing would run/);
  t.regex(await ask('affected', 'checkout/part/source.txt'), /takes it in \(1\):\s+app:do_unpack/);
  t.regex(await ask('affected', 'checkout/other/file'), /rebuilds nothing/);
  own.write('checkout/other/file', 'changed\n');
  t.regex(await ask('why', 'app'), /nothing would run/);
  own.write('checkout/part/new', 'new\n');
  t.regex(await ask('why', 'app'), /`EXTERNALSRC` of app has another content {2}\(checkout\/part\)/);
  t.regex(await ask('why', 'app'), /^ +newer in it: new$/m);
  t.regex(await ask('-n', 'app'), /app:do_unpack: run \(its inputs changed\)/);
  rmSync(join(own.path, 'checkout/part/new'));
  t.regex(await ask('why', 'app'), /nothing would run/);
  // Rules of names to ignore count where they stand: above the folder, and in the repository.
  own.write('checkout/part/note.log', 'x');
  t.regex(await ask('why', 'app'), /another content/);
  own.write('checkout/.gitignore', '*.log\n');
  t.regex(await ask('why', 'app'), /nothing would run/);
  rmSync(join(own.path, 'checkout/.gitignore'));
  own.write('checkout/.git/info/exclude', '*.log\n');
  t.regex(await ask('why', 'app'), /nothing would run/);
});

test('a folder outside of git counts whole; a folder that a git around it ignores does, too', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "../plain"');
  own.write('plain/source.txt', 'plain\n');
  own.write('plain/.git/HEAD', 'no repository');
  mkdirSync(join(own.path, 'plain/empty'));
  t.regex((await resultOf(own)).result, /^\.\/made\.o 644\n\.\/source\.txt 644\nplain$/m);
  t.deepEqual(readdirSync(join(own.path, 'build/tmp/work/app/source')).sort(), [
    'empty',
    'made.o',
    'result',
    'source.txt',
  ]);
  const around = new GitFixture(own.path);
  own.write('.gitignore', 'plain/\n');
  rmSync(join(own.path, 'plain/.git'), { recursive: true });
  around.git('add', '.gitignore');
  t.deepEqual((await resultOf(own)).ran, []);
  own.write('plain/source.txt', 'other\n');
  t.regex((await resultOf(own)).result, /^other$/m);
});

test('a checkout that is edited while it is built from gives neither stamp nor result', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "../plain"');
  own.write('plain/source.txt', 'before\n');
  own.edit(
    recipe,
    'do_compile()',
    'edit() {\n    echo after > "${TOPDIR}/../plain/source.txt"\n}\ndo_unpack[postfuncs] = "edit"\ndo_compile()',
  );
  const run = await own.run(['app']);
  t.is(run.status, 1);
  t.regex(run.output, /`app`: `\S+plain` changed while `do_unpack` was to be built from it \[source-changed\]/);
  const again = await resultOf(own);
  t.regex(again.result, /^after$/m);
});

test('`why` names the files of a folder that are newer, and where one is gone', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "../plain"');
  for (const name of ['source.txt', 'deep/old', 'deep/er/gone']) own.write(`plain/${name}`, 'x\n');
  await resultOf(own);
  const files = async (): Promise<readonly string[]> =>
    JSON.parse((await own.run(['why', 'app', '--json'])).stdout).causes[0].files;
  own.write('plain/deep/old', 'y\n');
  chmodSync(join(own.path, 'plain/source.txt'), 0o755);
  t.deepEqual(await files(), ['deep/old', 'source.txt']);
  await resultOf(own);
  rmSync(join(own.path, 'plain/deep/er/gone'));
  own.write('plain/deep/er/stays', 'x\n');
  rmSync(join(own.path, 'plain/deep/er/stays'));
  t.deepEqual(await files(), ['deep/er/']);
  t.regex((await own.run(['why', 'app'])).stdout, /^ +something went from deep\/er\/$/m);
});

test('patches that the checkout has are left out with a note, others are applied; EXTERNALSRC_PATCHED names what it holds in another form', async (t) => {
  await using own = new TestProject({ ...toyLayer });
  own.write('build/conf/local.conf', 'OVERRIDES = "pn-${PN}"\nEXTERNALSRC:pn-lib = "../plain"\n');
  own.write('plain/source.txt', 'first line\nsecond line\nthird line\n');
  const applied = await own.run(['lib']);
  t.regex(own.read('build/tmp/out/lib/result'), /PATCHED LINE/, applied.output);
  own.write('plain/source.txt', 'first line\npatched line\nthird line\n');
  const there = await own.run(['lib']);
  t.regex(
    there.output,
    /note: `change\.patch` is not applied: the folder of EXTERNALSRC has its changes already \[patch-dropped\]/,
  );
  t.regex(own.read('build/tmp/out/lib/result'), /PATCHED LINE/);
  own.write('plain/source.txt', 'first line\nmy own line\nthird line\n');
  const neither = await own.run(['lib']);
  t.is(neither.status, 1);
  t.regex(neither.output, /name `change\.patch` in EXTERNALSRC_PATCHED/);
  own.write(
    'build/conf/local.conf',
    'OVERRIDES = "pn-${PN}"\nEXTERNALSRC:pn-lib = "../plain"\nEXTERNALSRC_PATCHED:pn-lib = "change.patch"\n',
  );
  t.is((await own.run(['lib'])).status, 0);
  t.regex(own.read('build/tmp/out/lib/result'), /MY OWN LINE/);
});

test('a checkout that is not there, or would leave WORKDIR, is told with the setting', async (t) => {
  await using own = project('EXTERNALSRC:pn-app = "../nowhere"');
  const missing = await own.run(['app']);
  t.is(missing.status, 1);
  t.regex(
    missing.output,
    /local\.conf:3:\d+: error: EXTERNALSRC names `\S+nowhere`, which is no folder \[missing-input\]/,
  );
  own.write('nowhere/source.txt', 'x\n');
  own.edit(recipe, '${WORKDIR}/source', '/usr/share/source');
  const outside = await own.run(['app']);
  t.regex(
    outside.output,
    /EXTERNALSRC would be laid out outside WORKDIR, at `\/usr\/share\/source` \[bad-source-uri\]/,
  );
});
