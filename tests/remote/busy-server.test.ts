import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import { decodePublishers } from '../../engine/remote/published-lists.ts';
import { builder, meet } from '../support/team-stores.ts';

/** A WebDAV server in memory; `refusals` are statuses for the next GETs of a path, in their order. */
async function davServer() {
  const files = new Map<string, Buffer>();
  const refusals = new Map<string, number[]>();
  const always = new Map<string, number>();
  const statusOf = (method: string, url: string): number => {
    if (method === 'POST') return 405;
    if (method === 'PUT' || method === 'DELETE') return 201;
    return refusals.get(url)?.shift() ?? always.get(url) ?? (files.has(url) ? 200 : 404);
  };
  const server = createServer(async (request, response) => {
    const { method = '', url = '' } = request;
    const content = await buffer(request);
    if (method === 'PUT') files.set(url, content);
    if (method === 'DELETE') files.delete(url);
    const status = statusOf(method, url);
    response.writeHead(status).end(status === 200 && method === 'GET' ? files.get(url) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files,
    refusals,
    always,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Publishes one more result in the name of a publisher; its key, and what was told. */
async function publishes(to: string, publisher: string, name: string) {
  using maker = builder();
  const key = await maker.make(name, { a: name });
  await using team = meet(maker, { publish: [to], publisher });
  team.publish(key);
  await team.finish();
  return { key, troubles: team.troubles };
}

async function finds(from: string, keys: readonly string[]): Promise<number> {
  using reader = builder();
  await using team = meet(reader, { mirrors: [from] });
  return (await team.find(keys)).size;
}

test('a server that is too busy for a moment costs a publisher none of the lists there', async (t) => {
  await using server = await davServer();
  const keys = [(await publishes(server.url, 'alice', 'one')).key, (await publishes(server.url, 'bob', 'two')).key];
  server.refusals.set('/stx/heads/alice', [429, 503]);
  server.refusals.set('/stx/publishers', [429]);
  for (const [publisher, name] of [
    ['alice', 'three'],
    ['carol', 'four'],
  ] as const) {
    const { key, troubles } = await publishes(server.url, publisher, name);
    t.deepEqual(troubles, []);
    keys.push(key);
  }
  t.deepEqual(decodePublishers(server.files.get('/stx/publishers')?.toString() ?? ''), ['alice', 'bob', 'carol']);
  t.is(await finds(server.url, keys), 4);
});

for (const status of [429, 403]) {
  test(`a server that never gives its lists (${status}) keeps those it has, and the publisher is told`, async (t) => {
    await using server = await davServer();
    const { key } = await publishes(server.url, 'alice', 'one');
    server.always.set('/stx/heads/alice', status);
    const { troubles } = await publishes(server.url, 'alice', 'two');
    t.regex(troubles.map(({ kind, reason }) => `${kind} ${reason}`).join(), new RegExp(`^unpublished HTTP ${status}`));
    server.always.clear();
    t.is(await finds(server.url, [key]), 1);
  });
}

test('a server that does not show what was written is told', async (t) => {
  await using server = await davServer();
  server.always.set('/stx/publishers', 404);
  const { troubles } = await publishes(server.url, 'alice', 'one');
  t.regex(troubles[0]?.reason ?? '', /`stx\/publishers` does not hold what was written to it/);
});
