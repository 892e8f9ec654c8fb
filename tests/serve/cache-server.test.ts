import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import test from 'ava';
import { digestOf, sha256 } from '../../engine/base/sha256.ts';
import { openHttpSession } from '../../engine/net/http-session.ts';
import { decodeResultList } from '../../engine/remote/result-list.ts';
import type { ActionResult } from '../../engine/sstate/action-cache.ts';
import { openLocalStore } from '../../engine/sstate/local-store.ts';
import { decodeActionResult, encodeActionResult } from '../../engine/sstate/reapi/action-result.ts';
import { encodeTree } from '../../engine/sstate/reapi/tree.ts';
import { messageBytes } from '../../engine/sstate/reapi/wire.ts';
import {
  generateSigningKey,
  isTrusted,
  parseSigningKey,
  parseTrustedKey,
  signResult,
} from '../../engine/sstate/result-signature.ts';
import { withContentSize } from '../../engine/sstate/result-size.ts';
import { findBlobFile } from '../../engine/sstate/store-files.ts';
import { type ServedStore, servedStore, testToken } from '../support/cache-server-fixture.ts';
import { builder } from '../support/team-stores.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const writer = { authorization: `Bearer ${testToken}` };
const small = Buffer.from('small content');
const large = Buffer.concat([randomBytes(1 << 20), Buffer.alloc(2 << 20, 'text ')]);

function put(served: ServedStore, path: string, body: Uint8Array, headers: Record<string, string> = writer) {
  return fetch(`${served.url}${path}`, { method: 'PUT', body: new Uint8Array(body), headers });
}

const casPath = (bytes: Uint8Array) => `/cas/${sha256(bytes)}`;

/** Files of the store that are neither a blob nor a result. */
function leftovers(directory: string): readonly string[] {
  const folder = join(directory, 'tmp');
  return existsSync(folder) ? readdirSync(folder) : [];
}

test('a blob that was put is had again, plain, in part, and as zstd', async (t) => {
  await using served = await servedStore();
  for (const content of [small, large]) {
    t.is((await put(served, casPath(content), content)).status, 200);
    const whole = await fetch(`${served.url}${casPath(content)}`, { headers: { 'accept-encoding': 'identity' } });
    t.is(Buffer.compare(Buffer.from(await whole.arrayBuffer()), content), 0);
    const head = await fetch(`${served.url}${casPath(content)}`, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'identity' },
    });
    t.deepEqual([head.status, head.headers.get('content-length')], [200, String(content.byteLength)]);
    const part = await fetch(`${served.url}${casPath(content)}`, {
      headers: { range: 'bytes=5-', 'accept-encoding': 'identity' },
    });
    t.is(part.status, 206);
    t.is(part.headers.get('content-range'), `bytes 5-${content.byteLength - 1}/${content.byteLength}`);
    t.is(Buffer.compare(Buffer.from(await part.arrayBuffer()), content.subarray(5)), 0);
  }
});

test('a blob sent as zstd is kept as it came, and given so to those who take it', async (t) => {
  await using served = await servedStore();
  await using session = openHttpSession({ connections: 1, connectMs: 5000, stallMs: 5000 });
  const packed = zstdCompressSync(large);
  const headers = { ...writer, 'content-encoding': 'zstd', 'x-digest-sizebytes': String(large.byteLength) };
  t.is((await put(served, casPath(large), packed, headers)).status, 200);
  t.true((await findBlobFile(served.directory, sha256(large)))?.compressed);
  const url = `${served.url}${casPath(large)}`;
  const taken = await session.send({ method: 'GET', url, headers: { 'accept-encoding': 'zstd' } }, 1 << 24);
  t.is(taken.headers['content-encoding'], 'zstd');
  t.is(Buffer.compare(zstdDecompressSync(taken.body), large), 0);
  const plain = await session.send({ method: 'GET', url, headers: { range: 'bytes=100-' } }, 1 << 24);
  t.is(plain.status, 206);
  t.is(Buffer.compare(plain.body, large.subarray(100)), 0);
});

test('content that is not what its name says is refused and leaves nothing', async (t) => {
  await using served = await servedStore();
  const zstd = { ...writer, 'content-encoding': 'zstd' };
  for (const content of [small, large]) {
    t.is((await put(served, `/cas/${sha256('other')}`, content)).status, 400);
    t.is((await put(served, `/cas/${sha256('other')}`, zstdCompressSync(content), zstd)).status, 400);
    t.is((await put(served, casPath(content), content, zstd)).status, 400);
  }
  t.deepEqual(leftovers(served.directory), []);
  t.is(await findBlobFile(served.directory, sha256('other')), undefined);
});

test('nobody writes without a token, and a private server is not read without one', async (t) => {
  await using served = await servedStore();
  t.is((await put(served, casPath(small), small, {})).status, 401);
  t.is((await put(served, casPath(small), small, { authorization: 'Bearer wrong' })).status, 401);
  const basic = Buffer.from(`bazel:${testToken}`).toString('base64');
  t.is((await put(served, casPath(small), small, { authorization: `Basic ${basic}` })).status, 200);
  t.is((await fetch(`${served.url}${casPath(small)}`)).status, 200);
  await using closed = await servedStore({ directory: served.directory, isPrivate: true });
  t.is((await fetch(`${closed.url}${casPath(small)}`)).status, 401);
  t.is((await fetch(`${closed.url}/stx/results`, { method: 'POST', body: '' })).status, 401);
  t.is((await fetch(`${closed.url}${casPath(small)}`, { headers: writer })).status, 200);
});

test('a token that is added to the file counts at once, and one that is taken out no more', async (t) => {
  await using served = await servedStore();
  const late = 'a-token-that-came-later';
  const headers = { authorization: `Bearer ${late}` };
  t.is((await put(served, casPath(small), small, headers)).status, 401);
  appendFileSync(served.tokenFile, `new ${late}\n`);
  t.is((await put(served, casPath(small), small, headers)).status, 200);
  writeFileSync(served.tokenFile, `ci ${testToken}\n`);
  t.is((await put(served, casPath(large), large, headers)).status, 401);
});

test('when the last token is taken out, or the file is removed, nobody writes any more', async (t) => {
  for (const revoke of [(path: string) => writeFileSync(path, '# all revoked\n'), (path: string) => rmSync(path)]) {
    await using served = await servedStore();
    t.is((await put(served, casPath(small), small)).status, 200);
    revoke(served.tokenFile);
    t.is((await put(served, casPath(small), small)).status, 401);
    writeFileSync(served.tokenFile, `ci ${testToken}\n`);
    t.is((await put(served, casPath(small), small)).status, 200);
  }
});

test('the access log names who did what, and no secret', async (t) => {
  await using served = await servedStore();
  await put(served, casPath(small), small);
  await fetch(`${served.url}${casPath(small)}?password=hunter2`);
  await served.server.close();
  t.regex(served.log[0] ?? '', /^\S+Z 127\.0\.0\.1 ci PUT \/cas\/[0-9a-f]{64} 200 in=13 out=\d+ \d+ms$/);
  t.regex(served.log[1] ?? '', / - GET \/cas\/[0-9a-f]{64}/);
  t.notRegex(served.log.join('\n'), new RegExp(`${testToken}|hunter2`));
});

test('only names of blobs and results are paths', async (t) => {
  await using served = await servedStore();
  writeFileSync(join(served.directory, '..', 'secret'), 'secret');
  const paths = [
    '/',
    '/cas/',
    '/cas/../../secret',
    '/cas/..%2f..%2fsecret',
    '/ac/x',
    `/cas/${sha256('a').toUpperCase()}`,
    `/ac/${sha256('a')}/`,
    '//cas/x',
    '/tokens',
  ];
  for (const path of paths) {
    for (const method of ['GET', 'PUT']) {
      const status = await new Promise((resolve) => {
        const { hostname, port } = new URL(served.url);
        const request = plainRequest({ hostname, port, path, method, headers: writer }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        request.end();
      });
      t.is(status, 404, `${method} ${path}`);
    }
  }
  t.is((await fetch(`${served.url}${casPath(small)}`, { method: 'DELETE', headers: writer })).status, 405);
  t.is((await fetch(`${served.url}/status`)).status, 200);
});

test('a body that is larger than allowed is refused, whatever it claims to be', async (t) => {
  await using served = await servedStore({ limits: { blobBytes: 1 << 20 } });
  t.is((await put(served, casPath(large), large)).status, 413);
  const bomb = zstdCompressSync(Buffer.alloc(64 << 20));
  const zstd = { ...writer, 'content-encoding': 'zstd' };
  t.is((await put(served, `/cas/${sha256(Buffer.alloc(64 << 20))}`, bomb, zstd)).status, 400);
  t.deepEqual(leftovers(served.directory), []);
});

test('a result is kept when all of its blobs are there, and given only then', async (t) => {
  using maker = builder();
  await using served = await servedStore();
  const key = await maker.make('one', { a: 'content of a' });
  const result = (await maker.store.actions.find([key])).get(key);
  if (result === undefined) return t.fail();
  const bytes = encodeActionResult(result);
  t.is((await put(served, `/ac/${key}`, bytes)).status, 422);
  const tree = await maker.store.blobs.read(result.trees[0] ?? digestOf(''));
  await put(served, casPath(tree ?? small), tree ?? small);
  t.is((await put(served, `/ac/${key}`, bytes)).status, 422);
  const file = Buffer.from('content of a');
  await put(served, casPath(file), file);
  t.is((await put(served, `/ac/${key}`, bytes)).status, 200);
  const had = await fetch(`${served.url}/ac/${key}`);
  t.is(Buffer.compare(Buffer.from(await had.arrayBuffer()), bytes), 0);
  rmSync((await findBlobFile(served.directory, sha256(file)))?.path ?? '');
  t.is((await fetch(`${served.url}/ac/${key}`)).status, 404);
});

test('a result that is damaged or contradicts itself is refused', async (t) => {
  using maker = builder();
  await using served = await servedStore({ directory: maker.directory });
  const key = await maker.make('one', { a: 'x' });
  const result = (await maker.store.actions.find([key])).get(key);
  if (result === undefined) return t.fail();
  const damaged = Buffer.from(encodeActionResult(result));
  const at = damaged.byteLength - 20;
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  t.is((await put(served, `/ac/${sha256('k')}`, damaged)).status, 400);
  const liar = encodeActionResult({ ...result, output: digestOf('another output') });
  t.is((await put(served, `/ac/${sha256('k')}`, liar)).status, 400);
  t.is((await put(served, `/ac/${sha256('k')}`, Buffer.from('no message at all'))).status, 400);
  t.is((await fetch(`${served.url}/ac/${sha256('k')}`)).status, 404);
});

/** A key that signs, and the set of trusted keys that it alone is in. */
function signingKey(name: string) {
  const pair = generateSigningKey(name);
  const [signer, known] = [parseSigningKey(pair.secret), parseTrustedKey(pair.public)];
  if (signer === undefined || known === undefined) throw new Error('no key');
  return { signer, trusted: new Map([known]) };
}

/** A served store with an unsigned result under a key, and a result with another output. */
async function servedResult() {
  const maker = builder();
  const served = await servedStore({ directory: maker.directory });
  const key = await maker.make('one', { a: 'x' });
  const elsewhere = await maker.make('two', { a: 'y' });
  const results = await maker.store.actions.find([key, elsewhere]);
  const [own, other] = [results.get(key), results.get(elsewhere)];
  if (own === undefined || other === undefined) throw new Error('no result');
  return {
    key,
    own,
    other,
    send: async (result: ActionResult) => (await put(served, `/ac/${key}`, encodeActionResult(result))).status,
    given: async () => {
      const answer = await fetch(`${served.url}/ac/${key}`);
      const result = decodeActionResult(Buffer.from(await answer.arrayBuffer()));
      if (result === undefined) throw new Error(`HTTP ${answer.status}`);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      await served[Symbol.asyncDispose]();
      maker[Symbol.dispose]();
    },
  };
}

test('of unsigned results the first stays', async (t) => {
  await using at = await servedResult();
  for (const result of [at.other, { ...at.own, durationMs: 7 }]) t.is(await at.send(result), 200);
  t.deepEqual(await at.given(), at.own);
});

test('the same output signed by a builder that took another time is trusted from then on', async (t) => {
  await using at = await servedResult();
  const ci = signingKey('ci');
  t.is(await at.send(signResult(at.key, { ...at.own, durationMs: at.own.durationMs + 2 }, ci.signer)), 200);
  t.true(await isTrusted(at.key, await at.given(), ci.trusted));
});

test('while keys are changed a result is trusted by those who know the old one and by those who know the new one', async (t) => {
  await using at = await servedResult();
  const [old, fresh] = [signingKey('ci-2025'), signingKey('ci-2026')];
  const sized = (each: typeof old) => withContentSize(signResult(at.key, at.own, each.signer), 1);
  t.is(await at.send(sized(old)), 200);
  t.is(await at.send(sized(fresh)), 200);
  for (const { trusted } of [old, fresh]) t.true(await isTrusted(at.key, await at.given(), trusted));
});

test('a wrong signature, or an unsigned result with another output, does not keep the signed one out', async (t) => {
  const ci = signingKey('ci');
  await using at = await servedResult();
  t.is(await at.send(signResult(at.key, { ...at.own, durationMs: 8 }, signingKey('ci').signer)), 200);
  t.false(await isTrusted(at.key, await at.given(), ci.trusted));
  t.is(await at.send(signResult(at.key, at.own, ci.signer)), 200);
  t.true(await isTrusted(at.key, await at.given(), ci.trusted));
  await using unsigned = await servedResult();
  t.is(await unsigned.send(signResult(unsigned.key, unsigned.other, ci.signer)), 200);
  t.true(await isTrusted(unsigned.key, await unsigned.given(), ci.trusted));
  t.is(await unsigned.send(unsigned.own), 200);
  t.true(await isTrusted(unsigned.key, await unsigned.given(), ci.trusted));
});

test('only what is one zstd frame is taken as one', async (t) => {
  await using served = await servedStore();
  const zstd = { ...writer, 'content-encoding': 'zstd' };
  const skippable = Buffer.from('502a4d1801000000ff', 'hex');
  for (const content of [small, large]) {
    const frame = zstdCompressSync(content);
    const halves = [content.subarray(0, 3), content.subarray(3)].map((part) => zstdCompressSync(part));
    const wrong = [
      [frame, Buffer.from('junk')],
      [frame, zstdCompressSync(Buffer.alloc(0))],
      [skippable, frame],
      halves,
      [frame.subarray(0, -1)],
    ];
    for (const [index, parts] of wrong.entries())
      t.is((await put(served, casPath(content), Buffer.concat(parts), zstd)).status, 400, `${index}`);
    t.is(await findBlobFile(served.directory, sha256(content)), undefined);
    t.is((await put(served, casPath(content), frame, zstd)).status, 200);
  }
  t.deepEqual(leftovers(served.directory), []);
});

test('results of other programs are kept beside ours, complete or not at all', async (t) => {
  await using served = await servedStore();
  const tree = Buffer.from(
    encodeTree({ entries: [{ kind: 'file', path: 'out', mode: 0o644, digest: digestOf(small) }] }),
  );
  const result = Buffer.from(
    messageBytes((fields) => {
      fields.message(2, (file) => {
        file.text(1, 'bazel-out/a');
        file.digest(2, digestOf(small));
      });
      fields.message(2, (file) => {
        file.text(1, 'bazel-out/empty');
        file.digest(2, digestOf(''));
      });
      fields.message(3, (directory) => {
        directory.text(1, 'bazel-out/dir');
        directory.digest(3, digestOf(tree));
      });
      fields.digest(6, digestOf('output of the program'));
    }),
  );
  const path = `/ac/${sha256('of another program')}`;
  t.is((await put(served, path, result)).status, 422);
  for (const content of [small, tree, Buffer.from('output of the program')])
    await put(served, casPath(content), content);
  t.is((await put(served, path, result)).status, 200);
  t.is(Buffer.compare(Buffer.from(await (await fetch(`${served.url}${path}`)).arrayBuffer()), result), 0);
  t.is((await fetch(`${served.url}/cas/${sha256('')}`)).status, 200);
  const found = await openLocalStore(served.directory).actions.find([sha256('of another program')]);
  t.is(found.size, 0, 'no build takes it for a result of its own');
});

test('one call says which results are there, and one which blobs are missing', async (t) => {
  using maker = builder();
  await using served = await servedStore({ directory: maker.directory });
  const key = await maker.make('one', { a: 'x' });
  const asked = await fetch(`${served.url}/stx/results`, { method: 'POST', body: [key, sha256('none')].join('\n') });
  t.deepEqual((await decodeResultList(Buffer.from(await asked.arrayBuffer())))?.keys, [key]);
  const missing = await fetch(`${served.url}/stx/missing-blobs`, {
    method: 'POST',
    body: `${sha256('x')}\n${sha256('none')}\n`,
  });
  t.is(await missing.text(), sha256('none'));
  const wrong = await fetch(`${served.url}/stx/missing-blobs`, { method: 'POST', body: '../../etc/passwd\n' });
  t.is(wrong.status, 400);
  t.is((await fetch(`${served.url}/stx/results`)).status, 405);
  const many = await fetch(`${served.url}/stx/results`, { method: 'POST', body: 'x'.repeat(10 << 20) }).catch(
    () => undefined,
  );
  t.true(many === undefined || many.status === 413);
});

test('a client that hangs is ended; others are served meanwhile', async (t) => {
  await using served = await servedStore({ limits: { slowMs: 2000, leastBytes: 100 } });
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.write(
    `PUT ${casPath(large)} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${testToken}\r\ncontent-length: ${large.byteLength}\r\n\r\nfirst`,
  );
  t.is((await put(served, casPath(small), small)).status, 200);
  await closed;
  await served.server.close();
  t.deepEqual(leftovers(served.directory), []);
  t.true(served.log.some((line) => / PUT .*cut-off$/.test(line)));
});

test('nobody holds a connection by hanging, whatever was answered before', async (t) => {
  await using served = await servedStore({ limits: { slowMs: 1000, leastBytes: 100 } });
  const { hostname, port } = new URL(served.url);
  const heads = [
    'POST /stx/results HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc',
    'POST /stx/results HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\nabc',
    `PUT ${casPath(large)} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000000\r\n\r\nabc`,
    `PUT ${casPath(large)} HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 100000000\r\n\r\nabc`,
  ];
  const ends = heads.map((head) => {
    const socket = connect(Number(port), hostname, () => socket.write(head));
    socket.on('error', () => undefined).resume();
    return new Promise((resolve) => socket.once('close', resolve));
  });
  t.is((await Promise.all(ends)).length, heads.length);
});

test('a body that is not wanted is not taken for ever', async (t) => {
  await using served = await servedStore();
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  let said = '';
  socket.on('data', (part) => {
    said += part.toString();
  });
  socket.write(`PUT ${casPath(large)} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000000\r\n\r\n`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const part = Buffer.alloc(1 << 16);
  let sent = 0;
  const send = (error?: Error | null): void => {
    if (error || socket.destroyed) return;
    sent += part.byteLength;
    socket.write(part, send);
  };
  send();
  await closed;
  t.true(sent < 1 << 26, `${sent}`);
  t.regex(said, /^HTTP\/1.1 401 /);
});

test('connections above the limit are not taken', async (t) => {
  await using served = await servedStore({ limits: { connections: 1 } });
  const { hostname, port } = new URL(served.url);
  const first = connect(Number(port), hostname);
  await new Promise((resolve) => first.once('connect', resolve));
  await t.throwsAsync(fetch(`${served.url}/status`, { headers: { connection: 'close' } }));
  first.destroy();
});

test('the end of the server waits for what is under way', async (t) => {
  await using served = await servedStore({ limits: { graceMs: 30_000 } });
  const { hostname, port } = new URL(served.url);
  const answered = new Promise<number | undefined>((resolve, reject) => {
    const headers = { ...writer, 'content-length': large.byteLength };
    const request = plainRequest({ hostname, port, path: casPath(large), method: 'PUT', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', reject);
    const whenTaken = (): void => {
      if (leftovers(served.directory).length === 0) return void setImmediate(whenTaken);
      void served.server.close();
      setImmediate(() => request.end(large.subarray(1000)));
    };
    request.write(large.subarray(0, 1000), whenTaken);
  });
  t.is(await answered, 200);
  await t.throwsAsync(fetch(`${served.url}/status`));
});

test('builds and other servers may use the store at the same time', async (t) => {
  await using served = await servedStore();
  await using beside = await servedStore({ directory: served.directory });
  const store = openLocalStore(served.directory);
  const contents = Array.from({ length: 40 }, (_, index) => Buffer.from(`content ${index % 20}`.repeat(1000)));
  await Promise.all(
    contents.flatMap((content, index) => [
      put(index % 2 === 0 ? served : beside, casPath(content), content),
      store.blobs.putBytes(content),
    ]),
  );
  t.deepEqual(await store.blobs.findMissing(contents.map(digestOf)), []);
  t.deepEqual(leftovers(served.directory), []);
});

test('https is spoken with the certificate that was given', async (t) => {
  using folder = temporaryDirectory();
  const [keyPath, certificatePath] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      keyPath,
      '-out',
      certificatePath,
    ],
    { stdio: 'ignore' },
  );
  const certificate = readFileSync(certificatePath, 'utf8');
  await using served = await servedStore({ tls: { certificate, key: readFileSync(keyPath, 'utf8') } });
  await using session = openHttpSession({ connections: 1, connectMs: 5000, stallMs: 5000, authority: certificate });
  const url = `${served.url}${casPath(large)}`;
  t.is((await session.send({ method: 'PUT', url, headers: writer, body: large }, 1000)).status, 200);
  t.is(Buffer.compare((await session.send({ method: 'GET', url }, 1 << 24)).body, large), 0);
  await using stranger = openHttpSession({ connections: 1, connectMs: 5000, stallMs: 5000 });
  await t.throwsAsync(stranger.send({ method: 'GET', url }, 1 << 24), { message: /self-signed/ });
});
