import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createSourceRevisions } from '../../engine/app/source-revisions.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { RevisionRequest } from '../../engine/python/engine-host.ts';
import { GitFixture } from '../support/git-fixture.ts';
import { closedPort } from '../support/http-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function port(folder: string, how: { readonly freeze?: boolean } = {}) {
  const notes: string[] = [];
  const seen = { asked: 0, files: new Set<string>() };
  const revisions = createSourceRevisions(
    folder,
    {
      askedRepository: () => void seen.asked++,
      sawFile: (path) => void seen.files.add(path),
      note: (text) => void notes.push(text),
    },
    how,
  );
  const newest = (
    address: string,
    reference: RevisionRequest['reference'],
    variables: Readonly<Record<string, string>> = {},
  ): string => revisions.newest({ address, reference, value: (name) => variables[name] });
  return { newest, notes, seen };
}

test('branches, annotated tags, HEAD and full names mean commits, each asked for once in a call', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'r'));
  const tagged = upstream.commit({ a: '1' });
  upstream.git('tag', '--annotate', '--message', 'v1', 'v1');
  const tip = upstream.commit({ a: '2' });
  const { newest, seen } = port(directory.path);
  const address = `git://${upstream.path};protocol=file;branch=main`;
  t.is(newest(address, { kind: 'branch', name: 'main' }), tip);
  t.is(newest(address, { kind: 'tag', name: 'v1' }), tagged);
  t.is(newest(address, { kind: 'any', name: 'v1' }), tagged);
  t.is(newest(address, { kind: 'branch', name: 'HEAD' }), tip);
  t.is(newest(address, { kind: 'any', name: 'refs/heads/main' }), tip);
  upstream.commit({ a: '3' });
  t.is(newest(address, { kind: 'branch', name: 'main' }), tip);
  t.is(seen.asked, 6);
});

test('mirrors answer by the rules of fetching; without network the mirror in DL_DIR does, which is said', async (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'work'));
  const tip = upstream.commit({ a: '1' });
  const bare = join(directory.path, 'mirrors/r.git');
  upstream.mirrorTo(bare);
  const host = (await closedPort()).slice(7);
  const address = `git://${host}/group/r.git;protocol=http;branch=main`;
  const PREMIRRORS = `git://${host}/.* git://${directory.path}/mirrors/BASENAME;protocol=file`;
  const main = { kind: 'branch', name: 'main' } as const;
  t.is(port(directory.path).newest(address, main, { PREMIRRORS, BB_NO_NETWORK: '1' }), tip);
  const DL_DIR = join(directory.path, 'dl');
  mkdirSync(join(DL_DIR, 'git2'), { recursive: true });
  renameSync(bare, join(DL_DIR, 'git2', `${host.replace(':', '.')}.group.r.git`));
  const offline = port(directory.path);
  t.is(offline.newest(address, main, { DL_DIR, BB_NO_NETWORK: '1' }), tip);
  t.regex(offline.notes.join(), /as the mirror in DL_DIR has it: BB_NO_NETWORK is set/);
  const online = t.throws(() => port(directory.path).newest(address, main, { DL_DIR }), { instanceOf: StxError });
  t.is(online?.diagnostics[0]?.code, 'missing-revision');
  t.regex(online?.message ?? '', /the commit of `main` of `git:\/\/.*group\/r\.git` cannot be found out/);
});

test('a branch that is not there is named', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'r'));
  upstream.commit({ a: '1' });
  const ask = () =>
    port(directory.path).newest(`git://${upstream.path};protocol=file`, { kind: 'branch', name: 'gone' });
  t.regex(t.throws(ask)?.message ?? '', /has no branch `gone`/);
});

test('of a commit that is cut short the way out is to write all of it', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'r'));
  const commit = upstream.commit({ a: '1' });
  const address = `git://${upstream.path};protocol=file`;
  for (const name of [commit.slice(0, 8), 'A'.repeat(40)]) {
    const error = t.throws(() => port(directory.path).newest(address, { kind: 'any', name }), { instanceOf: StxError });
    t.is(error?.diagnostics[0]?.help, 'write a commit in full, as 40 hexadecimal digits in lower case');
  }
});

test('with the cache policy an answer never holds the password of its address', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'srv/r'));
  const tip = upstream.commit({ a: '1' });
  const MIRRORS = `https://127.0.0.1:1/.* git://${upstream.path};protocol=file git://127.0.0.1:1/.* git://${upstream.path};protocol=file`;
  const address = 'git://alice:s3cret@127.0.0.1:1/r;protocol=https;branch=main';
  const main = { kind: 'branch', name: 'main' } as const;
  t.is(port(directory.path).newest(address, main, { BB_SRCREV_POLICY: 'cache', MIRRORS }), tip);
  t.notRegex(readFileSync(join(directory.path, 'cache/source-revisions.json'), 'utf8'), /s3cret|alice/);
});

test('with the cache policy an answer outlives the call and depends on its file alone', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'r'));
  const tip = upstream.commit({ a: '1' });
  const address = `git://${upstream.path};protocol=file;branch=main`;
  const main = { kind: 'branch', name: 'main' } as const;
  const ask = (seen = port(directory.path)) =>
    [seen.newest(address, main, { BB_SRCREV_POLICY: 'cache' }), seen] as const;
  t.is(ask()[0], tip);
  upstream.commit({ a: '2' });
  const [again, { seen }] = ask();
  t.is(again, tip);
  t.deepEqual([seen.asked, [...seen.files]], [0, [join(directory.path, 'cache/source-revisions.json')]]);
});

test('frozen commits are those of the file alone, which freezing writes anew', (t) => {
  using directory = temporaryDirectory();
  const upstream = new GitFixture(join(directory.path, 'r'));
  const early = upstream.commit({ a: '1' });
  const address = `git://${upstream.path};protocol=file;branch=main`;
  const main = { kind: 'branch', name: 'main' } as const;
  const variables = { BB_SRCREV_POLICY: 'lock', SRCREV_LOCK_FILE: join(directory.path, 'layer/revisions.json') };
  const missing = t.throws(() => port(directory.path).newest(address, main, variables), { instanceOf: StxError });
  t.is(missing?.diagnostics[0]?.code, 'missing-revision');
  t.regex(missing?.message ?? '', /revisions.json` holds no commit for `main` of `git:/);
  t.is(port(directory.path, { freeze: true }).newest(address, main, variables), early);
  const late = upstream.commit({ a: '2' });
  const { newest, seen } = port(directory.path);
  t.is(newest(address, main, variables), early);
  t.deepEqual([seen.asked, [...seen.files]], [0, [variables.SRCREV_LOCK_FILE]]);
  t.is(port(directory.path, { freeze: true }).newest(address, main, variables), late);
  t.is(port(directory.path).newest(address, main, variables), late);
});
