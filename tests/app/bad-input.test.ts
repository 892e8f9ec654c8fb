import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = join(import.meta.dirname, '../../engine/app/main.ts');
const libFile = 'meta-toy/recipes/lib/lib_1.0.bb';
const appFile = 'meta-toy/recipes/app/app_1.0.bb';

/** One mistake, and what the user is told; nothing may be built. */
const mistakes: readonly {
  readonly what: string;
  readonly args?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly said: readonly RegExp[];
}[] = [
  {
    what: 'an unknown target',
    args: ['ap'],
    said: [/no recipe is called `ap` or provides it \[unknown-target\]/, /help: did you mean `app`\?/],
  },
  {
    what: 'a recipe with a syntax error',
    files: { [libFile]: 'SUMMARY = "x"\nCOLOUR = red\n' },
    said: [/lib_1\.0\.bb:2:10: error: .*\n +2 \| COLOUR = red\n +\| +\^/],
  },
  {
    what: 'a shell task with an expression that fails',
    files: { [appFile]: 'do_compile() {\n    echo one\n    echo "${@1 / 0}"\n}\n' },
    said: [
      /app_1\.0\.bb:3:11: error: `\$\{@1 \/ 0\}` in `do_compile` raised ZeroDivisionError/,
      / 3 \| {5}echo .*\n +\| {11}\^~~~~~~~~/,
    ],
  },
  {
    what: 'an unknown class',
    files: { [libFile]: 'inherit shuot\n' },
    said: [/lib_1\.0\.bb:1:\d+: error: .*`shuot`.*\[unknown-class\]/, /did you mean `shout`\?/],
  },
  {
    what: 'a dependency that nobody provides',
    files: { [appFile]: 'DEPENDS = "libb"\n' },
    said: [/`libb`.*\[nothing-provides\]/, /did you mean `lib`\?/],
  },
  {
    what: 'a dependency cycle',
    files: { [libFile]: 'DEPENDS = "app"\n' },
    said: [/\[dependency-cycle\]/, /app:do_compile/, /lib:do_stage/, /lib:do_compile/, /app:do_stage/],
  },
  {
    what: 'an unknown option',
    args: ['--keep-goin', 'app'],
    said: [/`stx-bake` has no option `--keep-goin` \[bad-option\]/],
  },
  {
    what: 'an unknown task',
    args: ['app:compil'],
    said: [/`do_compil`.*\[unknown-task\]/, /did you mean `do_compile`\?/],
  },
  {
    what: 'a TMPDIR with a blank',
    files: { 'build/conf/local.conf': 'TMPDIR:local-conf = "${TOPDIR}/my data/tmp"\nOVERRIDES = "local-conf"\n' },
    said: [/`TMPDIR` is `.*my data\/tmp`, which holds a blank .*\[path-with-blank\]/],
  },
  {
    what: 'a relative SSTATE_DIR',
    files: { 'build/conf/local.conf': 'SSTATE_DIR = "cache"\n' },
    said: [/local\.conf:1:\d+: error: `SSTATE_DIR` is `cache`, not the absolute path .*\[relative-path\]/],
  },
  {
    what: 'a DL_DIR of another configuration that is the root of the host',
    files: {
      'build/conf/local.conf': 'BBMULTICONFIG = "other"\n',
      'build/conf/multiconfig/other.conf': 'DL_DIR = "/"\n',
      'meta-toy/conf/bitbake.conf': `${toyLayer['meta-toy/conf/bitbake.conf']}include conf/multiconfig/\${BB_CURRENT_MC}.conf\n`,
    },
    said: [/`DL_DIR` is `\/`, not .*\[relative-path\]/],
  },
  ...['-3', '0', 'x', '1.5'].map((value) => ({
    what: `BB_NUMBER_THREADS = "${value}"`,
    files: { 'build/conf/local.conf': `BB_NUMBER_THREADS:local-conf = "${value}"\nOVERRIDES = "local-conf"\n` },
    said: [/local\.conf:1:1: error: `BB_NUMBER_THREADS` is `.*`, not a number .*\[invalid-value\]/],
  })),
];

for (const mistake of mistakes) {
  test(`${mistake.what} is an error with its place and the way out, and nothing is built`, async (t) => {
    await using project = new TestProject({ ...toyLayer, ...mistake.files });
    const run = await project.run(mistake.args ?? ['app']);
    t.is(run.status, 2, run.output);
    for (const pattern of mistake.said) t.regex(run.output, pattern);
    t.notRegex(run.output, /\n {4}at /, 'no stack trace');
    t.false(existsSync(join(project.path, 'build/tmp')));
    t.false(existsSync(join(project.path, 'build/stx-bake.lock')));
  });
}

test('a build directory whose path holds a blank is refused before anything is written', async (t) => {
  await using project = new TestProject(toyLayer);
  const run = await project.run(['--build-dir', join(project.path, 'with blank'), 'app']);
  t.is(run.status, 3, run.output);
  t.regex(run.output, /with blank` holds a blank .*\[path-with-blank\]/);
  t.false(existsSync(join(project.path, 'with blank')));
});

for (const name of ['a[d]', 'a`b', 'a*b'])
  test(`a build directory called ${name} is refused: such characters mean something in lists of files`, async (t) => {
    await using project = new TestProject(toyLayer);
    const run = await project.run(['--build-dir', join(project.path, name), 'app']);
    t.is(run.status, 3, run.output);
    t.regex(run.output, /which mean something in configuration files or scripts \[path-with-blank\]/);
  });

for (const name of ['', '/', '/proc/stx-bake-test/x'])
  test(`\`--build-dir "${name}"\` is refused at once`, async (t) => {
    await using project = new TestProject(toyLayer);
    const run = await project.run(['--build-dir', name, 'app']);
    t.true(run.status === 2 || run.status === 3, run.output);
    t.regex(run.output, /help: name /);
  });

const asStranger = ['--user', '--map-user=54321', process.execPath];

test('a build directory that cannot be written takes a dry run, and a build names --build-dir', async (t) => {
  await using project = new TestProject(toyLayer);
  const build = join(project.path, 'build');
  chmodSync(build, 0o555);
  const bake = (...args: string[]) =>
    spawnSync('unshare', [...asStranger, program, '--build-dir', build, ...args], { encoding: 'utf8' });
  const [dry, real] = [bake('-n', 'app'), bake('app')];
  chmodSync(build, 0o755);
  t.is(dry.status, 0, dry.stderr);
  t.regex(dry.stdout, /dry run: 8 run, 2 open/);
  t.is(real.status, 3);
  t.regex(real.stderr, /the build directory `.*` cannot be written.*\n.*help: .*--build-dir/);
});

test('a task whose B is empty names the variable', async (t) => {
  await using project = new TestProject(toyLayer);
  project.write('build/conf/local.conf', 'B:local-conf = ""\nOVERRIDES = "local-conf"\n');
  const run = await project.run(['lib']);
  t.is(run.status, 1, run.output);
  t.regex(run.output, /working directory of `do_\w+` is ``.*\[invalid-value\]/);
  t.regex(run.output, /the variable `B`/);
});

test('a task that would empty a folder outside the build directory fails, and the folder stays', async (t) => {
  await using project = new TestProject({ ...toyLayer, 'home/precious': 'mine' });
  project.write(libFile, `${project.read(libFile)}do_compile[cleandirs] = "\${TOPDIR}/../home"\n`);
  const run = await project.run(['lib']);
  t.is(run.status, 1, run.output);
  t.regex(run.output, /`do_compile\[cleandirs\]` would empty `.*\/home`.*\[unsafe-cleandirs\]/);
  t.is(project.read('home/precious'), 'mine');
});

const entryErrors: readonly { readonly what: string; readonly recipe: string; readonly said: RegExp }[] = [
  {
    what: 'a local file that is not there',
    recipe: 'SRC_URI = "file://a.patch \\\n    file://gone.patch \\\n"\n',
    said: /lib_1\.0\.bb:2:5: error: `file:\/\/gone\.patch` lies nowhere .*\n +2 \| +file:\/\/gone\.patch .*\n +\| +\^~{16}\n/,
  },
  {
    what: 'an entry of an unknown scheme behind a variable',
    recipe: 'NAME = "x"\nHOME_PAGE = "gopher://example.org/${NAME}"\nSRC_URI = "${HOME_PAGE}"\n',
    said: /lib_1\.0\.bb:\d:1: error: the entry `gopher:.* has the scheme `gopher`/,
  },
  {
    what: 'an entry without a sum',
    recipe: 'SRC_URI = "http://127.0.0.1:1/a.tar"\nBB_NO_NETWORK = "1"\n',
    said: /lib_1\.0\.bb:1:12: error: .*BB_NO_NETWORK is set .*\n +1 \| SRC_URI = .*\n +\| {12}\^~{23}\n/,
  },
  {
    what: 'a mirror list of odd length',
    recipe: `SRC_URI = "http://127.0.0.1:1/a.tar;sha256sum=${'0'.repeat(64)}"\nMIRRORS = "http://x/"\n`,
    said: /lib_1\.0\.bb:2:12: error: the entry `http:\/\/x\/` of MIRRORS has no replacement/,
  },
];

for (const { what, recipe, said } of entryErrors)
  test(`${what} is told with the place in the recipe`, async (t) => {
    await using project = new TestProject({
      ...toyLayer,
      [libFile]: `${recipe}do_compile() {\n    :\n}\n`,
      'meta-toy/recipes/lib/files/a.patch': '',
    });
    const run = await project.run(['lib']);
    t.is(run.status, 1, run.output);
    t.regex(run.output, said);
  });

test('a checksum mismatch shows both sums, sets the file aside and never uses it', async (t) => {
  await using server = await httpFixture();
  const body = Buffer.from('what the server has');
  const wrong = '0'.repeat(64);
  server.serve('/file.txt', { kind: 'file', body });
  await using project = new TestProject({
    ...toyLayer,
    [libFile]: `SRC_URI = "${server.url}/file.txt"\nSRC_URI[sha256sum] = "${wrong}"\ndo_compile() {\n    cp file.txt result\n}\n`,
  });
  const run = await project.run(['lib']);
  t.is(run.status, 1, run.output);
  t.regex(run.output, /\[checksum-mismatch\]/);
  t.true(
    run.output.includes(wrong) && run.output.includes(createHash('sha256').update(body).digest('hex')),
    run.output,
  );
  const left = readdirSync(join(project.path, 'build/downloads'));
  t.false(left.includes('file.txt'));
  t.true(
    left.some((name) => name.includes('bad-checksum')),
    left.join(' '),
  );
  project.edit(libFile, wrong, createHash('sha256').update(body).digest('hex'));
  t.is((await project.run(['lib'])).status, 0, 'the next run goes on');
});

test('a mirror that hangs costs a bounded time, then the next one is used', async (t) => {
  await using server = await httpFixture();
  const body = Buffer.from('the file');
  server.serve('/slow/file.txt', { kind: 'hang', body, after: 3 });
  server.serve('/good/file.txt', { kind: 'file', body });
  const sum = createHash('sha256').update(body).digest('hex');
  await using project = new TestProject({
    ...toyLayer,
    [libFile]: `SRC_URI = "${server.url}/slow/file.txt"\nSRC_URI[sha256sum] = "${sum}"\ndo_compile() {\n    cp file.txt result\n}\n`,
  });
  const conf = `BB_FETCH_TIMEOUT = "1"\nBB_FETCH_RETRIES = "1"\nMIRRORS = "${server.url}/slow/ ${server.url}/good/"\n`;
  project.write('build/conf/local.conf', conf);
  const run = await project.run(['lib']);
  t.is(run.status, 0, run.output);
  t.is(project.read('build/tmp/out/lib/result'), 'the file');
});

test('a patch that does not apply shows patch, file and reject', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit('meta-toy/recipes/lib/files/source.txt', 'second line', 'another line');
  const run = await project.run(['lib']);
  t.is(run.status, 1, run.output);
  t.regex(run.output, /\[patch-failed\]/);
  for (const text of ['change.patch', 'source.txt', '+patched line']) t.true(run.output.includes(text), text);
  t.regex(run.output, /failed: lib:do_patch/);
});

test('a failing shell task shows the end of its log and the line of the recipe', async (t) => {
  await using project = new TestProject(toyLayer);
  project.edit(
    'meta-toy/recipes/app/app_1.0.bb',
    '    echo "${GREETING}"',
    '    ls /no/such/place\n    echo "${GREETING}"',
  );
  const run = await project.run(['app']);
  t.is(run.status, 1);
  t.regex(run.output, /app_1\.0\.bb:5/);
  t.true(run.output.includes('/no/such/place'), run.output);
});

test('a mirror that cuts off is asked for the rest, in the same run and in the next one', async (t) => {
  await using server = await httpFixture();
  const body = Buffer.alloc(6_000_000, 'stx-bake ');
  const cutOff = (after: number) => ({ kind: 'cut-off', body, after, etag: '"one"' }) as const;
  server.serve('/file.txt', cutOff(2_000_000), cutOff(2_000_000), { kind: 'file', body, etag: '"one"' });
  const sum = createHash('sha256').update(body).digest('hex');
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'BB_FETCH_RETRIES = "1"\n',
    [libFile]: `SRC_URI = "${server.url}/file.txt"\nSRC_URI[sha256sum] = "${sum}"\ndo_compile() {\n    cp file.txt result\n}\n`,
  });
  const cut = await project.run(['lib']);
  t.is(cut.status, 1, cut.output);
  t.regex(cut.output, /file\.txt: .*(ended after|connection broke).*\n(.*\n)*.*help: .*kept and continued/);
  t.false(existsSync(join(project.path, 'build/downloads/file.txt')));
  const next = await project.run(['lib']);
  t.is(next.status, 0, next.output);
  t.is(project.read('build/tmp/out/lib/result'), body.toString());
  const asked = server.requests.map(({ range }) => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0));
  t.is(asked.length, 3);
  t.is(asked[0], 0);
  t.true((asked[1] ?? 0) > 0 && (asked[2] ?? 0) > (asked[1] ?? 0), asked.join(' '));
});
