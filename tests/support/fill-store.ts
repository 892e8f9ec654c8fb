import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { digestOf } from '../../engine/base/sha256.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { openHttpSession } from '../../engine/net/http-session.ts';
import { receiveBlob } from '../../engine/remote/receive-blob.ts';
import { servedStore, testToken } from './cache-server-fixture.ts';
import { mountTiny } from './tiny-file-system.ts';

/** Script for `runWithMounts`: brings blobs into a store of one megabyte, from a mirror or as `cache serve`; prints what came of it. */
const [action = '', directory = ''] = process.argv.slice(2);
const store = join(directory, 'store');
mkdirSync(store);
mountTiny(store);
const body = randomBytes(3_000_000);
const digest = digestOf(body);

function left(): readonly string[] {
  const names = ['partial', 'tmp', 'cas'].filter((name) => existsSync(join(store, name)));
  return names.flatMap((name) =>
    readdirSync(join(store, name), { recursive: true, encoding: 'utf8' }).filter((path) => path.length > 2),
  );
}

async function receiveTooMuch(): Promise<object> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using session = openHttpSession({ connections: 1, connectMs: 5000, stallMs: 5000 });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/blob`;
  const request = { digest, url, session, headers: {}, directory: store, onBytes: () => undefined };
  const code = await receiveBlob({ ...request, signal: AbortSignal.timeout(60_000) }).then(
    () => 'ok',
    (error: unknown) => (error instanceof StxError ? error.diagnostics[0]?.code : String(error)),
  );
  server.closeAllConnections();
  server.close();
  return { code, requests, left: left() };
}

async function serveTooMuch(): Promise<object> {
  await using served = await servedStore({ directory: store });
  const put = async (content: Uint8Array): Promise<number> => {
    const headers = { authorization: `Bearer ${testToken}` };
    const url = `${served.url}/cas/${digestOf(content).hash}`;
    return (await fetch(url, { method: 'PUT', body: new Uint8Array(content), headers })).status;
  };
  const tooMuch = await put(body);
  const small = await put(Buffer.from('a small one'));
  return { tooMuch, small, left: left().length };
}

console.log(JSON.stringify(await (action === 'serve' ? serveTooMuch() : receiveTooMuch())));
