import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { sha256 } from '../../../engine/base/sha256.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/fetch/fetch.ts';
import { httpFixture } from '../../support/http-fixture.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const body = randomBytes(5000);
const sum = sha256(body);

async function failure(variables: Readonly<Record<string, string>>) {
  const error = await run(taskContext({ BB_FETCH_RETRIES: '0', ...variables })).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  const [first] = error.diagnostics;
  return { code: first?.code, message: first?.message ?? '', help: first?.help ?? '' };
}

test('a source with its sum is downloaded once and named as artifact', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/x/a-1.tar.gz', { kind: 'file', body });
  const variables = {
    SRC_URI: `${server.url}/x/a-1.tar.gz`,
    'SRC_URI[sha256sum]': sum,
    DL_DIR: directory.path,
  };
  const artifacts = [{ path: join(directory.path, 'a-1.tar.gz'), sizeBytes: 5000 }];
  t.deepEqual(await run(taskContext(variables)), { artifacts, bytes: 5000 });
  t.deepEqual(await run(taskContext({ ...variables, BB_NO_NETWORK: '1' })), { artifacts, bytes: 0 });
  t.is(server.requests.length, 1);
});

test('named sources have sums of their own, and downloadfilename renames', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  server.serve('/b', { kind: 'file', body: Buffer.from('b') });
  const SRC_URI = `${server.url}/a;name=one ${server.url}/b;downloadfilename=c;sha256sum=${sha256('b')}`;
  await run(taskContext({ SRC_URI, 'SRC_URI[one.sha256sum]': sum, DL_DIR: directory.path }));
  t.deepEqual(readdirSync(directory.path).sort(), ['a', 'c']);
});

test('without a sum the line to add is told, and the file is not kept', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  const told = await failure({ SRC_URI: `${server.url}/a;name=one`, DL_DIR: directory.path });
  t.is(told.code, 'missing-checksum');
  t.true(told.help.endsWith(`SRC_URI[one.sha256sum] = "${sum}"`), told.help);
  t.deepEqual(readdirSync(directory.path), []);
});

test('a present file with another sum is set aside and fetched again', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body });
  writeFileSync(join(directory.path, 'a'), 'damaged');
  await run(taskContext({ SRC_URI: `${server.url}/a`, 'SRC_URI[sha256sum]': sum, DL_DIR: directory.path }));
  t.deepEqual(readFileSync(join(directory.path, 'a')), body);
  t.true(readdirSync(directory.path).includes(`a.bad-checksum_${sha256('damaged').slice(0, 8)}`));
});

test('without network only what is present counts, and the URL that would be needed is named', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const SRC_URI = `${server.url}/a`;
  const told = await failure({ SRC_URI, 'SRC_URI[sha256sum]': sum, DL_DIR: directory.path, BB_NO_NETWORK: '1' });
  t.is(told.code, 'network-disabled');
  t.true(told.message.includes(SRC_URI));
  t.is(server.requests.length, 0);
});

test('premirrors come first, mirrors last, a folder among them works without network', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/last/a', { kind: 'file', body });
  const variables = {
    SRC_URI: `${server.url}/upstream/a`,
    'SRC_URI[sha256sum]': sum,
    DL_DIR: join(directory.path, 'dl'),
    PREMIRRORS: `http://.*/upstream/.* ${server.url}/first/`,
    MIRRORS: `https?://.*/.* ${server.url}/last/ \\n ftp://.*/.* http://never/`,
  };
  await run(taskContext(variables));
  t.deepEqual(
    server.requests.map((request) => request.path),
    ['/first/a', '/upstream/a', '/last/a'],
  );
  mkdirSync(join(directory.path, 'folder'));
  writeFileSync(join(directory.path, 'folder/a'), body);
  const PREMIRRORS = `http://.*/.* file://${directory.path}/folder/`;
  await run(taskContext({ ...variables, DL_DIR: join(directory.path, 'dl2'), PREMIRRORS, BB_NO_NETWORK: '1' }));
  t.is(server.requests.length, 3);
});

test('with premirrors only, upstream is never asked', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/upstream/a', { kind: 'file', body });
  const told = await failure({
    SRC_URI: `${server.url}/upstream/a`,
    'SRC_URI[sha256sum]': sum,
    DL_DIR: directory.path,
    PREMIRRORS: `http://.*/.* ${server.url}/first/`,
    BB_FETCH_PREMIRRORONLY: '1',
  });
  t.is(told.code, 'download-failed');
  t.deepEqual(
    server.requests.map((request) => request.path),
    ['/first/a'],
  );
  const none = await failure({
    SRC_URI: `${server.url}/upstream/a`,
    'SRC_URI[sha256sum]': sum,
    DL_DIR: directory.path,
    BB_FETCH_PREMIRRORONLY: '1',
  });
  t.deepEqual(none, {
    code: 'download-failed',
    message: `\`${server.url}/upstream/a\` is not in DL_DIR, BB_FETCH_PREMIRRORONLY is set, and PREMIRRORS has nothing for it`,
    help: `add a pair to PREMIRRORS, put the file at \`${join(directory.path, 'a')}\`, or unset BB_FETCH_PREMIRRORONLY`,
  });
});

test('a wrong file from upstream is told with both sums', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/a', { kind: 'file', body: Buffer.from('evil') });
  const told = await failure({ SRC_URI: `${server.url}/a`, 'SRC_URI[sha256sum]': sum, DL_DIR: directory.path });
  t.is(told.code, 'checksum-mismatch');
  t.true(told.message.includes(sum) && told.message.includes(sha256('evil')));
});

test('a local file must be found', async (t) => {
  using directory = temporaryDirectory();
  const DL_DIR = directory.path;
  t.is((await failure({ SRC_URI: 'file://x.patch', DL_DIR })).code, 'local-source-missing');
  const LOCAL_SOURCES = JSON.stringify([{ uri: 'file://x.patch', path: join(DL_DIR, 'x.patch'), name: 'x.patch' }]);
  t.is((await failure({ SRC_URI: 'file://x.patch', DL_DIR, LOCAL_SOURCES })).code, 'local-source-missing');
  writeFileSync(join(DL_DIR, 'x.patch'), '');
  t.deepEqual(await run(taskContext({ SRC_URI: 'file://x.patch;striplevel=0', DL_DIR, LOCAL_SOURCES })), {
    artifacts: [],
    bytes: 0,
  });
});

test('entries that cannot be used are refused with their reason', async (t) => {
  const rows = [
    ['x.tar.gz', 'scheme'],
    ['svn://host/x', '`svn`'],
    ['http://host/', 'names no file'],
    ['http://host/a%00b', 'names no file'],
    ['http://host/..%2Fb', 'names no file'],
    ['http://host/a;sha256sum=123', '64 hexadecimal'],
    [`http://h/a;sha256sum=${sum} http://h/b/a;sha256sum=${sha256('b')}`, 'both kept as `a`'],
  ] as const;
  for (const [SRC_URI, part] of rows) {
    const told = await failure({ SRC_URI, DL_DIR: '/proc/nonexistent' });
    t.is(told.code, 'bad-source-uri', SRC_URI);
    t.true(told.message.includes(part), told.message);
  }
  const odd = await failure({
    SRC_URI: `http://h/a;sha256sum=${sum}`,
    DL_DIR: '/proc/nonexistent',
    MIRRORS: 'http://.*/.*',
  });
  t.is(odd.code, 'bad-source-uri');
});
