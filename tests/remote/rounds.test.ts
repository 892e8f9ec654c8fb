import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { publishLists } from '../../engine/remote/publish-lists.ts';
import { FolderPlace } from '../../engine/remote/publish-place.ts';
import { ListCache } from '../../engine/remote/published-lists.ts';
import { encodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import { writeResultFile } from '../../engine/sstate/store-files.ts';
import { servedStore } from '../support/cache-server-fixture.ts';
import { nginxServer } from '../support/nginx-server.ts';
import { roundsProxy } from '../support/rounds-proxy.ts';
import { builder, folderUrl, meet, shortPatience } from '../support/team-stores.ts';

const patience = { ...shortPatience, answerMs: 50_000, connectMs: 20_000, stallMs: 20_000 };
const count = 10_000;
const keys = Array.from({ length: count }, (_, index) => sha256(`key ${index}`));

/** Half of the keys have a result. */
async function manyResults(maker: ReturnType<typeof builder>): Promise<Map<string, Uint8Array>> {
  const one = await maker.make('one', { a: 'x' });
  const result = (await maker.store.actions.find([one])).get(one);
  if (result === undefined) throw new Error('no result');
  return new Map(keys.filter((_, index) => index % 2 === 0).map((key) => [key, encodeActionResult(result)]));
}

test('10,000 keys are asked of `cache serve` in at most three round trips', async (t) => {
  using maker = builder();
  using reader = builder();
  for (const [key, bytes] of await manyResults(maker)) await writeResultFile(maker.directory, key, bytes);
  await using served = await servedStore({ directory: maker.directory });
  await using proxy = await roundsProxy(served.url, 250);
  await using team = meet(reader, { mirrors: [proxy.url], patience });
  t.is((await team.find(keys)).size, count / 2);
  t.true(proxy.rounds() <= 3, `${proxy.rounds()} rounds`);
});

test('10,000 keys are asked of a plain server in at most three round trips', async (t) => {
  using maker = builder();
  using reader = builder();
  await using nginx = await nginxServer({ webdav: false });
  const results = [...(await manyResults(maker))];
  const place = new FolderPlace(folderUrl(nginx.root), nginx.root);
  const cache = new ListCache(join(maker.path, 'lists'));
  for (const [publisher, part] of [
    ['one', results.slice(0, 3000)],
    ['two', results.slice(3000)],
  ] as const) {
    await publishLists(place, new Map(part), { publisher, cache, isSweep: false });
  }
  await using proxy = await roundsProxy(nginx.url, 250);
  await using team = meet(reader, { mirrors: [proxy.url], patience });
  t.is((await team.find(keys)).size, count / 2);
  t.true(proxy.rounds() <= 3, `${proxy.rounds()} rounds`);
});

test('later questions of the same build are answered by the lists that were read', async (t) => {
  using maker = builder();
  using reader = builder();
  await using nginx = await nginxServer({ webdav: false });
  const results = await manyResults(maker);
  const cache = new ListCache(join(maker.path, 'lists'));
  const place = new FolderPlace(folderUrl(nginx.root), nginx.root);
  await publishLists(place, results, { publisher: 'one', cache, isSweep: false });
  await using proxy = await roundsProxy(nginx.url, 1);
  await using team = meet(reader, { mirrors: [proxy.url], patience });
  await team.find(keys.slice(0, 10));
  const rounds = proxy.rounds();
  t.is((await team.find(keys.slice(10, 20))).size, 5);
  t.is(proxy.rounds(), rounds);
});
