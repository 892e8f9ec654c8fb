import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { sha256 } from '../../engine/base/sha256.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { type DownloadSettings, download, downloadMany } from '../../engine/net/download.ts';
import { DownloadError } from '../../engine/net/download-error.ts';
import { processSpace } from '../../engine/net/process-mark.ts';
import { closedPort, httpFixture } from '../support/http-fixture.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const body = randomBytes(100_000);
const sum = sha256(body);
const quick: DownloadSettings = { timeouts: { connectMs: 2000, stallMs: 200, backoffMs: 1 }, retries: 2 };

test('a file arrives under its name, and nothing else is left', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'deep/a');
  const result = await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
  t.is(result.sha256, sum);
  t.deepEqual(readdirSync(join(directory.path, 'deep')), ['a']);
});

test('without an expected sum the real one is told', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const result = await download({ urls: [`${server.url}/a`], path: join(directory.path, 'a'), ...quick });
  t.is(result.sha256, sum);
});

test('a connection that breaks is continued where it broke', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'cut-off', body, after: 60_000, etag: '"v1"' }, { kind: 'file', body, etag: '"v1"' });
  const path = join(directory.path, 'a');
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
  t.deepEqual(
    server.requests.map((request) => request.range),
    [undefined, 'bytes=60000-'],
  );
});

test('a file that changed on the server between two attempts starts again', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const old = randomBytes(80_000);
  server.serve('/a', { kind: 'cut-off', body: old, after: 50_000, etag: '"v1"' }, { kind: 'file', body, etag: '"v2"' });
  const path = join(directory.path, 'a');
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
});

test('what an earlier run left is continued', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  writeFileSync(`${path}.part`, body.subarray(0, 70_000));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
  t.is(server.requests[0]?.range, 'bytes=70000-');
  t.deepEqual(readdirSync(directory.path), ['a']);
});

test('what a killed process left is continued, what a live one writes is not touched', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  const live = `${path}.part-${process.ppid}.${processSpace()}-0-aaaaaaaa`;
  writeFileSync(live, 'x');
  writeFileSync(`${path}.part-4194304.${processSpace()}-0-bbbbbbbb`, body.subarray(0, 30_000));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.is(server.requests[0]?.range, 'bytes=30000-');
  t.deepEqual(readFileSync(path), body);
  t.is(readFileSync(live, 'utf8'), 'x');
});

test('what another container writes is continued only when it has not changed for an hour', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  const foreign = `${path}.part-4194304.00000000-0-aaaaaaaa`;
  writeFileSync(foreign, body.subarray(0, 30_000));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.true(existsSync(foreign));
  const overAnHourAgo = Date.now() / 1000 - 3700;
  utimesSync(foreign, overAnHourAgo, overAnHourAgo);
  await download({ urls: [`${server.url}/a`], path, sha256: sha256('another'), ...quick }).catch(() => undefined);
  t.deepEqual(
    server.requests.slice(0, 2).map((request) => request.range),
    [undefined, 'bytes=30000-'],
  );
  t.false(existsSync(foreign));
});

test('left-over bytes of another file cost one new start and blame nobody', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  writeFileSync(`${path}.part`, randomBytes(500));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
  t.deepEqual(readdirSync(directory.path), ['a']);
});

test('left-over bytes longer than the file are dropped', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  writeFileSync(`${path}.part`, randomBytes(200_000));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
});

test('a server that ignores ranges sends the file from the start', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body, range: false });
  const path = join(directory.path, 'a');
  writeFileSync(`${path}.part`, randomBytes(10));
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
  t.is(server.requests.length, 1);
});

test('a server that is busy is asked again', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'status', status: 503 }, { kind: 'status', status: 503 }, { kind: 'file', body });
  await download({ urls: [`${server.url}/a`], path: join(directory.path, 'a'), sha256: sum, ...quick });
  t.is(server.requests.length, 3);
});

test('redirects are followed', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'redirect', to: '/b' });
  server.serve('/b', { kind: 'file', body });
  const path = join(directory.path, 'a');
  await download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
});

test('a mirror without the file is asked once, then the next one serves it', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/good/a', { kind: 'file', body });
  const urls = [`${server.url}/gone/a`, `${server.url}/good/a`];
  const result = await download({ urls, path: join(directory.path, 'a'), sha256: sum, ...quick });
  t.is(result.url, urls[1] ?? '');
  t.deepEqual(
    result.failures.map((failure) => failure.kind),
    ['not-found'],
  );
  t.is(server.requests.length, 2);
});

test('a mirror that hangs, before or in the middle, gives way to the next', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/silent', { kind: 'hang' });
  server.serve('/stuck', { kind: 'hang', body, after: 5000 });
  server.serve('/good', { kind: 'file', body });
  const urls = ['silent', 'stuck', 'good'].map((name) => `${server.url}/${name}`);
  const path = join(directory.path, 'a');
  const result = await download({ urls, path, sha256: sum, ...quick, retries: 0 });
  t.deepEqual(
    result.failures.map((failure) => failure.reason),
    ['sent nothing for 0.2 s', 'sent nothing for 0.2 s'],
  );
  t.deepEqual(readFileSync(path), body);
});

test('when all fail, each URL is listed with its reason and without credentials', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/busy', { kind: 'status', status: 500 });
  const secret = server.url.replace('http://', 'http://user:hunter2@');
  const urls = [`${secret}/gone`, `${server.url}/busy?token=hunter2`, `${await closedPort()}/a`, 'ftp://x/y'];
  const error = await t.throwsAsync(
    download({ urls, path: join(directory.path, 'a'), sha256: sum, ...quick, retries: 0 }),
    { instanceOf: DownloadError },
  );
  t.is(error?.diagnostics[0]?.code, 'download-failed');
  t.deepEqual(
    error?.failures.map((failure) => failure.kind),
    ['not-found', 'refused', 'unreachable', 'refused'],
  );
  const message = error?.diagnostics[0]?.message ?? '';
  for (const part of ['/gone: HTTP 404', '/busy?token=***: HTTP 500', 'ECONNREFUSED'])
    t.true(message.includes(part), part);
  t.false(message.includes('hunter2'));
  t.deepEqual(readdirSync(directory.path), []);
});

test('user and password of a URL are sent as basic authorization', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const url = `${server.url.replace('http://', 'http://user:p%40ss@')}/a`;
  await download({ urls: [url], path: join(directory.path, 'a'), sha256: sum, ...quick });
  t.is(server.requests[0]?.authorization, `Basic ${Buffer.from('user:p@ss').toString('base64')}`);
});

test('wrong content is set aside, told with both sums, and not used', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const wrong = randomBytes(100);
  server.serve('/a', { kind: 'file', body: wrong });
  const path = join(directory.path, 'a');
  const error = await t.throwsAsync(download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick }), {
    instanceOf: StxError,
  });
  t.is(error?.diagnostics[0]?.code, 'checksum-mismatch');
  t.true(error?.message.includes(sum));
  t.true(error?.message.includes(sha256(wrong)));
  t.deepEqual(readdirSync(directory.path), [`a.bad-checksum_${sha256(wrong).slice(0, 8)}`]);
  t.is(server.requests.length, 1);
});

test('after a mirror with wrong content the next one serves the file', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/bad/a', { kind: 'file', body: randomBytes(100) });
  server.serve('/good/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  const urls = [`${server.url}/bad/a`, `${server.url}/good/a`];
  await download({ urls, path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
});

test('a server that sends more than the known size is stopped', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  const error = await t.throwsAsync(
    download({ urls: [`${server.url}/a`], path, sha256: sum, sizeBytes: 1000, ...quick }),
    { instanceOf: DownloadError },
  );
  t.is(error?.failures[0]?.kind, 'wrong-content');
  t.deepEqual(readdirSync(directory.path), []);
});

test('a folder of this machine serves as a mirror', async (t) => {
  using directory = temporaryDirectory();
  writeFileSync(join(directory.path, 'source'), body);
  const urls = ['absent', 'source'].map((name) => pathToFileURL(join(directory.path, name)).href);
  const path = join(directory.path, 'a');
  await download({ urls, path, sha256: sum, ...quick });
  t.deepEqual(readFileSync(path), body);
});

test('a cancelled download ends at once and keeps what came', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'hang', body, after: 5000 });
  const path = join(directory.path, 'a');
  const stop = new AbortController();
  const onProgress = (received: number): void => {
    if (received === 5000) stop.abort(new Error('stopped'));
  };
  const patient = { timeouts: { stallMs: 50_000 } };
  await t.throwsAsync(
    download({ urls: [`${server.url}/a`], path, sha256: sum, signal: stop.signal, onProgress, ...patient }),
    { message: 'stopped' },
  );
  t.deepEqual(readdirSync(directory.path), ['a.part']);
  t.deepEqual(readFileSync(`${path}.part`), body.subarray(0, 5000));
});

test('two downloads of one file at the same time both end with the whole file', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  const one = () => download({ urls: [`${server.url}/a`], path, sha256: sum, ...quick });
  await Promise.all([one(), one(), one()]);
  t.deepEqual(readFileSync(path), body);
  t.deepEqual(readdirSync(directory.path), ['a']);
});

test('an explicit proxy gets the request, a host in the exceptions does not', async (t) => {
  using directory = temporaryDirectory();
  await using proxy = await httpFixture();
  proxy.serve('/a', { kind: 'file', body });
  const path = join(directory.path, 'a');
  await download({
    urls: ['http://far.invalid/a'],
    path,
    sha256: sum,
    ...quick,
    proxies: { http: proxy.url, none: '' },
  });
  t.is(proxy.requests[0]?.host, 'far.invalid');
  await using server = await httpFixture();
  server.serve('/b', { kind: 'file', body });
  const proxies = { http: proxy.url, none: '127.0.0.1' };
  await download({ urls: [`${server.url}/b`], path: join(directory.path, 'b'), sha256: sum, ...quick, proxies });
  // On a busy machine a request may be late, and be made again.
  t.deepEqual([...new Set(server.requests.map(({ path }) => path))], ['/b']);
  t.deepEqual([...new Set(proxy.requests.map(({ host }) => host))], ['far.invalid']);
});

test('many files share few connections, and one that is gone does not stop the others', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const names = Array.from({ length: 200 }, (_, index) => `f${index}`);
  for (const name of names) if (name !== 'f7') server.serve(`/${name}`, { kind: 'file', body: Buffer.from(name) });
  const requests = names.map((name) => ({
    urls: [`${server.url}/${name}`],
    path: join(directory.path, name),
    sha256: sha256(name),
  }));
  const seen: number[] = [];
  const fractions: number[] = [];
  const onProgress = (done: number, _bytes: number, fraction: number): void => {
    seen.push(done);
    fractions.push(fraction);
  };
  const results = await downloadMany(requests, { ...quick, parallel: 8, onProgress });
  t.is(results.filter((result) => result instanceof DownloadError).length, 1);
  t.true(results[7] instanceof DownloadError);
  t.is(readdirSync(directory.path).length, 199);
  t.true(server.connections() <= 16, `${server.connections()} connections`);
  t.is(seen.at(-1), 200);
  t.is(fractions.at(-1), 1);
  t.true(fractions.every((each, index) => each >= (fractions[index - 1] ?? 0) && each <= 1));
});

test('a mirror that does not answer is asked for one file only, not for each', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const dead = await closedPort();
  const names = ['a', 'b', 'c'];
  for (const name of names) server.serve(`/${name}`, { kind: 'file', body });
  const requests = names.map((name) => ({
    urls: [`${dead}/${name}`, `${server.url}/${name}`],
    path: join(directory.path, name),
    sha256: sum,
  }));
  const results = await downloadMany(requests, { ...quick, parallel: 1 });
  const reasons = results.map((result) => result.failures[0]?.reason);
  t.regex(reasons[0] ?? '', /ECONNREFUSED/);
  t.deepEqual(reasons.slice(1), ['did not answer before', 'did not answer before']);
  t.true(names.every((name) => existsSync(join(directory.path, name))));
});
