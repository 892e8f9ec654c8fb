import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseCredentials } from '../../engine/remote/mirror-address.ts';
import { decodeHead } from '../../engine/remote/published-lists.ts';
import { servedStore, testToken } from '../support/cache-server-fixture.ts';
import { httpFixture } from '../support/http-fixture.ts';
import { nginxServer } from '../support/nginx-server.ts';
import { type Builder, builder, folderUrl, meet } from '../support/team-stores.ts';

const credentials = parseCredentials(`${testToken}\n`);

async function publishes(maker: Builder, keys: readonly string[], to: Parameters<typeof meet>[1]): Promise<void> {
  await using team = meet(maker, to);
  for (const key of keys) team.publish(key);
  const { results } = await team.finish();
  if (results !== keys.length || team.troubles.length > 0) throw new Error(JSON.stringify(team.troubles));
}

/** Whether a fresh checkout gets all of it from the mirror, and has it then. */
async function restores(keys: readonly string[], from: string): Promise<boolean> {
  using reader = builder();
  await using team = meet(reader, { mirrors: [from] });
  const found = await team.find(keys);
  const fetched = await Promise.all(keys.map((key) => team.fetch(key)));
  const isThere = await Promise.all(keys.map((key) => reader.has(key)));
  return (
    found.size === keys.length && fetched.every(({ problem }) => problem === undefined) && !isThere.includes(false)
  );
}

const big = Buffer.alloc(3 << 20, 'compressible text ');

test('what one checkout published to `cache serve` another has without building it', async (t) => {
  using maker = builder();
  await using served = await servedStore();
  const keys = [await maker.make('one', { a: 'x', 'deep/b': big }), await maker.make('two', { a: 'y' })];
  await publishes(maker, keys, { publish: [served.url], credentials });
  t.true(await restores(keys, served.url));
  const large = served.log.filter((line) => / PUT \/cas\//.test(line) && Number(/in=(\d+)/.exec(line)?.[1]) > 1 << 20);
  t.deepEqual(large, [], 'compressed blobs travel as they lie in the store');
});

test('nginx with WebDAV takes results and gives them to a fresh checkout', async (t) => {
  using maker = builder();
  await using nginx = await nginxServer({ webdav: true });
  const keys = [await maker.make('one', { a: 'x', 'deep/b': big }), await maker.make('two', { a: 'y' })];
  await publishes(maker, keys, { publish: [nginx.url] });
  t.true(await restores(keys, nginx.url));
  const lookUps = nginx.requests().filter((line) => /^(GET|HEAD) \/ac\//.test(line));
  t.deepEqual(lookUps, [], 'lists answer for results: no key is asked for by itself');
});

test('nginx without WebDAV offers the folder that a build published to', async (t) => {
  using maker = builder();
  await using nginx = await nginxServer({ webdav: false });
  const keys = [await maker.make('one', { a: 'x' }), await maker.make('two', { b: big })];
  await publishes(maker, keys, { publish: [folderUrl(nginx.root)] });
  t.true(await restores(keys, nginx.url));
});

test('a folder is a mirror, laid out as published or as a store', async (t) => {
  using maker = builder();
  const keys = [await maker.make('one', { a: 'x', b: big })];
  const folder = join(maker.path, 'published');
  await publishes(maker, keys, { publish: [folderUrl(folder)] });
  t.true(await restores(keys, folderUrl(folder)));
  t.true(await restores(keys, folderUrl(maker.directory)));
});

test('a server that knows only /ac and /cas is asked for each key', async (t) => {
  using maker = builder();
  await using nginx = await nginxServer({ webdav: true });
  const keys = [await maker.make('one', { a: 'x' }), await maker.make('two', { a: 'y' })];
  await publishes(maker, keys, { publish: [nginx.url] });
  rmSync(join(nginx.root, 'stx'), { recursive: true });
  t.true(await restores(keys, nginx.url));
});

test('several publishers share a plain server, each with lists of its own', async (t) => {
  using one = builder();
  using other = builder();
  await using nginx = await nginxServer({ webdav: true });
  const ofOne = [await one.make('one', { a: 'x' })];
  const ofOther = [await other.make('two', { a: 'y' })];
  await publishes(one, ofOne, { publish: [nginx.url], publisher: 'one' });
  await publishes(other, ofOther, { publish: [nginx.url], publisher: 'other' });
  t.true(await restores([...ofOne, ...ofOther], nginx.url));
});

test('many builds of one publisher leave few lists, and none that nothing names', async (t) => {
  using maker = builder();
  const folder = join(maker.path, 'published');
  const keys: string[] = [];
  for (let build = 0; build < 8; build++) {
    const key = await maker.make(`task${build}`, { a: `${build}` });
    keys.push(key);
    await publishes(maker, [key], { publish: [folderUrl(folder)], publisher: 'ci' });
  }
  const head = decodeHead(readFileSync(join(folder, 'stx/heads/ci'), 'utf8'));
  t.deepEqual(readdirSync(join(folder, 'stx/lists')).sort(), head?.map(({ hash }) => hash).sort());
  t.true((head?.length ?? 99) <= 4);
  t.true(await restores(keys, folderUrl(folder)));
});

test('publishing everything again sends nothing and lists nothing twice', async (t) => {
  using maker = builder();
  const folder = join(maker.path, 'published');
  const keys = [await maker.make('one', { a: 'x' }), await maker.make('two', { a: 'y' })];
  await publishes(maker, keys, { publish: [folderUrl(folder)] });
  const before = readdirSync(join(folder, 'stx/lists'));
  await using team = meet(maker, { publish: [folderUrl(folder)], isSweep: true });
  for (const key of keys) team.publish(key);
  t.deepEqual(await team.finish(), { results: 0, bytes: 0 });
  t.deepEqual(readdirSync(join(folder, 'stx/lists')), before);
});

test('publishing everything again lists what an interrupted build left unlisted', async (t) => {
  using maker = builder();
  await using nginx = await nginxServer({ webdav: false });
  const keys = [await maker.make('one', { a: 'x' }), await maker.make('two', { a: 'y' })];
  await publishes(maker, keys.slice(0, 1), { publish: [folderUrl(nginx.root)] });
  await using interrupted = meet(maker, { publish: [folderUrl(nginx.root)] });
  interrupted.publish(keys[1] ?? '');
  while (!existsSync(join(nginx.root, 'ac', keys[1] ?? ''))) await new Promise((resolve) => setImmediate(resolve));
  await interrupted[Symbol.asyncDispose]();
  t.false(await restores(keys, nginx.url));
  await using sweep = meet(maker, { publish: [folderUrl(nginx.root)], isSweep: true });
  for (const key of keys) sweep.publish(key);
  await sweep.finish();
  t.true(await restores(keys, nginx.url));
});

test('of several mirrors the one that has a blob gives it', async (t) => {
  using maker = builder();
  using reader = builder();
  const keys = [await maker.make('one', { a: 'x', b: 'y' })];
  const [first, second] = [join(maker.path, 'first'), join(maker.path, 'second')];
  for (const folder of [first, second]) await publishes(maker, keys, { publish: [folderUrl(folder)] });
  rmSync(join(first, 'cas'), { recursive: true });
  await using team = meet(reader, { mirrors: [folderUrl(first), folderUrl(second)] });
  await team.find(keys);
  t.is((await team.fetch(keys[0] ?? '')).problem, undefined);
  t.true(await reader.has(keys[0] ?? ''));
});

test('what a mirror gave once is known in the next build without asking', async (t) => {
  using maker = builder();
  using reader = builder();
  const keys = [await maker.make('one', { a: 'x' })];
  await using served = await servedStore();
  await publishes(maker, keys, { publish: [served.url], credentials });
  await using first = meet(reader, { mirrors: [served.url] });
  await first.find(keys);
  await first[Symbol.asyncDispose]();
  const asked = served.log.length;
  await using second = meet(reader, { mirrors: [served.url] });
  t.is((await second.find(keys)).size, 1);
  t.is(served.log.length, asked);
});

test('publishing to a store is refused, and the store is left as it was', async (t) => {
  using maker = builder();
  using other = builder();
  const key = await maker.make('one', { a: 'x' });
  await other.make('two', { a: 'y' });
  await using team = meet(maker, { publish: [folderUrl(other.directory)] });
  team.publish(key);
  await team.finish();
  t.is(team.troubles[0]?.kind, 'unpublished');
  t.regex(team.troubles[0]?.reason ?? '', /is itself a store/);
  t.false(existsSync(join(other.directory, 'stx')));
});

test('wrong credentials publish nothing, are told once, and never shown', async (t) => {
  using maker = builder();
  await using served = await servedStore();
  const keys = [await maker.make('one', { a: 'x' }), await maker.make('two', { a: 'y' })];
  const wrong = parseCredentials('another-token-than-the-right-one');
  await using team = meet(maker, { publish: [served.url], credentials: wrong });
  for (const key of keys) team.publish(key);
  t.deepEqual(await team.finish(), { results: 0, bytes: 0 });
  t.deepEqual(
    team.troubles.map(({ kind }) => kind),
    ['unpublished'],
  );
  t.notRegex(JSON.stringify(team.troubles) + served.log.join('\n'), /another-token/);
});

test('a blob that the local store lost is not published as a result', async (t) => {
  using maker = builder();
  await using served = await servedStore();
  const key = await maker.make('one', { a: 'x' });
  rmSync(join(maker.directory, 'cas'), { recursive: true });
  await using team = meet(maker, { publish: [served.url], credentials });
  team.publish(key);
  t.deepEqual(await team.finish(), { results: 0, bytes: 0 });
  t.false(existsSync(join(served.directory, 'ac')));
});

test('an nginx that lets only some write takes results from them alone, as docs/sstate.md sets it up', async (t) => {
  using maker = builder();
  await using nginx = await nginxServer({ webdav: true, writer: 'ci:secret' });
  const keys = [await maker.make('one', { a: 'x', b: big })];
  await using stranger = meet(maker, { publish: [nginx.url] });
  stranger.publish(keys[0] ?? '');
  await stranger.finish();
  t.regex(stranger.troubles[0]?.reason ?? '', /HTTP 401: it wants other credentials/);
  const known = parseCredentials(`${nginx.url} ci:secret\n`);
  await publishes(maker, keys, { publish: [nginx.url], credentials: known });
  t.true(await restores(keys, nginx.url));
});

test('a token goes to the server that it is for, and to no other', async (t) => {
  using reader = builder();
  await using other = await httpFixture();
  const known = parseCredentials('https://cache.example.com/stx a-token\na-token-for-writing\n');
  await using team = meet(reader, { mirrors: [other.url, `${other.url}/below`], credentials: known });
  await team.find(['0'.repeat(64)]);
  t.true(other.requests.length > 0);
  t.deepEqual(
    other.requests.filter(({ authorization }) => authorization !== undefined),
    [],
  );
});
