import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import test from 'ava';
import { digestOf, sha256 } from '../../engine/base/sha256.ts';
import { openHttpSession } from '../../engine/net/http-session.ts';
import { parseCredentials } from '../../engine/remote/mirror-address.ts';
import { receiveBlob } from '../../engine/remote/receive-blob.ts';
import { findBlobFile } from '../../engine/sstate/store-files.ts';
import { servedStore, testToken } from '../support/cache-server-fixture.ts';
import { nginxServer } from '../support/nginx-server.ts';
import { type Builder, builder, folderUrl, meet } from '../support/team-stores.ts';

const credentials = parseCredentials(`${testToken}\n`);
const small = Buffer.from('a small file that is right');
const large = Buffer.alloc(3 << 20, 'a large file that is right ');
const files = { small, large };

/** Changes a byte in the middle of a blob as it lies in a store. */
async function damage(directory: string, content: Uint8Array): Promise<void> {
  const found = await findBlobFile(directory, sha256(content));
  if (found === undefined) throw new Error('no such blob');
  flip(found.path);
}

function flip(path: string): void {
  const bytes = readFileSync(path);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

/** What a fresh checkout that also publishes there meets, and whether its task has to run; then it publishes. */
async function buildsAt(url: string, key: string): Promise<boolean> {
  using by = builder();
  await using team = meet(by, { mirrors: [url], publish: [url], credentials });
  await team.find([key]);
  const { problem } = await team.fetch(key);
  const isThere = problem === undefined && (await by.has(key));
  if (!isThere) {
    const made = await by.make('one', files);
    const result = (await by.store.actions.find([made])).get(made);
    if (result === undefined) throw new Error('no result');
    await by.store.actions.put(key, result);
    team.publish(key);
    await team.finish();
  }
  return !isThere;
}

async function publishOne(to: string): Promise<string> {
  using maker = builder();
  const key = await maker.make('one', files);
  await using team = meet(maker, { publish: [to], credentials });
  team.publish(key);
  if ((await team.finish()).results !== 1) throw new Error(JSON.stringify(team.troubles));
  return key;
}

for (const [name, content] of Object.entries(files)) {
  test(`a ${name} blob that a server has wrong costs one build its time, and is right from then on`, async (t) => {
    await using served = await servedStore();
    const key = await publishOne(served.url);
    await damage(served.directory, content);
    t.true(await buildsAt(served.url, key));
    t.false(await buildsAt(served.url, key));
  });

  test(`a ${name} blob that a plain server has wrong is right once a build saw it`, async (t) => {
    await using nginx = await nginxServer({ webdav: true });
    const key = await publishOne(nginx.url);
    flip(join(nginx.root, 'cas', sha256(content)));
    t.true(await buildsAt(nginx.url, key));
    t.false(await buildsAt(nginx.url, key));
  });

  test(`a ${name} blob that is damaged here goes to no server, nor does its result`, async (t) => {
    await using nginx = await nginxServer({ webdav: true });
    using maker = builder();
    const key = await maker.make('one', files);
    const sound = await maker.make('two', { a: 'sound' });
    await damage(maker.directory, content);
    const folder = join(maker.path, 'published');
    await using team = meet(maker, { publish: [nginx.url, folderUrl(folder)] });
    for (const each of [key, sound]) team.publish(each);
    t.is((await team.finish()).results, 1);
    t.deepEqual(
      team.troubles.map(({ kind }) => kind),
      ['not-whole'],
    );
    for (const root of [nginx.root, folder]) {
      t.false(existsSync(join(root, 'cas', sha256(content))));
      t.false(existsSync(join(root, 'ac', key)));
      t.true(existsSync(join(root, 'ac', sound)));
    }
    t.is(await findBlobFile(maker.directory, sha256(content)), undefined);
  });
}

/** A server with one answer, as zstd; `more` is sent again and again as long as the client takes it. */
async function endless(first: Buffer, more: Buffer) {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'zstd' });
    response.write(first);
    const send = (): void => {
      if (response.destroyed) return;
      if (response.write(more)) setImmediate(send);
      else response.once('drain', send);
    };
    send();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/blob`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** How receiving a blob ends, and how many bytes it took until then. */
async function receive(by: Builder, url: string, content: Buffer) {
  let bytes = 0;
  await using session = openHttpSession({ connections: 1, connectMs: 5000, stallMs: 5000 });
  const request = { url, session, digest: digestOf(content), headers: {}, directory: by.directory };
  const onBytes = (count: number): void => {
    bytes += count;
  };
  const signal = AbortSignal.timeout(50_000);
  const error = await receiveBlob({ ...request, signal, onBytes }).then(
    () => undefined,
    (each: Error) => each,
  );
  return { error, bytes };
}

const skippable = Buffer.alloc(65_536);
skippable.writeUInt32LE(0x184d2a50, 0);
skippable.writeUInt32LE(65_536 - 8, 4);
const packed = zstdCompressSync(large);
/** A frame whose content may go on for ever: a head, then empty blocks that are not the last. */
const emptyBlocks = Buffer.alloc(30_000);

const endings: Readonly<Record<string, readonly [Buffer, Buffer]>> = {
  'skippable frames': [skippable, skippable],
  'junk behind the frame': [packed, Buffer.alloc(65_536, 1)],
  'frames without content': [zstdCompressSync(Buffer.alloc(0)), zstdCompressSync(Buffer.alloc(0))],
  'blocks without content': [packed.subarray(0, 6), emptyBlocks],
};
for (const [name, [first, more]] of Object.entries(endings)) {
  test(`of a server that sends ${name} without end little is taken, and nothing kept`, async (t) => {
    using by = builder();
    await using server = await endless(first, more);
    const { error, bytes } = await receive(by, server.url, large);
    t.regex(error?.message ?? '', /not one zstd frame|more than its size/);
    t.true(bytes < large.byteLength + (1 << 20), `${bytes}`);
    t.is(await findBlobFile(by.directory, sha256(large)), undefined);
  });
}
