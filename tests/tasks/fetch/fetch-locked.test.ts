import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import type { LockRecord } from '../../../engine/base/lock-record.ts';
import { sha256 } from '../../../engine/base/sha256.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/fetch/fetch-locked.ts';
import { httpFixture } from '../../support/http-fixture.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function record(name: string, roots: readonly string[]): LockRecord {
  const path = `pool/${name}_1+b~2_all.deb`;
  return { name, version: '1+b~2', architecture: 'all', path, sizeBytes: name.length, sha256: sha256(name), roots };
}

async function setUp(directory: string) {
  const server = await httpFixture();
  const records = [record('aaa', ['root-a']), record('bbbb', ['root-a', 'root-b']), record('ccccc', ['root-b'])];
  for (const each of records) server.serve(`/m/${each.path}`, { kind: 'file', body: Buffer.from(each.name) });
  const LOCK_FILE = join(directory, 'lock');
  writeFileSync(LOCK_FILE, formatLockFile(records));
  const DL_DIR = join(directory, 'dl');
  return {
    server,
    variables: { LOCK_FILE, LOCK_ROOT: 'root-a', LOCK_MIRRORS: `${server.url}/m/`, DL_DIR, BB_FETCH_RETRIES: '0' },
  };
}

async function failure(variables: Readonly<Record<string, string>>) {
  const error = await run(taskContext(variables)).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  return error.diagnostics;
}

test('exactly the packages of one root are downloaded, and once', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const context = taskContext(variables);
  const product = await run(context);
  t.deepEqual(
    product.artifacts?.map((artifact) => artifact.sizeBytes),
    [3, 4],
  );
  t.deepEqual(readdirSync(variables.DL_DIR), ['aaa_1+b~2_all.deb', 'bbbb_1+b~2_all.deb']);
  t.true(context.progressed.at(-1)?.startsWith('2 of 2, '));
  await run(taskContext({ ...variables, LOCK_MIRRORS: 'http://host.invalid', BB_NO_NETWORK: '1' }));
  t.is(server.requests.length, 2);
});

test('the second mirror serves what the first has no more', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  await run(taskContext({ ...variables, LOCK_MIRRORS: `${server.url}/empty ${server.url}/m` }));
  t.is(readdirSync(variables.DL_DIR).length, 2);
});

test('a package that no mirror has any more is named with its version and the way out', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  server.serve('/m/pool/aaa_1+b~2_all.deb', { kind: 'status', status: 404 });
  const diagnostics = await failure(variables);
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['locked-file-gone'],
  );
  t.true(diagnostics[0]?.message.includes('`aaa` 1+b~2'));
  t.true(diagnostics[0]?.help?.includes('stx-bake lock update'));
});

test('a mirror in trouble is not taken for a package that is gone', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  server.serve('/m/pool/aaa_1+b~2_all.deb', { kind: 'status', status: 500 });
  t.deepEqual(
    (await failure(variables)).map((each) => each.code),
    ['download-failed'],
  );
});

test('without network an absent package is an error that names it', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const diagnostics = await failure({ ...variables, BB_NO_NETWORK: '1' });
  t.deepEqual(
    diagnostics.map((each) => each.code),
    ['network-disabled', 'network-disabled'],
  );
  t.true(diagnostics[0]?.message.includes('/m/pool/aaa'));
  t.is(server.requests.length, 0);
});

test('a package that is asked for and not locked is an error that names it and the command that locks it', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const [first, ...more] = await failure({ ...variables, BOOTSTRAP_PACKAGES: 'aaa vim ccccc:all bbbb=1 vim' });
  t.deepEqual([first?.code, more.length], ['package-not-locked', 0]);
  t.regex(first?.message ?? '', /`root-a` asks for `vim`, `ccccc`, which/);
  t.regex(first?.help ?? '', /stx-bake lock update/);
  t.is(server.requests.length, 0);
});

test('a task without a root of the lock is an error that names the flag', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const [first] = await failure({ ...variables, LOCK_ROOT: '' });
  t.is(first?.code, 'missing-input');
  t.regex(first?.help ?? '', /`lock-root`/);
});

test('a root without locked packages is an error', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  t.deepEqual(
    (await failure({ ...variables, LOCK_ROOT: 'other' })).map((each) => each.code),
    ['missing-input'],
  );
});

test('PREMIRRORS and MIRRORS stand in for locked packages, too, and may be all that is asked', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const LOCK_MIRRORS = 'http://host.invalid/debian';
  const rule = `http://host.invalid/.* ${server.url}/m/pool/`;
  const settings: readonly Readonly<Record<string, string>>[] = [
    { PREMIRRORS: rule, BB_FETCH_PREMIRRORONLY: '1' },
    { MIRRORS: rule },
    { LOCK_MIRRORS: 'http://host.invalid/a', LOCK_REPOSITORY_URLS: `main=${server.url}/m`, PREMIRRORS: rule },
  ];
  for (const [index, each] of settings.entries()) {
    const DL_DIR = join(directory.path, `dl${index}`);
    await run(taskContext({ ...variables, LOCK_MIRRORS, ...each, DL_DIR }));
    t.is(readdirSync(DL_DIR).length, 2);
  }
  const diagnostics = await failure({ ...variables, LOCK_MIRRORS, BB_FETCH_PREMIRRORONLY: '1' });
  t.is(diagnostics[0]?.code, 'network-disabled');
  t.regex(diagnostics[0]?.message ?? '', /BB_FETCH_PREMIRRORONLY is set and no rule of PREMIRRORS fits/);
});

test('where there is no lock file the command that writes it is named', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const LOCK_FILE = join(directory.path, 'absent.lock');
  const [first] = await failure({ ...variables, LOCK_FILE });
  t.deepEqual([first?.code, first?.message], ['lock-missing', `there is no lock file \`${LOCK_FILE}\` yet`]);
  t.regex(first?.help ?? '', /^run `stx-bake lock update`/);
});

test('a file of the same name with another content stays, and the locked one lies beside it', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  mkdirSync(variables.DL_DIR);
  writeFileSync(join(variables.DL_DIR, 'aaa_1+b~2_all.deb'), 'of another system');
  const product = await run(taskContext(variables));
  const distinct = `${sha256('aaa').slice(0, 8)}-aaa_1+b~2_all.deb`;
  t.deepEqual(
    product.artifacts?.map(({ path }) => basename(path)),
    [distinct, 'bbbb_1+b~2_all.deb'],
  );
  t.is(readFileSync(join(variables.DL_DIR, distinct), 'utf8'), 'aaa');
  t.is(readFileSync(join(variables.DL_DIR, 'aaa_1+b~2_all.deb'), 'utf8'), 'of another system');
  await run(taskContext({ ...variables, BB_NO_NETWORK: '1', LOCK_MIRRORS: 'http://host.invalid' }));
});

test('a record is fetched from its own repository, then from the same place of the fallbacks', async (t) => {
  using directory = temporaryDirectory();
  const { server, variables } = await setUp(directory.path);
  await using _ = server;
  const records = [{ ...record('aaa', ['root-a']), repository: 'more' }, record('bbbb', ['root-a'])];
  writeFileSync(variables.LOCK_FILE, formatLockFile(records));
  const urls = [`main=${server.url}/m`, `more=${server.url}/gone`, `more=${server.url}/m`];
  await run(taskContext({ ...variables, LOCK_MIRRORS: '', LOCK_REPOSITORY_URLS: urls.join(' ') }));
  const asked = server.requests.map(({ path }) => path).sort();
  t.deepEqual(asked, ['/gone/pool/aaa_1+b~2_all.deb', '/m/pool/aaa_1+b~2_all.deb', '/m/pool/bbbb_1+b~2_all.deb']);
});
