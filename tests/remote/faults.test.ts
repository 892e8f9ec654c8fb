import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { findBlobFile } from '../../engine/sstate/store-files.ts';
import { type Fault, faultyMirror } from '../support/faulty-mirror.ts';
import { closedPort } from '../support/http-fixture.ts';
import { type Builder, builder, folderUrl, meet, shortPatience } from '../support/team-stores.ts';

const big = randomBytes(3 << 20);
const bigPath = `/cas/${sha256(big)}`;
/** For mirrors of which nothing is to be had. */
const impatience = { ...shortPatience, connectMs: 400, stallMs: 400, answerMs: 800, slowMs: 600 };

/** A published folder with one result that has a large and a small file. */
async function published(maker: Builder): Promise<{ readonly key: string; readonly folder: string }> {
  const key = await maker.make('one', { big, small: 'small' });
  const folder = join(maker.path, 'published');
  await using team = meet(maker, { publish: [folderUrl(folder)] });
  team.publish(key);
  await team.finish();
  return { key, folder };
}

/** What a fresh checkout meets at a faulty mirror. */
async function attempt(fault: Fault, patience = shortPatience) {
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  await using mirror = await faultyMirror(folder, fault);
  await using team = meet(reader, { mirrors: [mirror.url], patience });
  const startMs = performance.now();
  const found = await team.find([key]);
  const { problem } = await team.fetch(key);
  const files = existsSync(join(reader.directory, 'cas'))
    ? readdirSync(join(reader.directory, 'cas'), { recursive: true })
    : [];
  return {
    ms: performance.now() - startMs,
    isFound: found.has(key),
    problem,
    troubles: team.troubles,
    requests: mirror.requests,
    isThere: await reader.has(key),
    wrongFiles: files
      .filter((name) => String(name).endsWith(sha256(big)))
      .filter((name) => sha256(readFileSync(join(reader.directory, 'cas', String(name)))) !== sha256(big)),
  };
}

test('a transfer that breaks off is continued where it ended', async (t) => {
  const seen = await attempt((path, nth) => (path === bigPath && nth < 3 ? 'cut-off' : 'none'));
  t.is(seen.problem, undefined);
  t.true(seen.isThere);
  t.deepEqual(seen.troubles, []);
  const ranges = seen.requests.filter((each) => each.startsWith(bigPath.slice(5, 9))).map((each) => each.split(' ')[1]);
  t.is(ranges.length, 3);
  t.is(ranges[0], 'all');
  t.regex(ranges[1] ?? '', /^bytes=[1-9]/);
});

test('what an earlier build received is continued by the next', async (t) => {
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  {
    await using mirror = await faultyMirror(folder, (path) => (path === bigPath ? 'cut-off' : 'none'));
    await using team = meet(reader, { mirrors: [mirror.url] });
    await team.find([key]);
    t.regex((await team.fetch(key)).problem ?? '', /broke|ended after/);
  }
  await using mirror = await faultyMirror(folder, () => 'none');
  await using team = meet(reader, { mirrors: [mirror.url] });
  await team.find([key]);
  t.is((await team.fetch(key)).problem, undefined);
  t.true(await reader.has(key));
  t.regex(mirror.requests.find((each) => each.startsWith(bigPath.slice(5, 9))) ?? '', /bytes=[1-9]/);
});

test('wrong bytes that an earlier build left are thrown away, and the mirror is not blamed', async (t) => {
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  await reader.make('other', { a: 'x' });
  mkdirSync(join(reader.directory, 'partial'));
  writeFileSync(join(reader.directory, 'partial', `${sha256(big)}.part`), randomBytes(1000));
  await using mirror = await faultyMirror(folder, () => 'none');
  await using team = meet(reader, { mirrors: [mirror.url] });
  await team.find([key]);
  t.is((await team.fetch(key)).problem, undefined);
  t.deepEqual(team.troubles, []);
});

test('a server that fails for a moment is asked again', async (t) => {
  const seen = await attempt((path, nth) => (path.startsWith('/cas/') && nth === 1 ? 'error' : 'none'));
  t.is(seen.problem, undefined);
  t.deepEqual(seen.troubles, []);
});

for (const kind of ['wrong', 'too-much', 'half'] as const) {
  test(`of a mirror that lies (${kind}) nothing is used, and it is told once`, async (t) => {
    const seen = await attempt((path) => (path === bigPath ? kind : 'none'));
    t.not(seen.problem, undefined);
    t.false(seen.isThere);
    t.deepEqual(seen.wrongFiles, []);
    t.deepEqual(
      seen.troubles.map((each) => each.kind),
      ['unusable'],
    );
  });
}

for (const kind of ['hang', 'dribble'] as const) {
  test(`a blob that does not come (${kind}) costs a bounded time and one warning`, async (t) => {
    const patience = { ...impatience, answerMs: 30_000 };
    const seen = await attempt((path) => (path === bigPath ? kind : 'none'), patience);
    t.not(seen.problem, undefined);
    t.false(seen.isThere);
    t.deepEqual(
      seen.troubles.map((each) => each.kind),
      ['unusable'],
    );
    t.true(seen.ms < 15_000);
  });
}

test('a mirror that answers no question in time is left after one warning', async (t) => {
  const seen = await attempt(() => 'hang', impatience);
  t.false(seen.isFound);
  t.deepEqual(
    seen.troubles.map((each) => each.kind),
    ['unusable'],
  );
  t.true(seen.ms < 10_000);
});

test('a mirror at which nobody listens is told once, whatever is asked', async (t) => {
  using reader = builder();
  const url = await closedPort();
  await using team = meet(reader, { mirrors: [url] });
  for (const key of ['a', 'b', 'c']) t.is((await team.find([sha256(key)])).size, 0);
  t.deepEqual(team.troubles, [{ url, kind: 'unusable', reason: 'no connection (ECONNREFUSED)' }]);
});

test('a damaged list or result is a miss with a note', async (t) => {
  const damagedList = await attempt((path) => (path.startsWith('/stx/lists/') ? 'wrong' : 'none'));
  t.false(damagedList.isFound);
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  rmSync(join(folder, 'stx'), { recursive: true });
  const path = join(folder, 'ac', key);
  const bytes = readFileSync(path);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  await using team = meet(reader, { mirrors: [folderUrl(folder)] });
  t.is((await team.find([key])).size, 0);
  t.deepEqual(team.troubles, [{ url: folderUrl(folder), kind: 'damaged', reason: '1' }]);
});

test('a mirror that cannot be had does not hide what the others have', async (t) => {
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  await using team = meet(reader, { mirrors: [await closedPort(), folderUrl(folder)] });
  t.true((await team.find([key])).has(key));
  t.is((await team.fetch(key)).problem, undefined);
  t.is(team.troubles.length, 1);
});

test('user and password of a mirror are not in what is told of it', async (t) => {
  using reader = builder();
  const url = (await closedPort()).replace('//', '//user:hunter2@');
  await using team = meet(reader, { mirrors: [url] });
  await team.find([sha256('a')]);
  t.notRegex(JSON.stringify(team.troubles), /hunter2/);
  t.is(team.troubles.length, 1);
});

test('a blob that was there and a store that another process fills are no reason to fetch twice', async (t) => {
  using maker = builder();
  using reader = builder();
  const { key, folder } = await published(maker);
  await reader.make('same', { big });
  await using mirror = await faultyMirror(folder, () => 'none');
  await using team = meet(reader, { mirrors: [mirror.url] });
  await team.find([key]);
  t.is((await team.fetch(key)).problem, undefined);
  t.deepEqual(
    mirror.requests.filter((each) => each.startsWith(bigPath.slice(5, 9))),
    [],
  );
  t.not(await findBlobFile(reader.directory, sha256(big)), undefined);
});
