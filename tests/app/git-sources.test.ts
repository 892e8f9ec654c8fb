import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { GitFixture } from '../support/git-fixture.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const recipe = 'meta-toy/recipes/app/app_1.0.bb';

/** The toy layer with an app whose source is a repository beside it. */
function gitProject(revision: string): { readonly project: TestProject; readonly upstream: GitFixture } {
  const project = new TestProject({
    ...toyLayer,
    [recipe]: [
      'SRC_URI = "git://${TOPDIR}/../upstream;protocol=file;branch=main;subpath=src"',
      `SRCREV = "${revision}"`,
      'AUTOREV = "${@bb.fetch2.get_autorev(d)}"',
      'do_compile() {',
      '    cat src/text > result',
      '}',
      '',
    ].join('\n'),
  });
  return { project, upstream: new GitFixture(join(project.path, 'upstream')) };
}

const all = ['app:do_compile', 'app:do_fetch', 'app:do_patch', 'app:do_stage', 'app:do_unpack'];

test('the commit and its part are what a source of git is: another address, branch or sibling folder rebuilds nothing', async (t) => {
  const { project, upstream } = gitProject('COMMIT');
  await using _ = project;
  const commit = upstream.commit({ 'src/text': 'one\n' });
  project.edit(recipe, 'COMMIT', commit);
  const first = await project.run(['app']);
  t.deepEqual([...first.ran].sort(), all, first.output);
  t.is(project.read('build/tmp/out/app/result'), 'one\n');
  upstream.git('branch', 'release');
  renameSync(upstream.path, join(project.path, 'moved'));
  project.edit(recipe, 'upstream;protocol=file;branch=main', 'moved;protocol=file;branch=release');
  t.deepEqual((await project.run(['app'])).ran, []);
  const moved = new GitFixture(join(project.path, 'moved'));
  const next = moved.commit({ 'src/text': 'two\n' });
  moved.git('branch', '--force', 'release', next);
  project.edit(recipe, commit, next);
  t.deepEqual([...(await project.run(['app'])).ran].sort(), all);
  t.is(project.read('build/tmp/out/app/result'), 'two\n');
  // Revisions may be named by the configuration, under names that no text names.
  moved.git('branch', '--force', 'release', 'main');
  const last = moved.commit({ 'src/text': 'three\n' });
  moved.git('branch', '--force', 'release', last);
  project.edit(recipe, `"${next}"`, '"INVALID"');
  project.write('build/conf/local.conf', `GREETING = "hello"\nSRCREV:pn-app = "${next}"\n`);
  t.deepEqual((await project.run(['app'])).ran, []);
  project.write('build/conf/local.conf', `GREETING = "hello"\nSRCREV_default:pn-app = "${last}"\n`);
  t.deepEqual([...(await project.run(['app'])).ran].sort(), all);
  t.is(project.read('build/tmp/out/app/result'), 'three\n');
});

test('AUTOREV follows the branch, also from calls that had nothing to do; with the cache policy it stays', async (t) => {
  const { project, upstream } = gitProject('${AUTOREV}');
  await using _ = project;
  upstream.commit({ 'src/text': 'one\n' });
  const first = await project.run(['app']);
  t.is(first.status, 0, first.output);
  t.deepEqual((await project.run(['app'])).ran, []);
  t.deepEqual((await project.run(['app'])).ran, []);
  upstream.commit({ 'src/text': 'two\n' });
  t.deepEqual([...(await project.run(['app'])).ran].sort(), all);
  t.is(project.read('build/tmp/out/app/result'), 'two\n');
  project.write('build/conf/local.conf', 'GREETING = "hello"\nBB_SRCREV_POLICY = "cache"\n');
  t.deepEqual((await project.run(['app'])).ran, []);
  upstream.commit({ 'src/text': 'three\n' });
  for (const _each of [1, 2]) t.deepEqual((await project.run(['app'])).ran, []);
  rmSync(join(project.path, 'build/cache/source-revisions.json'));
  t.deepEqual([...(await project.run(['app'])).ran].sort(), all);
  t.is(project.read('build/tmp/out/app/result'), 'three\n');
});

test('a version may name the revision; without a repository the error names it and the way out', async (t) => {
  const { project, upstream } = gitProject('${AUTOREV}');
  await using _ = project;
  const commit = upstream.commit({ 'src/text': 'one\n' });
  project.edit(recipe, 'SRCREV =', 'PV = "1.0+git${@bb.fetch2.get_srcrev(d)}"\nSRCREV =');
  const version = async () => /^PV="?([^"\n]*)/m.exec((await project.run(['-e', 'app'])).stdout)?.[1];
  t.is(await version(), `1.0+gitAUTOINC+${commit.slice(0, 10)}`);
  const next = upstream.commit({ 'src/text': 'two\n' });
  t.is(await version(), `1.0+gitAUTOINC+${next.slice(0, 10)}`);
  t.is((await project.run(['app'])).status, 0);
  renameSync(upstream.path, `${upstream.path}.gone`);
  const gone = await project.run(['app']);
  t.is(gone.status, 2);
  t.regex(gone.output, /the commit of `main` of `git:\/\/.*upstream` cannot be found out/);
  t.regex(gone.output, /docs\/sources\.md/);
});

test('a fetch that is killed leaves nothing in the way of the next one', async (t) => {
  const { project, upstream } = gitProject('COMMIT');
  await using _ = project;
  await using server = await httpFixture();
  const commit = upstream.commit({ 'src/text': 'one\n' });
  const local = 'git://${TOPDIR}/../upstream;protocol=file';
  project.edit(recipe, 'COMMIT', commit);
  project.edit(recipe, local, `git://${server.url.slice(7)}/r;protocol=http`);
  server.serve('/r/info/refs', { kind: 'hang' });
  const call = project.start(['app']);
  await call.seen('do_fetch');
  while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  call.child.kill('SIGKILL');
  await call.done;
  project.write('build/conf/local.conf', `PREMIRRORS = "git://127.*/.* git://\${TOPDIR}/../upstream;protocol=file"\n`);
  const again = await project.run(['app']);
  t.is(again.status, 0, again.output);
  const left = readdirSync(join(project.path, 'build/downloads/git2')).filter((name) => name.startsWith('.'));
  t.deepEqual(left, []);
  t.false(existsSync(join(project.path, 'build/downloads/git2/upstream')));
});

test('a source of git without a revision is told with the line to add', async (t) => {
  const { project, upstream } = gitProject('');
  await using _ = project;
  upstream.commit({ 'src/text': 'one\n' });
  const told = await project.run(['app']);
  t.is(told.status, 2);
  t.regex(told.output, /`git:\/\/.*upstream` has no revision/);
  t.regex(told.output, /set `SRCREV` to a commit/);
});

test('a password in SRC_URI is shown by no error, not with the line of the recipe either, and kept by no file', async (t) => {
  const { project } = gitProject('0'.repeat(40));
  await using _ = project;
  const where = '//alice:s3cret@127.0.0.1:1/a';
  const text = project.read(recipe);
  for (const entry of [
    `git:${where};protocol=https;branch=main`,
    `git:${where};protocol=https`,
    `git:${where};protocol=gopher;branch=main`,
    `https:${where}/b.tar;subdir=../x`,
    `https:${where}/b.tar`,
  ]) {
    project.write(
      recipe,
      text.replace(/SRC_URI = .*/, `SRC_URI = "${entry}"\nSRC_URI[sha256sum] = "${'0'.repeat(64)}"`),
    );
    project.write('build/conf/local.conf', 'BB_FETCH_RETRIES = "0"\n');
    const told = await project.run(['app']);
    t.is(told.status, 1, told.output);
    t.regex(told.output, /SRC_URI = "/);
    t.notRegex(told.output, /s3cret|alice/);
  }
  const files = readdirSync(join(project.path, 'build'), { recursive: true, withFileTypes: true });
  for (const each of files.filter((one) => one.isFile())) {
    const path = join(each.parentPath, each.name);
    t.false(readFileSync(path).includes('s3cret'), path);
  }
});
