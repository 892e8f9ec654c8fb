import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createSourceRevisions } from '../../engine/app/source-revisions.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { RevisionRequest } from '../../engine/python/engine-host.ts';
import { GitFixture } from '../support/git-fixture.ts';
import { closedPort } from '../support/http-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function port(folder: string) {
  const notes: string[] = [];
  const seen = { asked: 0, files: new Set<string>() };
  const revisions = createSourceRevisions(folder, {
    askedRepository: () => void seen.asked++,
    sawFile: (path) => void seen.files.add(path),
    note: (text) => void notes.push(text),
  });
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
