import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import { sha256 } from '../../../engine/base/sha256.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run as clean } from '../../../engine/tasks/clean/clean-downloads.ts';
import { run as fetch } from '../../../engine/tasks/fetch/fetch.ts';
import { run as unpack } from '../../../engine/tasks/unpack/unpack.ts';
import { closedPort, httpFixture } from '../../support/http-fixture.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const parts = { 'toy_1.0.orig.tar.xz': 'the source', 'toy_1.0-2~deb12u1.debian.tar.xz': 'the packaging' };

function dsc(files: Readonly<Record<string, string>>, sumOf = (text: string): string => sha256(text)): string {
  const lines = Object.entries(files).map(([name, text]) => ` ${sumOf(text)} ${text.length} ${name}`);
  const fields = ['Format: 3.0 (quilt)', 'Source: toy', 'Checksums-Sha256:', ...lines, 'Files:', ' x 1 nothing'];
  const head = '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n';
  return `${head}${fields.join('\n')}\n\n-----BEGIN PGP SIGNATURE-----\n\n x 1 y\n-----END PGP SIGNATURE-----\n`;
}

function variablesOf(url: string, description: string, folder: string): Record<string, string> {
  return {
    SRC_URI: `${url}/pool/toy_1.0-2.dsc`,
    'SRC_URI[sha256sum]': sha256(description),
    DL_DIR: join(folder, 'dl'),
    WORKDIR: join(folder, 'work'),
    BB_FETCH_RETRIES: '0',
  };
}

async function failure(work: Promise<unknown>) {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  return error.diagnostics[0] ?? { code: '', message: '' };
}

test('a source package comes with all that it names, each proven, from mirrors too, and then needs no network', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const description = dsc(parts);
  server.serve('/mirror/toy_1.0-2.dsc', { kind: 'file', body: Buffer.from(description) });
  for (const [name, text] of Object.entries(parts))
    server.serve(`/mirror/${name}`, { kind: 'file', body: Buffer.from(text) });
  const variables = {
    ...variablesOf('http://archive.invalid', description, directory.path),
    PREMIRRORS: `http://archive.invalid/.* ${server.url}/mirror/`,
  };
  const { artifacts = [] } = await fetch(taskContext(variables));
  t.is(artifacts.length, 3);
  const offline = { ...variables, BB_NO_NETWORK: '1', PREMIRRORS: '' };
  t.is((await fetch(taskContext(offline))).bytes, 0);
  await unpack(taskContext(offline));
  const laidOut = join(directory.path, 'work/source-package');
  t.deepEqual(readdirSync(laidOut).sort(), ['toy_1.0-2.dsc', ...Object.keys(parts)].sort());
  for (const [name, text] of Object.entries(parts)) t.is(readFileSync(join(laidOut, name), 'utf8'), text);
  await clean(taskContext(offline));
  t.deepEqual(readdirSync(join(directory.path, 'dl')), []);
});

test('a file that is not what the description says is set aside and told', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const description = dsc(parts, () => '0'.repeat(64));
  server.serve('/pool/toy_1.0-2.dsc', { kind: 'file', body: Buffer.from(description) });
  for (const [name, text] of Object.entries(parts))
    server.serve(`/pool/${name}`, { kind: 'file', body: Buffer.from(text) });
  const told = await failure(fetch(taskContext(variablesOf(server.url, description, directory.path))));
  t.is(told.code, 'checksum-mismatch');
  t.regex(told.message, /toy_1\.0\.orig\.tar\.xz` has the wrong SHA-256: expected `0{64}`/);
  t.false(existsSync(join(directory.path, 'dl/toy_1.0.orig.tar.xz')));
});

test('a description that is another one than the recipe says is not read', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  server.serve('/pool/toy_1.0-2.dsc', { kind: 'file', body: Buffer.from(dsc({ 'other.tar.gz': 'x' })) });
  const told = await failure(fetch(taskContext(variablesOf(server.url, dsc(parts), directory.path))));
  t.is(told.code, 'checksum-mismatch');
  t.deepEqual([...new Set(server.requests.map(({ path }) => path))], ['/pool/toy_1.0-2.dsc']);
});

test('names that leave the folder, and descriptions without SHA-256, are refused', async (t) => {
  await using server = await httpFixture();
  for (const [index, text] of [
    dsc({ '../escaped.tar.gz': 'x' }),
    dsc({ '/etc/passwd': 'x' }),
    dsc({ '.hidden': 'x' }),
    dsc(parts).replace('Checksums-Sha256', 'Checksums-Sha1'),
    dsc(parts).replace(/[0-9a-f]{64}/, 'short'),
    'no description at all',
  ].entries()) {
    using directory = temporaryDirectory();
    server.serve('/pool/toy_1.0-2.dsc', { kind: 'file', body: Buffer.from(text) });
    const told = await failure(fetch(taskContext(variablesOf(server.url, text, directory.path))));
    t.is(told.code, 'bad-source-package', `${index}: ${told.message}`);
    t.deepEqual(readdirSync(join(directory.path, 'dl')), ['toy_1.0-2.dsc']);
  }
});

test('a file that was damaged in DL_DIR after the fetch is not laid out', async (t) => {
  using directory = temporaryDirectory();
  const description = dsc(parts);
  const variables = variablesOf('http://archive.invalid', description, directory.path);
  mkdirSync(join(directory.path, 'dl'));
  writeFileSync(join(directory.path, 'dl/toy_1.0-2.dsc'), description);
  writeFileSync(join(directory.path, 'dl/toy_1.0.orig.tar.xz'), 'something else');
  const told = await failure(unpack(taskContext(variables)));
  t.is(told.code, 'missing-input');
  t.regex(told.message, /toy_1\.0\.orig\.tar\.xz.* expected/);
});

test('distro:// is the source package that the lock has for the recipe, from its own repository or a fallback of it', async (t) => {
  using directory = temporaryDirectory();
  await using server = await httpFixture();
  const description = dsc(parts);
  server.serve('/sec/pool/toy_1.0-2.dsc', { kind: 'file', body: Buffer.from(description) });
  for (const [name, text] of Object.entries(parts))
    server.serve(`/sec/pool/${name}`, { kind: 'file', body: Buffer.from(text) });
  const lock = join(directory.path, 'lock');
  const record = {
    name: 'toy',
    version: '1.0-2',
    architecture: 'source',
    path: 'pool/toy_1.0-2.dsc',
    sizeBytes: description.length,
    sha256: sha256(description),
    repository: 'security',
  };
  const write = (type: 'dsc' | 'deb', root: string) =>
    writeFileSync(lock, formatLockFile([{ ...record, type, roots: [root] }]));
  const variables = {
    ...variablesOf('', description, directory.path),
    SRC_URI: 'distro://toy;destsuffix=here',
    LOCK_FILE: lock,
    LOCK_ROOT: 'toy-recipe',
    BB_FETCH_RETRIES: '0',
    LOCK_REPOSITORY_URLS: `main=http://main.invalid security=${await closedPort()}/a+b/ security=${server.url}/sec/`,
    LOCK_MIRRORS: 'http://main.invalid',
  };
  write('dsc', 'toy-recipe');
  await fetch(taskContext(variables));
  await unpack(taskContext({ ...variables, BB_NO_NETWORK: '1' }));
  t.is(readdirSync(join(directory.path, 'work/here')).length, 3);
  write('deb', 'toy-recipe');
  t.is((await failure(fetch(taskContext(variables)))).code, 'package-not-locked');
  write('dsc', 'other-recipe');
  t.is((await failure(fetch(taskContext(variables)))).code, 'missing-input');
});

test('distro:// comes from a mirror that is a folder of this machine, too, also without network', async (t) => {
  using directory = temporaryDirectory();
  const description = dsc(parts);
  const pool = join(directory.path, 'mirror/pool');
  mkdirSync(pool, { recursive: true });
  for (const [name, text] of Object.entries({ 'toy_1.0-2.dsc': description, ...parts }))
    writeFileSync(join(pool, name), text);
  const lock = join(directory.path, 'lock');
  const named = { name: 'toy', version: '1.0-2', architecture: 'source', path: 'pool/toy_1.0-2.dsc' };
  const proven = { sizeBytes: description.length, sha256: sha256(description) };
  writeFileSync(lock, formatLockFile([{ ...named, ...proven, type: 'dsc', roots: ['toy'] }]));
  const variables = {
    ...variablesOf('', description, directory.path),
    SRC_URI: 'distro://toy',
    LOCK_FILE: lock,
    LOCK_ROOT: 'toy',
    LOCK_MIRRORS: `file://${directory.path}/mirror/`,
    BB_NO_NETWORK: '1',
  };
  const { artifacts = [] } = await fetch(taskContext(variables));
  t.is(artifacts.length, 3);
  await unpack(taskContext(variables));
  t.is(readdirSync(join(directory.path, 'work/source-package')).length, 3);
});
