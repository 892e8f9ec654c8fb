import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { parseCredentials } from '../../engine/remote/mirror-address.ts';
import { faultyMirror } from '../support/faulty-mirror.ts';
import { builder, folderUrl, meet } from '../support/team-stores.ts';

/** A server that sends everybody elsewhere, and what it was shown. */
async function redirecting(to: (path: string) => string) {
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    request.resume();
    response.writeHead(307, { location: to(request.url ?? '') }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authorizations,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a mirror that sends readers elsewhere is followed, but its token stays with it', async (t) => {
  using maker = builder();
  using reader = builder();
  const key = await maker.make('one', { a: 'x', big: Buffer.alloc(2 << 20, 'text ') });
  const folder = `${maker.path}/published`;
  await using publishing = meet(maker, { publish: [folderUrl(folder)] });
  publishing.publish(key);
  await publishing.finish();
  await using mirror = await faultyMirror(folder, () => 'none');
  await using elsewhere = await redirecting((path) => `${mirror.url}${path}`);
  const credentials = parseCredentials(`${elsewhere.url} a-token-for-it\n`);
  await using team = meet(reader, { mirrors: [elsewhere.url], credentials });
  t.true((await team.find([key])).has(key));
  t.is((await team.fetch(key)).problem, undefined);
  t.deepEqual(team.troubles, []);
  t.true(elsewhere.authorizations.every((each) => each === 'Bearer a-token-for-it'));
  t.deepEqual(
    mirror.authorizations.filter((each) => each !== undefined),
    [],
  );
});

test('a mirror that sends readers round and round is told once, and nothing hangs', async (t) => {
  using reader = builder();
  await using round = await redirecting((path) => path);
  await using team = meet(reader, { mirrors: [round.url] });
  t.is((await team.find(['0'.repeat(64)])).size, 0);
  t.true(round.authorizations.length < 40, `${round.authorizations.length}`);
});
