import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { DevtoolProject } from '../support/devtool-project.ts';
import { GitFixture } from '../support/git-fixture.ts';

const recipe = 'meta-toy/recipes/app/app_1.0.bb';
const workTree = 'build/workspace/sources/app';
const six = 'one\ntwo\nthree\nfour\nfive\nsix\n';

/** A patch of `src/one.c` with the header of a mail; of the root of the repository. */
const firstPatch = `From: Some One <one@example.com>
Date: Mon, 3 Nov 2025 10:00:00 +0100
Subject: [PATCH] one: say it
 loudly

Because of reasons.

---
 one.c | 2 +-

diff --git a/src/one.c b/src/one.c
--- a/src/one.c
+++ b/src/one.c
@@ -1,4 +1,4 @@
-one
+ONE
 two
 three
 four
`;

const own = '--- a/src/two.c\n+++ b/src/two.c\n@@ -1,1 +1,1 @@\n-y\n+z\n';

/** An app whose source is a folder of a repository, with a patch for all and one for `debian` alone. */
class Fixture extends DevtoolProject {
  constructor() {
    super({
      [recipe]: [
        '# How this came about.',
        'SRC_URI = "git://${TOPDIR}/../upstream;protocol=file;branch=main;subpath=src \\',
        '           file://0001-one.patch;striplevel=2 \\',
        '           file://own.patch;striplevel=2 \\',
        '"',
        'SRCREV   =   "COMMIT"',
        'S = "${WORKDIR}/src"',
        '',
        'do_compile() {',
        '    cat *.c > result',
        '}',
        '',
      ].join('\n'),
      'meta-toy/recipes/app/files/0001-one.patch': firstPatch,
      'meta-toy/recipes/app/files/debian/own.patch': own,
    });
    this.upstream.commit({ 'src/one.c': six, 'src/two.c': 'x\n', 'other/file': 'o\n' });
    this.edit(recipe, 'COMMIT', this.upstream.commit({ 'src/two.c': 'y\n' }));
  }

  get upstream(): GitFixture {
    return new GitFixture(join(this.path, 'upstream'));
  }
}

test('modify, edit, build, finish, reset, build: what came of the edit comes of the patch, and the recipe keeps its layout', async (t) => {
  await using project = new Fixture();
  await project.well('app');
  const before = project.result();
  const modified = await project.well('devtool', 'modify', 'app');
  t.regex(modified.stdout, /patches of single systems, which the build applies on top: own\.patch/);
  // The history of the repository, and a commit for the patch.
  t.is(project.tree().git('log', '--format=%an %s', '-2'), 'Some One one: say it loudly\nA change');
  await project.well('app');
  t.is(project.result(), before);
  // As it stands, not committed.
  project.write(`${workTree}/src/one.c`, six.replace('one', 'ONE').replace('six', 'SIX!'));
  project.write(`${workTree}/src/three.c`, 'new\n');
  t.deepEqual([...(await project.well('app')).ran].sort(), [
    'app:do_compile',
    'app:do_patch',
    'app:do_stage',
    'app:do_unpack',
  ]);
  const edited = project.result();
  t.is(edited, `ONE\ntwo\nthree\nfour\nfive\nSIX!\nnew\nz\n`);
  // Nothing is written into the work tree.
  t.is(
    project.tree().git('status', '--porcelain', '--ignored', '--untracked-files=all'),
    'M src/one.c\n?? src/three.c',
  );
  const refused = await project.devtool('finish', 'app', 'toy');
  t.is(refused.status, 2);
  t.regex(
    refused.stderr,
    /has changes that are in no commit, so `app` cannot be finished \[unfinished-work\]\s+\| +src\/one\.c\s+\| +src\/three\.c/,
  );
  project.tree().git('add', '--all');
  project.tree().git('commit', '--quiet', '--message', 'six: shout it & more');
  const text = project.read(recipe);
  await project.well('devtool', 'finish', 'app', 'toy');
  const entry = '           file://0002-six-shout-it-more.patch;striplevel=2 \\\n';
  t.is(project.read(recipe), text.replace('           file://own', `${entry}           file://own`));
  t.is(project.read('meta-toy/recipes/app/files/0001-one.patch'), firstPatch);
  t.regex(
    project.read('meta-toy/recipes/app/files/0002-six-shout-it-more.patch'),
    /^From 0{40} .*\nFrom: A <a@example\.com>\n(.*\n)+\+\+\+ b\/src\/three\.c$/m,
  );
  await project.well('app');
  t.is(project.result(), edited);
  t.regex((await project.well('devtool', 'status')).stdout, /\[0002-six-shout-it-more\.patch\]/);
  const reset = await project.well('devtool', 'reset', 'app');
  t.regex(reset.stdout, /app is built from SRC_URI again/);
  t.false(existsSync(join(project.path, workTree)));
  await project.well('app');
  t.is(project.result(), edited);
  t.regex((await project.well('devtool', 'status')).stdout, /no recipe has a work tree/);
});

test('a changed, a dropped and a new commit go into another layer by an append file, for one system with --override', async (t) => {
  await using project = new Fixture();
  project.write(
    'meta-own/conf/layer.conf',
    project
      .read('meta-toy/conf/layer.conf')
      .replaceAll('_toy', '_own')
      .replace('"toy"', '"own"')
      .replace('*.bb"', '*.bb ${LAYERDIR}/recipes/*/*.bbappend"')
      .replace('"5"', '"7"')
      .replace('LAYERSERIES_CORENAMES = "own"\n', ''),
  );
  project.edit('build/conf/bblayers.conf', '../meta-toy', '../meta-toy ${TOPDIR}/../meta-own');
  await project.well('devtool', 'modify', 'app');
  project.write(`${workTree}/src/one.c`, six.replace('one', 'One'));
  project.tree().git('add', '--all');
  project.tree().git('commit', '--quiet', '--amend', '--no-edit');
  const status = JSON.parse((await project.well('devtool', 'status', '--json')).stdout);
  t.like(status.workTrees[0], { recipe: 'app', is: 'clean', branch: 'devtool', left: ['own.patch'] });
  t.like(status.workTrees[0].commits[0], { patch: '0001-one.patch', is: 'changed' });
  const text = project.read(recipe);
  await project.well('devtool', 'finish', 'app', 'own');
  t.is(project.read(recipe), text);
  t.is(project.read('meta-own/recipes/app/app_%.bbappend'), 'FILESEXTRAPATHS:prepend := "${THISDIR}/files:"\n');
  t.regex(project.read('meta-own/recipes/app/files/0001-one.patch'), /^\+One$/m);
  t.notRegex(project.read('meta-own/recipes/app/files/0001-one.patch'), /Stx-Patch/);
  project.tree().commit({ 'src/three.c': 'three\n' });
  await project.well('devtool', 'finish', 'app', 'meta-own', '--override', 'debian');
  t.regex(
    project.read('meta-own/recipes/app/app_%.bbappend'),
    /^SRC_URI:append:debian = " file:\/\/0002-change\.patch;striplevel=2"$/m,
  );
  t.true(existsSync(join(project.path, 'meta-own/recipes/app/files/debian/0002-change.patch')));
  // Both are gone again: for all systems, the recipe's own patch too.
  project.tree().git('reset', '--quiet', '--hard', 'HEAD~2');
  const dropped = await project.well('devtool', 'finish', 'app', 'own');
  t.regex(dropped.stdout, /0001-one\.patch is taken out/);
  t.regex(
    project.read('meta-own/recipes/app/app_%.bbappend'),
    /^SRC_URI:remove = "file:\/\/0001-one\.patch;striplevel=2"$/m,
  );
  await project.well('devtool', 'reset', 'app');
  await project.well('app');
  t.is(project.result(), `${six}z\n`);
  const wrong = await project.devtool('finish', 'app', 'own', '--override', 'debain');
  t.regex(wrong.stderr, /`app` has no work tree \[no-work-tree\]/);
});

test('commits that cannot be patches are refused with their files, and nothing is written', async (t) => {
  await using project = new Fixture();
  await project.well('devtool', 'modify', 'app');
  const layer = (): readonly string[] =>
    readdirSync(join(project.path, 'meta-toy'), { recursive: true, encoding: 'utf8' }).sort();
  const before = layer();
  const refuse = async (pattern: RegExp) => {
    const run = await project.devtool('finish', 'app', 'toy');
    t.not(run.status, 0);
    t.regex(run.stderr, pattern);
    t.deepEqual(layer(), before);
  };
  project.tree().commit({ 'src/three.c': 'x\n', 'other/file': 'changed\n' });
  await refuse(
    /changes files that are no sources of `app` \[unfit-commit\]\s+\| +other\/file\s+help: split it \(`git rebase -i`\): the recipe takes `src\/` alone/,
  );
  project.tree().git('reset', '--quiet', '--hard', 'HEAD~1');
  // Of a git for several recipes each takes what is its own.
  project.tree().commit({ 'other/file': 'changed\n' });
  const aside = await project.well('devtool', 'finish', 'app', 'toy');
  t.regex(aside.stdout, /[0-9a-f]{12} \(change\) is of another part of the git, and left out/);
  t.deepEqual(layer(), before);
  project.tree().git('reset', '--quiet', '--hard', 'HEAD~1');
  project.tree().commit({ 'src/picture': '\0\u0001\0' });
  await refuse(/changes files that are no text \[unfit-commit\]\s+\| +src\/picture/);
  project.tree().git('reset', '--quiet', '--hard', 'HEAD~1');
  project.tree().commit({ 'src/three.c': 'x\n' });
  project.tree().git('checkout', '--quiet', '-b', 'side', 'HEAD~1');
  project.tree().commit({ 'src/four.c': 'x\n' });
  project.tree().git('merge', '--quiet', '--no-edit', 'devtool');
  await refuse(/is a merge, which no patch can hold \[unfit-commit\]/);
  project.tree().git('checkout', '--quiet', '--detach', 'origin/main~1');
  await refuse(/does not come from [0-9a-f]{12}, the sources of `app` \[unfinished-work\]/);
  project.tree().git('checkout', '--quiet', 'devtool');
  const layerless = await project.devtool('finish', 'app', 'nowhere');
  t.regex(layerless.stderr, /no layer is called `nowhere`, and none lies there \[invalid-layer\]/);
  const word = await project.devtool('finish', 'app', 'toy', '--override', 'debain');
  t.regex(word.stderr, /`--override debain` names no word of OVERRIDES \[bad-option\]\s+help: did you mean `debian`/);
  // A stronger place has a file of the name that a finished patch would get: nothing would come of it.
  project.write('meta-toy/recipes/app/app-1.0/0002-change.patch', 'in the way');
  const inTheWay = layer();
  const hidden = await project.devtool('finish', 'app', 'toy');
  t.is(hidden.status, 2);
  t.regex(
    hidden.stderr,
    /patches that `app` got in layer `toy` would not be applied: \S+files\/0002-change\.patch \[not-in-effect\]/,
  );
  t.deepEqual(layer(), inTheWay);
});

test('modify refuses a folder that is not empty, a recipe without sources, an unknown one, and one that is worked on; --no-extract takes a checkout', async (t) => {
  await using project = new Fixture();
  project.write('taken/file', 'x');
  const taken = await project.devtool('modify', 'app', 'taken');
  t.is(taken.status, 2);
  t.regex(taken.stderr, /`\S+taken` is not empty \[would-overwrite\]/);
  t.deepEqual(readdirSync(join(project.path, 'taken')), ['file']);
  project.write('meta-toy/recipes/none/none_1.0.bb', 'do_compile() {\n    :\n}\n');
  t.regex(
    (await project.devtool('modify', 'none')).stderr,
    /`none` has no sources: its SRC_URI names none \[no-work-tree\]/,
  );
  t.regex((await project.devtool('modify', 'ap')).stderr, /no recipe is called `ap` or provides it \[unknown-target\]/);
  project.upstream.git('clone', '--quiet', project.upstream.path, join(project.path, 'mine'));
  project.write('mine/src/one.c', six.replace('six', 'my own'));
  await project.well('devtool', 'modify', 'app', 'mine', '--no-extract');
  await project.well('app');
  t.is(project.result(), `${six.replace('one', 'ONE').replace('six', 'my own')}z\n`);
  t.regex(
    (await project.devtool('modify', 'app')).stderr,
    /`app` has a work tree already, `\S+mine` \[would-overwrite\]/,
  );
  const reset = await project.well('devtool', 'reset', 'app');
  t.regex(reset.stdout, /mine stays: it holds what is in no patch\n {2}change of src\/one\.c\n/);
  project.write(
    'build/conf/local.conf',
    `${project.read('build/conf/local.conf')}\nEXTERNALSRC:pn-app = "../mine/src"\n`,
  );
  t.regex(
    (await project.devtool('modify', 'app')).stderr,
    /EXTERNALSRC makes `\S+mine\/src` stand for the sources of `app` already \[would-overwrite\]/,
  );
});

test('reset names what is in no patch and keeps the tree, which modify takes up again', async (t) => {
  await using project = new Fixture();
  await project.well('devtool', 'modify', 'app');
  project.tree().commit({ 'src/three.c': 'x\n' });
  project.write(`${workTree}/src/four.c`, 'x\n');
  const reset = await project.well('devtool', 'reset', 'app');
  t.regex(reset.stdout, /commit [0-9a-f]{12} \(change\)\n {2}change of src\/four\.c\n/);
  t.true(existsSync(join(project.path, workTree, 'src/four.c')));
  await project.well('app');
  t.regex((await project.devtool('modify', 'app')).stderr, /is not empty \[would-overwrite\]/);
  await project.well('devtool', 'modify', 'app', workTree, '--no-extract');
  const { workTrees } = JSON.parse((await project.well('devtool', 'status', '--json')).stdout);
  t.deepEqual(
    workTrees[0].commits.map(({ patch, is }: { patch: string; is: string }) => [patch, is]),
    [
      ['0001-one.patch', 'same'],
      [null, 'new'],
    ],
  );
  rmSync(join(project.path, workTree), { recursive: true });
  t.regex(
    (await project.devtool('finish', 'app', 'toy')).stderr,
    /the work tree of `app` is not at `\S+` any more \[no-work-tree\]/,
  );
  t.regex((await project.well('devtool', 'status')).stdout, /the work tree is gone/);
  await project.well('devtool', 'reset', 'app');
  t.is((await project.devtool('reset', 'app')).status, 2);
});

test('a patch that counts from the folder of the sources is its commit again when the tree is taken up', async (t) => {
  await using project = new Fixture();
  project.edit(recipe, '0001-one.patch;striplevel=2', '0001-one.patch');
  project.write('meta-toy/recipes/app/files/0001-one.patch', firstPatch.replaceAll('/src/', '/'));
  await project.well('devtool', 'modify', 'app');
  project.write(`${workTree}/src/four.c`, 'x\n');
  await project.well('devtool', 'reset', 'app');
  await project.well('devtool', 'modify', 'app', workTree, '--no-extract');
  const { workTrees } = JSON.parse((await project.well('devtool', 'status', '--json')).stdout);
  t.is(workTrees[0].commits[0].is, 'same');
  project
    .tree()
    .git('commit', '--quiet', '--all', '--amend', '--message', 'one: say it loudly', '--author', 'O <o@o.o>');
  project.write(`${workTree}/src/one.c`, six.replace('one', 'ANOTHER'));
  project.tree().git('commit', '--quiet', '--all', '--amend', '--no-edit');
  const changed = JSON.parse((await project.well('devtool', 'status', '--json')).stdout);
  t.is(changed.workTrees[0].commits[0].is, 'changed');
});

test("what a killed modify or finish left is in nobody's way", async (t) => {
  await using project = new Fixture();
  for (const signal of ['SIGKILL', 'SIGINT'] as const) {
    const call = project.start(['devtool', 'modify', 'app']);
    await call.seen('fetching the sources');
    call.child.kill(signal);
    const { status, output } = await call.done;
    t.is(status, signal === 'SIGKILL' ? null : 130, output);
    t.false(existsSync(join(project.path, workTree)));
  }
  mkdirSync(join(project.path, `${workTree}.stx-bake-new/clone`), { recursive: true });
  await project.well('devtool', 'modify', 'app');
  t.deepEqual(readdirSync(join(project.path, 'build/workspace/sources')), ['app']);
  // The append file had not been written yet.
  rmSync(join(project.path, 'build/workspace/appends'), { recursive: true });
  t.is((await project.devtool('modify', 'app')).status, 2);
  project.write(`${workTree}/src/one.c`, six.replace('one', 'ONE').replace('six', '6'));
  await project.well('app');
  t.regex(project.result(), /^6$/m);
  // The patch was there, the recipe did not name it yet.
  project.tree().git('commit', '--quiet', '--all', '--message', 'six');
  await project.well('devtool', 'finish', 'app', 'toy');
  const [text, state] = [project.read(recipe), project.read('build/workspace/state/app.json')];
  project.edit(recipe, '           file://0002-six.patch;striplevel=2 \\\n', '');
  await project.well('devtool', 'finish', 'app', 'toy');
  t.is(project.read(recipe), text);
  t.is(project.read('build/workspace/state/app.json'), state);
  rmSync(join(project.path, workTree, '.git'), { recursive: true });
  t.regex(
    (await project.devtool('finish', 'app', 'toy')).stderr,
    /`git rev-parse --git-dir` failed in `\S+app`: .* \[git-failed\]/,
  );
  t.regex((await project.well('devtool', 'status')).stdout, /what is checked out does not come from the sources/);
  project.write('build/workspace/state/app.json', '{ "format": 1, ');
  t.regex((await project.devtool('status')).stderr, /app\.json` is no state of a work tree \[damaged-workspace\]/);
});
