import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run as fetch } from '../../../engine/tasks/fetch/fetch.ts';
import { run as unpack } from '../../../engine/tasks/unpack/unpack.ts';
import { GitFixture } from '../../support/git-fixture.ts';
import { httpFixture } from '../../support/http-fixture.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

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

test('a password in an address reaches the server, and is neither said nor kept', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const upstream = new GitFixture(join(directory.path, 'upstream'));
  const commit = upstream.commit({ a: '1' });
  const bare = join(directory.path, 'bare.git');
  upstream.mirrorTo(bare);
  execFileSync('git', ['--git-dir', bare, 'update-server-info']);
  const served = readdirSync(bare, { recursive: true, encoding: 'utf8' });
  for (const name of served.filter((each) => statSync(join(bare, each)).isFile())) {
    server.serve(`/r/bare.git/${name}`, { kind: 'file', body: readFileSync(join(bare, name)) });
  }
  const refused = { kind: 'status', status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } } as const;
  server.serve('/r/bare.git/info/refs', refused, { kind: 'file', body: readFileSync(join(bare, 'info/refs')) });
  const host = server.url.replace('http://', '');
  const word = `git://alice:s3cret@${host}/r/bare.git;protocol=http;branch=main;keepgit=1`;
  const places = {
    DL_DIR: join(directory.path, 'dl'),
    WORKDIR: join(directory.path, 'work'),
    BB_GENERATE_MIRROR_TARBALLS: '1',
  };
  const context = orderOf(places, { [word]: commit });
  await fetch(context);
  await unpack(context);
  t.true(server.requests.some(({ authorization }) => authorization?.startsWith('Basic ')));
  const other = '0'.repeat(40);
  const told = await failure(fetch(orderOf(places, { [word]: other })));
  t.is(told.code, 'revision-missing');
  const git = ['-C', join(places.WORKDIR, 'git'), 'remote', 'get-url', 'origin'];
  t.is(execFileSync('git', git, { encoding: 'utf8' }).trim(), `http://${host}/r/bare.git`);
  execFileSync('tar', ['-xzf', globSync(`${places.DL_DIR}/*.tar.gz`)[0] ?? '', '-C', places.WORKDIR]);
  const said = [...context.logged, ...context.progressed, told.message, told.help].join('\n');
  t.notRegex(said, /s3cret|alice/);
  const kept = [places.DL_DIR, places.WORKDIR].flatMap((folder) => globSync(`${folder}/**`, { withFileTypes: true }));
  const files = kept.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  t.true(files.length > 10);
  for (const file of files) t.false(readFileSync(file).includes('s3cret'), file);
});

test('a commit stays good where its branch was rewritten, or where a mirror that is behind was asked since', async (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'srv/upstream'));
  const places = { DL_DIR: join(directory.path, 'dl'), WORKDIR: join(directory.path, 'work') };
  const word = `git://${upstream.path};protocol=file;branch=main`;
  upstream.commit({ a: '1' });
  upstream.mirrorTo(join(directory.path, 'behind/upstream'));
  const pinned = upstream.commit({ a: '2' });
  const newest = upstream.commit({ a: '3' });
  await fetch(orderOf(places, { [word]: newest }));
  const PREMIRRORS = `git://.*/.* git://${directory.path}/behind/BASENAME;protocol=file`;
  await failure(fetch(orderOf({ ...places, PREMIRRORS, BB_FETCH_PREMIRRORONLY: '1' }, { [word]: '1'.repeat(40) })));
  await fetch(orderOf({ ...places, BB_NO_NETWORK: '1', BB_FETCH_PREMIRRORONLY: '1' }, { [word]: pinned }));
  upstream.git('reset', '--quiet', '--hard', 'HEAD~2');
  const rewritten = upstream.commit({ a: 'other' });
  await fetch(orderOf(places, { [word]: rewritten }));
  rmSync(upstream.path, { recursive: true });
  for (const commit of [pinned, newest, rewritten]) await fetch(orderOf(places, { [word]: commit }));
  // Elsewhere nobody knows that it ever was there.
  const other = `git://${upstream.path};protocol=file;branch=topic`;
  t.is((await failure(fetch(orderOf(places, { [other]: pinned })))).code, 'revision-not-on-branch');
});

test('a clone without all of its history cannot stand in, which is said', async (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'upstream'));
  upstream.commit({ a: '1' });
  const commit = upstream.commit({ a: '2' });
  const some = join(directory.path, 'srv/some');
  upstream.git('clone', '--quiet', '--bare', '--depth=1', `file://${upstream.path}`, some);
  const word = `git://${some};protocol=file;branch=main`;
  const told = await failure(fetch(orderOf({ DL_DIR: join(directory.path, 'dl') }, { [word]: commit })));
  t.is(told.code, 'git-fetch-failed');
  t.regex(told.message, /srv\/some: is a shallow clone/);
});

test('a file beside a submodule may be called like anything, also like an index of git', async (t) => {
  using directory = temporaryDirectory();
  const inner = new GitFixture(join(directory.path, 'srv/inner'));
  inner.commit({ 'x y\\z': '1', '-dash': '2', 'ünï"q': '3' });
  const upstream = new GitFixture(join(directory.path, 'srv/upstream'));
  upstream.git('submodule', '--quiet', 'add', '../inner', 'sub');
  const commit = upstream.commit({ 'sub.index': 'text' });
  const places = { DL_DIR: join(directory.path, 'dl'), WORKDIR: join(directory.path, 'work') };
  const context = orderOf(places, { [`gitsm://${upstream.path};protocol=file;branch=main`]: commit });
  await fetch(context);
  await unpack(context);
  const tree = join(places.WORKDIR, 'git');
  t.deepEqual(readdirSync(tree).sort(), ['.gitmodules', 'sub', 'sub.index']);
  t.is(readFileSync(join(tree, 'sub.index'), 'utf8'), 'text');
  t.deepEqual(readdirSync(join(tree, 'sub')).sort(), ['-dash', 'x y\\z', 'ünï"q'].sort());
});

test('repositories that are submodules of each other come to an end', async (t) => {
  using directory = temporaryDirectory();
  const a = new GitFixture(join(directory.path, 'srv/a'));
  const b = new GitFixture(join(directory.path, 'srv/b'));
  a.commit({ name: 'a' });
  b.git('submodule', '--quiet', 'add', '../a', 'a');
  b.commit({ name: 'b' });
  a.git('submodule', '--quiet', 'add', '../b', 'b');
  a.git('submodule', '--quiet', 'add', '../b', 'twice');
  const commit = a.commit({ name: 'newer' });
  const places = { DL_DIR: join(directory.path, 'dl'), WORKDIR: join(directory.path, 'work') };
  const context = orderOf(places, { [`gitsm://${a.path};protocol=file;branch=main`]: commit });
  await fetch(context);
  await unpack(context);
  t.is(readFileSync(join(places.WORKDIR, 'git/twice/a/name'), 'utf8'), 'a');
  t.deepEqual(readdirSync(join(places.WORKDIR, 'git/b/a')), ['name']);
});
