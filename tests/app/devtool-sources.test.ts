import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { DevtoolProject } from '../support/devtool-project.ts';
import { fourSystems, systems } from '../support/four-systems.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject } from '../support/test-project.ts';

const show = [
  'do_compile() {',
  '    (cd "${S}" && find . -type f ! -name result ! -path "./.patch*" ! -path "./temp/*" | sort | while read -r each; do echo "== $each"; cat "$each"; done) > "${WORKDIR}/listing"',
  '    cp "${WORKDIR}/listing" result',
  '}',
  '',
].join('\n');

test('a folder of a layer, a series of patches and a file beside the sources: the build is the same before, within and after', async (t) => {
  await using project = new DevtoolProject({
    'meta-toy/recipes/app/app_1.0.bb': `SRC_URI = "file://sources file://patches file://beside.txt"\nS = "\${WORKDIR}/sources"\n${show}`,
    'meta-toy/recipes/app/files/sources/one.txt': 'one\n',
    'meta-toy/recipes/app/files/sources/.gitignore': '*.txt\n',
    'meta-toy/recipes/app/files/sources/.gitattributes': '* text eol=crlf\n',
    'meta-toy/recipes/app/files/beside.txt': 'beside\n',
    'meta-toy/recipes/app/files/patches/series': '# ours\nfirst.patch\nsecond.patch\n',
    'meta-toy/recipes/app/files/patches/first.patch': '--- a/one.txt\n+++ b/one.txt\n@@ -1 +1 @@\n-one\n+two\n',
    'meta-toy/recipes/app/files/patches/second.patch': '--- a/one.txt\n+++ b/one.txt\n@@ -1 +1 @@\n-two\n+three\n',
  });
  await project.well('app');
  const before = project.result();
  t.regex(before, /== \.\/one\.txt\nthree\n/);
  await project.well('devtool', 'modify', 'app');
  t.is(project.tree().git('log', '--format=%s', '--reverse'), 'source app 1.0\nfirst.patch\nsecond.patch');
  t.is(project.tree().git('status', '--porcelain'), '');
  await project.well('app');
  t.is(project.result(), before);
  t.is(project.read('build/tmp/work/app/beside.txt'), 'beside\n');
  // The second patch of the series goes.
  project.tree().git('reset', '--quiet', '--hard', 'HEAD~1');
  await project.well('app');
  await project.well('devtool', 'finish', 'app', 'toy');
  t.is(project.read('meta-toy/recipes/app/files/patches/series'), '# ours\nfirst.patch\n');
  t.false(existsSync(join(project.path, 'meta-toy/recipes/app/files/patches/second.patch')));
  const edited = project.result();
  await project.well('devtool', 'reset', 'app');
  await project.well('app');
  t.is(project.result(), edited);
  t.regex(edited, /== \.\/one\.txt\ntwo\n/);
});

test('files without a folder of their own are a work tree, too', async (t) => {
  await using project = new DevtoolProject({});
  await project.well('lib');
  const before = project.result('lib');
  await project.well('devtool', 'modify', 'lib');
  await project.well('lib');
  t.is(project.result('lib'), before);
  project.tree('lib').commit({ 'source.txt': 'first line\npatched line\nlast line\n' });
  await project.well('lib');
  await project.well('devtool', 'finish', 'lib', 'toy');
  const edited = project.result('lib');
  await project.well('devtool', 'reset', 'lib');
  await project.well('lib');
  t.is(project.result('lib'), edited);
  t.regex(edited, /LAST LINE/);
});

test('an archive whose sources lie in a folder of it, in several parts, with a patch of its root', async (t) => {
  await using server = await httpFixture();
  await using project = new DevtoolProject({});
  const main = project.archive('tool-1.0', { 'src/one.c': 'one\n', 'doc/text': 'doc\n' });
  const data = project.archive('data-7', { table: 'table\n' });
  server.serve('/tool-1.0.tar.gz', { kind: 'file', body: main.body });
  server.serve('/data-7.tar.gz', { kind: 'file', body: data.body });
  const entries = `${server.url}/tool-\${PV}.tar.gz;name=tool ${server.url}/data-7.tar.gz;name=data`;
  project.write(
    'meta-toy/recipes/tool/tool_1.0.bb',
    `SRC_URI = "${entries}"\nSRC_URI[tool.sha256sum] = "${main.sha256}"\nSRC_URI[data.sha256sum] = "${data.sha256}"\nS = "\${WORKDIR}/tool-\${PV}/src"\ndo_compile() {\n    cat one.c ../doc/text ../../data-7/table > result\n}\n`,
  );
  await project.well('tool');
  const before = project.result('tool');
  await project.well('devtool', 'modify', 'tool');
  await project.well('tool');
  t.is(project.result('tool'), before);
  project.tree('tool').commit({ 'tool-1.0/src/one.c': 'mine\n', 'data-7/table': 'my table\n' });
  await project.well('tool');
  t.is(project.result('tool'), 'mine\ndoc\nmy table\n');
  await project.well('devtool', 'finish', 'tool', 'toy');
  t.regex(project.read('meta-toy/recipes/tool/tool_1.0.bb'), /file:\/\/0001-change\.patch;patchdir=\.\.\/\.\."/);
  await project.well('devtool', 'reset', 'tool');
  await project.well('tool');
  t.is(project.result('tool'), 'mine\ndoc\nmy table\n');
});

test('a source package: packaging patches, its own patches, ours; new commits go into the series that they belong to', async (t) => {
  await using server = await httpFixture();
  await using project = new DevtoolProject({});
  const folder = join(project.path, 'package');
  mkdirSync(folder, { recursive: true });
  const sum = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
  writeFileSync(
    join(folder, 'tool_1.0.orig.tar.gz'),
    project.archive('tool-1.0', { 'one.c': 'one\n', 'two.c': 'two\n' }).body,
  );
  const vendor = '--- a/one.c\n+++ b/one.c\n@@ -1 +1 @@\n-one\n+vendor one\n';
  const packaging = {
    ...{ 'debian/rules': '#!/bin/sh\n', 'debian/source/format': '3.0 (quilt)\n', 'debian/patches/series': 'v.patch\n' },
    'debian/patches/v.patch': vendor,
  };
  project.archive('packaging', packaging);
  execFileSync('tar', [
    '-czf',
    join(folder, 'tool_1.0-1.debian.tar.gz'),
    '-C',
    join(project.path, 'archives/packaging'),
    'debian',
  ]);
  const files = ['tool_1.0.orig.tar.gz', 'tool_1.0-1.debian.tar.gz'];
  const sums = files.map((name) => ` ${sum(name)} ${readFileSync(join(folder, name)).length} ${name}\n`);
  writeFileSync(
    join(folder, 'tool_1.0-1.dsc'),
    `Format: 3.0 (quilt)\nSource: tool\nVersion: 1.0-1\nChecksums-Sha256:\n${sums.join('')}`,
  );
  for (const name of [...files, 'tool_1.0-1.dsc'])
    server.serve(`/${name}`, { kind: 'file', body: readFileSync(join(folder, name)) });
  const recipe = 'meta-toy/recipes/tool/tool_1.0.bb';
  const text = [
    `SRC_URI = "${server.url}/tool_1.0-1.dsc file://ours.patch"`,
    `SRC_URI[sha256sum] = "${sum('tool_1.0-1.dsc')}"`,
    'PKGMETA_URI = "file://packaging.patch"',
    'PATCH_WITHIN:task-patch-packaging = "debian"',
    'PATCH_SERIES:task-patch = "${S}/debian/patches"',
    `SRC_URI:append = " \${@' '.join(entry + ';pkgmeta=1' for entry in d.getVar('PKGMETA_URI').split())}"`,
    'S = "${WORKDIR}/source"',
    '',
  ].join('\n');
  project.write(recipe, text);
  project.write(
    'meta-toy/recipes/tool/files/ours.patch',
    '--- a/one.c\n+++ b/one.c\n@@ -1 +1 @@\n-vendor one\n+our one\n',
  );
  project.write(
    'meta-toy/recipes/tool/files/debian/packaging.patch',
    '--- a/debian/rules\n+++ b/debian/rules\n@@ -1 +1,2 @@\n #!/bin/sh\n+true\n',
  );
  await project.well('devtool', 'modify', 'tool');
  const tree = project.tree('tool');
  t.is(
    tree.git('log', '--format=%s', '--reverse'),
    'source tool 1.0\npackaging.patch\npatches of the source package\nours.patch',
  );
  t.is(project.read('build/workspace/sources/tool/one.c'), 'our one\n');
  tree.commit({ 'two.c': 'our two\n' });
  tree.commit({ 'debian/rules': '#!/bin/sh\ntrue\nfalse\n' });
  await project.well('devtool', 'finish', 'tool', 'toy');
  t.is(
    project.read(recipe),
    text
      .replace('ours.patch"', 'ours.patch file://0001-change.patch"')
      .replace('packaging.patch"', 'packaging.patch file://0002-change.patch"'),
  );
  t.regex(project.read('meta-toy/recipes/tool/files/0002-change.patch'), /^\+\+\+ b\/debian\/rules$/m);
  tree.commit({ 'two.c': 'x\n', 'debian/rules': 'x\n' });
  const mixed = await project.devtool('finish', 'tool', 'toy');
  t.regex(mixed.stderr, /changes the packaging and the source \[unfit-commit\]/);
});

test('one edit in a work tree rebuilds the recipe for four systems in one command, and nothing else; patches of one system stay its own', async (t) => {
  await using four = new TestProject({
    ...fourSystems,
    'meta-toy/recipes/app/app_1.0.bb': `${fourSystems['meta-toy/recipes/app/app_1.0.bb']}SRC_URI:append:blue = " file://blue.patch"\n`,
    'meta-toy/recipes/app/files/blue.patch': '--- a/app.txt\n+++ b/app.txt\n@@ -1 +1,2 @@\n the app\n+in blue\n',
  });
  t.is((await four.run(['--all-os', 'app', 'other'])).status, 0);
  const results = (): readonly string[] => systems.map((name) => four.read(`build/tmp-${name}/out/app/result`));
  const before = results();
  const modified = await four.run(['devtool', 'modify', 'app']);
  t.is(modified.status, 0, modified.output);
  t.is((await four.run(['--all-os', 'app', 'other'])).status, 0);
  t.deepEqual(results(), before);
  four.write('build/workspace/sources/app/app.txt', 'the app\nas edited\n');
  const run = await four.run(['--all-os', 'app', 'other']);
  t.is(run.status, 0, run.output);
  t.deepEqual([...new Set(run.ran.map((each) => each.split(':').at(-2)))], ['app']);
  t.deepEqual(
    run.ran.filter((each) => each.endsWith('do_compile')).sort(),
    systems.map((name) => `mc:${name}:app:do_compile`).sort(),
  );
  for (const [index, name] of systems.entries()) {
    const text = `the app\n${name === 'blue' ? 'in blue\n' : ''}as edited\nthe tool\nfor ${name}\n`;
    t.is(results()[index], text);
  }
});
