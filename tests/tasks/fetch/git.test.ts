import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run as fetch } from '../../../engine/tasks/fetch/fetch.ts';
import { run as unpack } from '../../../engine/tasks/unpack/unpack.ts';
import { GitFixture } from '../../support/git-fixture.ts';
import { closedPort, httpFixture } from '../../support/http-fixture.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** A repository `upstream`, and what fetch and unpack need below the same folder. */
function scene(folder: string) {
  const upstream = new GitFixture(join(folder, 'srv', 'upstream'));
  const entry = (more: string): string => `git://${upstream.path};protocol=file;${more}`;
  return { upstream, entry, DL_DIR: join(folder, 'dl'), WORKDIR: join(folder, 'work') };
}

function orderOf(given: Readonly<Record<string, string>>, revisions: Readonly<Record<string, string>>) {
  return taskContext({
    BB_FETCH_RETRIES: '0',
    SRC_URI: Object.keys(revisions).join(' '),
    SOURCE_REVISIONS: JSON.stringify(revisions),
    ...given,
  });
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  const [first] = error.diagnostics;
  return { code: first?.code, message: first?.message ?? '', help: first?.help ?? '' };
}

test('a commit comes into a bare mirror once, and is laid out without history, at the time of the commit', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  writeFileSync(join(upstream.path, 'run'), '#!/bin/sh\n');
  chmodSync(join(upstream.path, 'run'), 0o755);
  symlinkSync('a/b.txt', join(upstream.path, 'link'));
  const commit = upstream.commit({ 'a/b.txt': 'first\r\n', '.gitattributes': 'a/b.txt export-ignore\n' });
  upstream.commit({ 'a/b.txt': 'second\n' });
  const word = entry('branch=main');
  const context = orderOf(places, { [word]: commit });
  const { artifacts } = await fetch(context);
  const mirror = join(places.DL_DIR, 'git2', upstream.path.slice(1).replaceAll('/', '.'));
  t.deepEqual(artifacts, [{ path: mirror }]);
  t.is(context.logged.filter((line) => line.startsWith('fetching')).length, 1);
  rmSync(upstream.path, { recursive: true });
  const again = orderOf(places, { [word]: commit });
  t.is((await fetch(again)).bytes, 0);
  t.false(again.logged.some((line) => line.startsWith('fetching')));
  await unpack(again);
  const tree = join(places.WORKDIR, 'git');
  t.deepEqual(readdirSync(tree).sort(), ['.gitattributes', 'a', 'link', 'run']);
  t.is(readFileSync(join(tree, 'a/b.txt'), 'utf8'), 'first\r\n');
  t.is(statSync(join(tree, 'run')).mode & 0o777, 0o755);
  t.true(lstatSync(join(tree, 'link')).isSymbolicLink());
  t.is(statSync(join(tree, 'a/b.txt')).mtimeMs, 1_700_000_060_000);
});

test('subpath, destsuffix and subdir choose what is laid out where', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const commit = upstream.commit({ 'deep/part/x': 'x', other: 'o' });
  const words = [
    entry('branch=main;subpath=deep/part'),
    entry('branch=main;subpath=deep;destsuffix=renamed'),
    entry('branch=main;subdir=below'),
  ];
  const context = orderOf(
    { ...places, BB_GIT_DEFAULT_DESTSUFFIX: 'recipe-1.0' },
    Object.fromEntries(words.map((word) => [word, commit])),
  );
  await fetch(context);
  await unpack(context);
  t.deepEqual(
    readdirSync(places.WORKDIR)
      .filter((name) => !name.startsWith('.'))
      .sort(),
    ['below', 'part', 'renamed'],
  );
  t.deepEqual(readdirSync(join(places.WORKDIR, 'part')), ['x']);
  t.deepEqual(readdirSync(join(places.WORKDIR, 'renamed/part')), ['x']);
  t.deepEqual(readdirSync(join(places.WORKDIR, 'below')).sort(), ['deep', 'other']);
  const missing = entry('branch=main;subpath=nowhere');
  const told = await failure(unpack(orderOf(places, { [missing]: commit })));
  t.is(told.code, 'bad-source-uri');
  t.regex(told.message, /has no folder `nowhere`/);
});

test('keepgit leaves a clone that needs nothing else', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  upstream.commit({ a: '2' });
  const context = orderOf(places, { [entry('branch=main;keepgit=1;destsuffix=s')]: commit });
  await fetch(context);
  await unpack(context);
  rmSync(places.DL_DIR, { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(places.WORKDIR, 's'), ...args], { encoding: 'utf8' }).trim();
  t.is(git('rev-parse', 'HEAD'), commit);
  t.is(git('status', '--porcelain'), '');
  t.is(git('remote', 'get-url', 'origin'), `file://${upstream.path}`);
  git('fsck', '--strict');
});

test('a commit must be on its branch; nobranch takes it from anywhere, also when no branch leads to it', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  upstream.commit({ a: '1' });
  upstream.git('checkout', '--quiet', '-b', 'topic');
  const topic = upstream.commit({ a: '2' });
  const elsewhere = await failure(fetch(orderOf(places, { [entry('branch=main')]: topic })));
  t.is(elsewhere.code, 'revision-not-on-branch');
  t.regex(elsewhere.message, new RegExp(`commit ${topic} of .* is not on its branch \`main\`; it is on topic`));
  await fetch(orderOf(places, { [entry('branch=topic')]: topic }));
  upstream.git('update-ref', 'refs/changes/1', topic);
  upstream.git('checkout', '--quiet', 'main');
  upstream.git('branch', '--delete', '--force', 'topic');
  const fresh = { ...places, DL_DIR: join(directory.path, 'dl2') };
  await fetch(orderOf(fresh, { [entry('nobranch=1')]: topic }));
  t.is(
    (
      await failure(
        fetch(orderOf({ ...places, DL_DIR: join(directory.path, 'dl3') }, { [entry('branch=topic')]: topic })),
      )
    ).code,
    'revision-missing',
  );
});

test('a commit that nobody has is told with every place that was asked, and the way out', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const first = upstream.commit({ a: '1' });
  const missing = '1'.repeat(40);
  const told = await failure(fetch(orderOf(places, { [entry('branch=main')]: missing })));
  t.is(told.code, 'revision-missing');
  t.true(told.message.includes(`file://${upstream.path}: does not have the commit ${missing}`));
  t.regex(told.help, /PREMIRRORS = "git:\/\/.*protocol=file"/);
  // What came serves the next question.
  rmSync(upstream.path, { recursive: true });
  await fetch(orderOf(places, { [entry('branch=main')]: first }));
});

test('a server that is not there is told with the way out, and a mirror stands in', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry: _, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  const host = (await closedPort()).replace('http://', '');
  const word = `git://${host}/group/upstream;protocol=http;branch=main`;
  const told = await failure(fetch(orderOf(places, { [word]: commit })));
  t.is(told.code, 'git-fetch-failed');
  t.regex(told.message, /http:\/\/127\.0\.0\.1:\d+\/group\/upstream: .*(refused|connect)/i);
  t.true(told.help.includes(`PREMIRRORS = "git://${host}/group/.* git:///srv/git/BASENAME;protocol=file"`), told.help);
  upstream.mirrorTo(join(directory.path, 'mirrors/upstream.git'));
  const PREMIRRORS = `git://${host}/group/.* git://${directory.path}/mirrors/BASENAME;protocol=file`;
  const settings: readonly Readonly<Record<string, string>>[] = [
    {},
    { BB_NO_NETWORK: '1' },
    { BB_FETCH_PREMIRRORONLY: '1' },
  ];
  for (const more of settings) {
    const DL_DIR = join(directory.path, `dl-${Object.keys(more).join()}`);
    await fetch(orderOf({ ...places, DL_DIR, PREMIRRORS, ...more }, { [word]: commit }));
    t.deepEqual(
      readdirSync(join(DL_DIR, 'git2')).filter((name) => !name.endsWith('.lock')),
      [`${host.replace(':', '.')}.group.upstream`],
    );
  }
});

test('without network nothing but DL_DIR and local mirrors is asked', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const { upstream, entry: _, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  const word = `git://${server.url.slice(7)}/r;protocol=http;branch=main`;
  const settings: readonly Readonly<Record<string, string>>[] = [
    { BB_NO_NETWORK: '1', MIRRORS: `git://.*/.* ${server.url}/tarballs/` },
    { BB_FETCH_PREMIRRORONLY: '1' },
  ];
  for (const more of settings) {
    const told = await failure(fetch(orderOf({ ...places, ...more }, { [word]: commit })));
    t.is(told.code, 'network-disabled');
    t.true(told.message.includes(commit));
  }
  t.is(server.requests.length, 0);
});

function tarballOf(upstream: GitFixture, folder: string): Buffer {
  upstream.mirrorTo(join(folder, 'bare'));
  return execFileSync('tar', ['-C', join(folder, 'bare'), '-cz', '.']);
}

test('a packed mirror from a web server stands in; its configuration and hooks are not taken', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const { upstream, entry: _, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  upstream.git('config', 'core.fsmonitor', 'true');
  const tarball = tarballOf(upstream, directory.path);
  server.serve('/m/git2_example.invalid.r.git.tar.gz', { kind: 'file', body: tarball });
  const word = 'git://example.invalid/r.git;protocol=https;branch=main';
  const context = orderOf({ ...places, PREMIRRORS: `git://.*/.* ${server.url}/m/` }, { [word]: commit });
  await fetch(context);
  const mirror = join(places.DL_DIR, 'git2/example.invalid.r.git');
  t.false(readFileSync(join(mirror, 'config'), 'utf8').includes('fsmonitor'));
  t.deepEqual(readdirSync(join(places.DL_DIR, 'git2')).sort(), ['example.invalid.r.git', 'example.invalid.r.git.lock']);
  await unpack(context);
  t.is(readFileSync(join(places.WORKDIR, 'git/a'), 'utf8'), '1');
});

test('a truncated, a damaged and a foreign packed mirror bring nothing, and the next address is asked', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const { upstream, entry, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  const tarball = tarballOf(upstream, directory.path);
  const name = `git2_${upstream.path.slice(1).replaceAll('/', '.')}.tar.gz`;
  const other = new GitFixture(join(directory.path, 'other'));
  other.commit({ b: '1' });
  server.serve(`/cut/${name}`, { kind: 'file', body: tarball.subarray(0, tarball.length / 2) });
  server.serve(`/broken/${name}`, { kind: 'cut-off', body: tarball, after: 100 });
  server.serve(`/text/${name}`, { kind: 'file', body: Buffer.from('<html>') });
  server.serve(`/other/${name}`, { kind: 'file', body: tarballOf(other, join(directory.path)) });
  const rules = ['cut', 'broken', 'text', 'other'].map((each) => `git://.*/.* ${server.url}/${each}/`);
  const context = orderOf({ ...places, PREMIRRORS: rules.join(' ') }, { [entry('branch=main')]: commit });
  await fetch(context);
  t.is(new Set(server.requests.map(({ path }) => path)).size, 4);
  const missing = { [entry('branch=main')]: '2'.repeat(40) };
  const told = await failure(
    fetch(orderOf({ ...places, DL_DIR: join(directory.path, 'dl2'), PREMIRRORS: rules.join(' ') }, missing)),
  );
  for (const each of ['cut', 'broken', 'text', 'other'])
    t.true(told.message.includes(`${server.url}/${each}/${name}: `), told.message);
  t.deepEqual(
    readdirSync(join(directory.path, 'dl2/git2')).filter((each) => each.startsWith('.')),
    [],
  );
});

test('an archive of the mirror in DL_DIR, and a plain folder of bare clones, do without network', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry: _, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  const word = 'git://example.invalid/group/r.git;protocol=https;branch=main';
  mkdirSync(places.DL_DIR);
  writeFileSync(join(places.DL_DIR, 'git2_example.invalid.group.r.git.tar.gz'), tarballOf(upstream, directory.path));
  await fetch(orderOf({ ...places, BB_NO_NETWORK: '1' }, { [word]: commit }));
  for (const name of ['r.git', 'r', 'group/r', 'example.invalid.group.r.git']) {
    const folder = join(directory.path, 'folders', name.replaceAll('/', '-'));
    upstream.mirrorTo(join(folder, name));
    const DL_DIR = join(directory.path, 'dls', name);
    await fetch(
      orderOf({ DL_DIR, PREMIRRORS: `git://.*/.* file://${folder}/`, BB_NO_NETWORK: '1' }, { [word]: commit }),
    );
    t.true(existsSync(join(DL_DIR, 'git2/example.invalid.group.r.git')));
  }
});

test('submodules come at the commits that the repository names, also relative ones and those inside of them', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const inner = new GitFixture(join(directory.path, 'srv/inner'));
  inner.commit({ deep: 'd' });
  const library = new GitFixture(join(directory.path, 'srv/library'));
  library.git('submodule', '--quiet', 'add', '../inner', 'in');
  library.commit({ lib: 'l' });
  upstream.git('submodule', '--quiet', 'add', library.path, 'ext/library');
  const commit = upstream.commit({ a: '1' });
  library.commit({ lib: 'newer' });
  const word = entry('branch=main').replace('git:', 'gitsm:');
  const context = orderOf(places, { [word]: commit });
  await fetch(context);
  for (const each of [upstream, library, inner]) rmSync(each.path, { recursive: true });
  await fetch(context);
  await unpack(context);
  t.is(readFileSync(join(places.WORKDIR, 'git/ext/library/lib'), 'utf8'), 'l');
  t.is(readFileSync(join(places.WORKDIR, 'git/ext/library/in/deep'), 'utf8'), 'd');
  const plain = orderOf({ ...places, WORKDIR: join(directory.path, 'plain') }, { [entry('branch=main')]: commit });
  await unpack(plain);
  t.deepEqual(readdirSync(join(directory.path, 'plain/git/ext/library')), []);
});

test('a repository of a server may not name folders of this machine as submodules', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry: _, ...places } = scene(directory.path);
  const secret = new GitFixture(join(directory.path, 'secret'));
  secret.commit({ key: 'k' });
  upstream.git('submodule', '--quiet', 'add', secret.path, 'x');
  const commit = upstream.commit({ a: '1' });
  const word = 'gitsm://example.invalid/upstream;protocol=https;branch=main';
  const PREMIRRORS = `git://.*/.* git://${directory.path}/srv/BASENAME;protocol=file`;
  const told = await failure(fetch(orderOf({ ...places, PREMIRRORS }, { [word]: commit })));
  t.is(told.code, 'bad-source-uri');
  t.true(told.message.includes(secret.path));
});

test('a mirror that was left half made, locked by git or without its commit is put right', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const first = upstream.commit({ a: '1' });
  const word = entry('branch=main');
  await fetch(orderOf(places, { [word]: first }));
  const [mirror = ''] = readdirSync(join(places.DL_DIR, 'git2')).map((name) => join(places.DL_DIR, 'git2', name));
  for (const name of ['packed-refs.lock', 'refs/heads/main.lock', 'config.lock']) writeFileSync(join(mirror, name), '');
  mkdirSync(join(places.DL_DIR, 'git2', `.${mirror.split('/').pop()}.new-999999999.00000000`));
  mkdirSync(join(mirror, 'objects/pack'), { recursive: true });
  writeFileSync(join(mirror, 'objects/pack/tmp_pack_x'), 'half');
  const second = upstream.commit({ a: '2' });
  await fetch(orderOf(places, { [word]: second }));
  t.false(existsSync(join(mirror, 'packed-refs.lock')));
  t.false(existsSync(join(mirror, 'objects/pack/tmp_pack_x')));
  // A branch that becomes a folder of branches.
  upstream.git('branch', 'x');
  await fetch(orderOf(places, { [word]: upstream.commit({ a: '3' }) }));
  upstream.git('branch', '--delete', '--force', 'x');
  upstream.git('branch', 'x/y');
  await fetch(orderOf(places, { [word]: upstream.commit({ a: '4' }) }));
  // No repository at all.
  rmSync(join(mirror, 'objects'), { recursive: true });
  await fetch(orderOf(places, { [word]: first }));
  t.is(readdirSync(join(places.DL_DIR, 'git2')).filter((name) => name.includes('not-a-repository')).length, 1);
});

test('many fetches of one repository at once are one transfer', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  const contexts = Array.from({ length: 4 }, () => orderOf(places, { [entry('branch=main')]: commit }));
  await Promise.all(contexts.map((context) => fetch(context)));
  const transfers = contexts.flatMap(({ logged }) => logged.filter((line) => line.startsWith('fetching')));
  t.is(transfers.length, 1);
});

test('a tag must mean the commit', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const commit = upstream.commit({ a: '1' });
  upstream.git('tag', '--annotate', '--message', 'v1', 'v1');
  await fetch(orderOf(places, { [entry('branch=main;tag=v1')]: commit }));
  const next = upstream.commit({ a: '2' });
  const told = await failure(fetch(orderOf(places, { [entry('branch=main;tag=v1')]: next })));
  t.is(told.code, 'revision-missing');
  t.regex(told.message, /tag `v1`/);
});

test('what cannot be a source of git is refused with its reason', async (t) => {
  const commit = '1'.repeat(40);
  const refused: readonly (readonly [string, RegExp])[] = [
    ['git://host/r;protocol=https', /names no branch/],
    ['git://host/r;protocol=https;branch=a,b', /more than one branch/],
    ['git://host/r;protocol=svn;branch=a', /the protocol `svn`/],
    ['git://host;branch=a', /no path/],
    ['git://host/r;branch=a;keepgit=1;subpath=x', /exclude each other/],
    ['git://host/r;branch=a;subpath=../x', /subpath `\.\.\/x`/],
    ['git://host/r;branch=a;destsuffix=/etc', /outside WORKDIR/],
  ];
  for (const [word, expected] of refused) {
    const context = orderOf(
      { DL_DIR: '/nonexistent', WORKDIR: '/tmp/stx-nothing', BB_NO_NETWORK: '1' },
      { [word]: commit },
    );
    const told = await failure(unpack(context));
    t.is(told.code, 'bad-source-uri', word);
    t.regex(told.message, expected);
  }
  const none = await failure(fetch(taskContext({ DL_DIR: '/nonexistent', SRC_URI: 'git://host/r;branch=a' })));
  t.is(none.code, 'missing-revision');
});

test('mirrors are packed for others when that is asked for, anew when something came', async (t) => {
  using directory = temporaryDirectory();
  const { upstream, entry, ...places } = scene(directory.path);
  const first = upstream.commit({ a: '1' });
  const packing = { ...places, BB_GENERATE_MIRROR_TARBALLS: '1' };
  await fetch(orderOf(packing, { [entry('branch=main')]: first }));
  const second = upstream.commit({ a: '2' });
  await fetch(orderOf(packing, { [entry('branch=main')]: second }));
  const tarballs = readdirSync(places.DL_DIR).filter((name) => name.endsWith('.tar.gz'));
  t.deepEqual(tarballs, [`git2_${upstream.path.slice(1).replaceAll('/', '.')}.tar.gz`]);
  rmSync(upstream.path, { recursive: true });
  const PREMIRRORS = `git://.*/.* file://${places.DL_DIR}/`;
  const other = { ...places, DL_DIR: join(directory.path, 'other'), PREMIRRORS, BB_NO_NETWORK: '1' };
  await fetch(orderOf(other, { [entry('branch=main')]: second }));
  t.is(readdirSync(places.DL_DIR).length, 2);
});
