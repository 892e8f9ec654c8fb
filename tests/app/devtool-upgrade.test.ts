import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { DevtoolProject } from '../support/devtool-project.ts';
import { GitFixture } from '../support/git-fixture.ts';
import { httpFixture } from '../support/http-fixture.ts';

const six = 'one\ntwo\nthree\nfour\nfive\nsix\n';
const gitRecipe = (commit: string): string =>
  [
    'SRC_URI = "git://${TOPDIR}/../upstream;protocol=file;branch=main;destsuffix=src"',
    `SRCREV = "${commit}"`,
    'S = "${WORKDIR}/src"',
    'do_compile() {',
    '    cat *.c > result',
    '}',
    '',
  ].join('\n');

test('upgrade moves commits to a new revision; a conflict says what to do, and the same command goes on afterwards', async (t) => {
  await using project = new DevtoolProject({});
  const recipe = 'meta-toy/recipes/app/app_1.0.bb';
  const upstream = new GitFixture(join(project.path, 'upstream'));
  const first = upstream.commit({ 'one.c': six });
  project.write(recipe, gitRecipe(first));
  await project.well('devtool', 'modify', 'app');
  project.tree().commit({ 'one.c': six.replace('two', 'my two') });
  project.tree().commit({ 'mine.c': 'mine\n' });
  // No conflict: the branch has gone on elsewhere.
  const second = upstream.commit({ 'new.c': 'new\n' });
  const moved = await project.well('devtool', 'upgrade', 'app');
  t.regex(moved.stdout, new RegExp(`app is at ${second}, with its commits on top`));
  t.is(project.tree().git('merge-base', 'HEAD', second), second);
  await project.well('app');
  t.is(project.result(), `mine\nnew\n${six.replace('two', 'my two')}`);
  t.regex((await project.well('devtool', 'upgrade', 'app')).stdout, /app is at [0-9a-f]{40} already/);
  // A conflict, taken back; then put right.
  const third = upstream.commit({ 'one.c': six.replace('two', 'their two') });
  upstream.git('tag', 'v3');
  const stuck = await project.devtool('upgrade', 'app', '--srcrev', 'v3');
  t.is(stuck.status, 2);
  t.regex(stuck.stderr, /[0-9a-f]{7} \(change\) of `app` does not apply to the new sources \[rebase-conflict\]/);
  t.regex(
    stuck.stderr,
    /1\. in \S+sources\/app, put these files right:\s+\| +one\.c\s+\| +2\. git add FILE\.\.\. && git rebase --continue/,
  );
  t.regex((await project.devtool('upgrade', 'app')).stderr, /\[rebase-conflict\]/);
  t.regex((await project.devtool('finish', 'app', 'toy')).stderr, /the commits of `app` are not all moved/);
  t.regex((await project.well('devtool', 'status')).stdout, /a rebase goes on/);
  project.tree().git('rebase', '--abort');
  t.is(project.tree().git('merge-base', 'HEAD', third), second);
  t.is((await project.devtool('upgrade', 'app')).status, 2);
  project.write('build/workspace/sources/app/one.c', six.replace('two', 'our two'));
  project.tree().git('add', 'one.c');
  project.tree().git('-c', 'core.editor=true', 'rebase', '--continue');
  await project.well('devtool', 'upgrade', 'app');
  await project.well('app');
  const result = project.result();
  t.regex(result, /^our two$/m);
  const finished = await project.well('devtool', 'finish', 'app', 'toy');
  t.regex(finished.stdout, new RegExp(`SRCREV of \\S+app_1\\.0\\.bb is ${third}`));
  t.is(
    project.read(recipe),
    gitRecipe(third).replace('destsuffix=src"', 'destsuffix=src file://0001-change.patch file://0002-change.patch"'),
  );
  await project.well('devtool', 'reset', 'app');
  await project.well('app');
  t.is(project.result(), result);
});

test('upgrade unpacks another version, moves the commits onto it, and finish renames the recipe and notes the sum', async (t) => {
  await using project = new DevtoolProject({});
  await using server = await httpFixture();
  const old = project.archive('tool-1.0', { 'src/one.c': six, 'src/gone.c': 'gone\n' });
  const next = project.archive('tool-2.0', { 'src/one.c': six.replace('six', 'seven'), 'src/new.c': 'new\n' });
  server.serve('/tool-1.0.tar.gz', { kind: 'file', body: old.body });
  server.serve('/tool-2.0.tar.gz', { kind: 'file', body: next.body });
  const text = (sum: string): string =>
    [
      '# A tool.',
      `SRC_URI = "${server.url}/tool-\${PV}.tar.gz file://0001-first.patch;patchdir=.."`,
      `SRC_URI[sha256sum]  = '${sum}'`,
      'S = "${WORKDIR}/tool-${PV}/src"',
      'do_compile() {',
      '    cat *.c > result',
      '}',
      '',
    ].join('\n');
  project.write('meta-toy/recipes/tool/tool_1.0.bb', text(old.sha256));
  project.write(
    'meta-toy/recipes/tool/files/0001-first.patch',
    '--- a/src/one.c\n+++ b/src/one.c\n@@ -1,2 +1,2 @@\n-one\n+ONE\n two\n',
  );
  await project.well('devtool', 'modify', 'tool');
  project.tree('tool').commit({ 'src/two.c': 'two\n' });
  t.is((await project.devtool('upgrade', 'tool')).status, 2);
  t.regex((await project.devtool('upgrade', 'tool', '--to', '9.9')).stderr, /tool-9\.9\.tar\.gz/);
  const moved = await project.well('devtool', 'upgrade', 'tool', '--to', '2.0');
  t.regex(moved.stdout, new RegExp(`tool-2\\.0\\.tar\\.gz has the SHA-256 ${next.sha256}`));
  await project.well('tool');
  const result = project.result('tool');
  t.is(result, `new\n${six.replace('one', 'ONE').replace('six', 'seven')}two\n`);
  await project.well('devtool', 'finish', 'tool', 'toy');
  t.false(existsSync(join(project.path, 'meta-toy/recipes/tool/tool_1.0.bb')));
  const patches = 'patchdir=.. file://0002-change.patch;patchdir=.."';
  t.is(project.read('meta-toy/recipes/tool/tool_2.0.bb'), text(next.sha256).replace('patchdir=.."', patches));
  await project.well('tool');
  t.is(project.result('tool'), result);
  await project.well('devtool', 'reset', 'tool');
  await project.well('tool');
  t.is(project.result('tool'), result);
});
