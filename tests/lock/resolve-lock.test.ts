import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { LockRecord } from '../../engine/base/lock-record.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { resolveLock } from '../../engine/lock/resolve-lock.ts';
import { addToLocks, checkLocks, updateLocks } from '../../engine/lock/update-locks.ts';
import { lockRequest, repository } from '../support/lock-request.ts';
import { SigningKey, writeArchive } from '../support/signed-archive.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('an archive whose index is not signed is refused', async (t) => {
  await using directory = await temporaryDirectory();
  const index = join(directory.path, 'dists/stable');
  await mkdir(join(index, 'main/binary-amd64'), { recursive: true });
  await writeFile(join(index, 'main/binary-amd64/Packages'), '');
  await writeFile(join(index, 'Release'), 'Suite: stable\nCodename: stable\nComponents: main\nArchitectures: amd64\n');
  using key = new SigningKey(directory.path, 'archive');
  const error = await t.throwsAsync(resolveLock(lockRequest([repository('main', `file:${directory.path}`, key)], {})), {
    instanceOf: StxError,
  });
  t.is(error?.diagnostics[0]?.code, 'lock-failed');
  t.regex(error?.message ?? '', /not signed|signature/i);
});

test('a mirror without the suite is an error, not an empty lock', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  await t.throwsAsync(resolveLock(lockRequest([repository('main', `file:${directory.path}`, key)], {})), {
    message: /apt-get update.*failed/s,
  });
});

const first = [
  { Package: 'base', Essential: 'yes', Version: '1.0-1' },
  { Package: 'tool', Version: '2.0-1', Depends: 'lib (>= 1.0), base' },
  { Package: 'lib', Version: '1.0-1' },
  { Package: 'extra', Version: '1.0-1' },
];

test('a lock is written from a signed index, checked against it, and moved with it', async (t) => {
  await using directory = await temporaryDirectory();
  const mirror = join(directory.path, 'mirror');
  using key = new SigningKey(directory.path, 'archive');
  writeArchive(mirror, first, key);
  const lockFile = join(directory.path, 'locks/stable.lock');
  const roots = { image: ['tool'], tools: ['extra'] };
  const request = { ...lockRequest([repository('main', `file:${mirror}`, key)], roots), lockFile };

  const [written] = await updateLocks([request]);
  t.is(written?.records, 4);
  const text = await readFile(lockFile, 'utf8');
  t.regex(text, /^Package: base\nVersion: 1.0-1\n(?:.+\n)*Roots: image tools$/m, 'essential packages are in each root');
  t.regex(text, /^Package: lib\nVersion: 1.0-1\n(?:.+\n)*Roots: image$/m, 'what is depended on is there');
  t.regex(
    text,
    new RegExp(
      `^Repository: main\nIndex: dists/stable/InRelease\n.*\nRevision: .*\nSigned-By: ${key.fingerprint}$`,
      'm',
    ),
  );
  t.regex(text, /^Filename: pool\/extra_1.0-1_amd64.deb\nSize: \d+\nSHA256: [0-9a-f]{64}\nRoots: tools$/m);
  t.deepEqual((await checkLocks([request]))[0]?.drift, []);

  writeArchive(
    mirror,
    first.map((each) => (each.Package === 'lib' ? { ...each, Version: '1.1-1' } : each)),
    key,
  );
  const [checked] = await checkLocks([request]);
  t.is(checked?.drift.length, 1);
  t.is(await readFile(lockFile, 'utf8'), text, 'a check writes nothing');
  t.is((await updateLocks([request]))[0]?.drift.length, 1);
  t.regex(await readFile(lockFile, 'utf8'), /^Package: lib\nVersion: 1.1-1$/m);
});

test('an index that is signed by another key is refused, and the lock stays as it is', async (t) => {
  await using directory = await temporaryDirectory();
  const mirror = join(directory.path, 'mirror');
  using key = new SigningKey(directory.path, 'archive');
  using other = new SigningKey(directory.path, 'other');
  writeArchive(mirror, first, other);
  const lockFile = join(directory.path, 'stable.lock');
  const request = { ...lockRequest([repository('main', `file:${mirror}`, key)], {}), lockFile };
  await t.throwsAsync(updateLocks([request]), { message: /not signed|signature|NO_PUBKEY/i });
  await t.throwsAsync(readFile(lockFile), { code: 'ENOENT' });
});

test('a package that the archive does not have is named', async (t) => {
  await using directory = await temporaryDirectory();
  const mirror = join(directory.path, 'mirror');
  using key = new SigningKey(directory.path, 'archive');
  writeArchive(mirror, first, key);
  const request = lockRequest([repository('main', `file:${mirror}`, key)], { image: ['no-such-package'] });
  await t.throwsAsync(resolveLock(request), { message: /no-such-package/ });
});

test('of several repositories the newest version is taken, and the record names where it lies', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  using other = new SigningKey(directory.path, 'security');
  const [main, security] = [join(directory.path, 'main'), join(directory.path, 'security')];
  writeArchive(main, first, key);
  writeArchive(security, [{ Package: 'lib', Version: '1.0-1+deb1' }], other);
  const repositories = [repository('main', `file:${main}`, key), repository('security', `file:${security}`, other)];
  const { records, repositories: states } = await resolveLock(lockRequest(repositories, { image: ['tool'] }));
  t.deepEqual(records.map(({ name, version, repository: id }) => [name, version, id]).sort(), [
    ['base', '1.0-1', 'main'],
    ['lib', '1.0-1+deb1', 'security'],
    ['tool', '2.0-1', 'main'],
  ]);
  t.deepEqual(
    states.map(({ id, signedBy }) => [id, signedBy]),
    [
      ['main', [key.fingerprint]],
      ['security', [other.fingerprint]],
    ],
  );
  const mixed = [repository('main', `file:${main}`, key), repository('security', `file:${security}`, key)];
  await t.throwsAsync(resolveLock(lockRequest(mixed, {})), { message: /NO_PUBKEY|not signed/ }, 'each has its own key');
});

test('a key that is in the keyring and not pinned does not count', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(mirror, first, key);
  const pinned = { ...repository('main', `file:${mirror}`, key), fingerprints: ['0'.repeat(40)] };
  const error = await t.throwsAsync(resolveLock(lockRequest([pinned], {})), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'key-not-trusted');
  t.regex(error?.message ?? '', new RegExp(`holds ${key.fingerprint}, and \`main\` believes 0{40}`));
  const none = { ...pinned, fingerprints: [] };
  await t.throwsAsync(resolveLock(lockRequest([none], {})), { message: /^no key is pinned for the repository `main`/ });
});

test('a key is fetched once from where the layer says, and kept only when it is pinned', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(mirror, first, key);
  const given = {
    ...repository('main', `file:${mirror}`, key),
    keyrings: [join(directory.path, 'absent.gpg')],
    keyUrl: `file://${key.keyring}`,
  };
  const request = { ...lockRequest([given], { image: ['extra'] }), keyFolder: join(directory.path, 'keys') };
  const wrong = { ...request, repositories: [{ ...given, fingerprints: ['0'.repeat(40)] }] };
  await t.throwsAsync(resolveLock(wrong), { message: /believes 0{40}/ });
  await t.throwsAsync(readFile(join(directory.path, 'keys/main.key')), { code: 'ENOENT' });
  await resolveLock(request);
  const gone = { ...request, repositories: [{ ...given, keyUrl: 'file:///nonexistent' }] };
  t.is((await resolveLock(gone)).records.length, 2, 'it is not fetched again');
});

test('what is added to a lock leaves the locked versions, and says when one cannot stay', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(mirror, first, key);
  const lockFile = join(directory.path, 'stable.lock');
  const request = { ...lockRequest([repository('main', `file:${mirror}`, key)], { image: ['tool'] }), lockFile };
  await updateLocks([request]);
  const newer = { Package: 'lib', Version: '1.1-1' };
  writeArchive(mirror, [...first, newer], key);
  const more = { ...request, roots: new Map([['image', { packages: ['tool', 'extra'] }]]) };
  const [report] = await addToLocks([more]);
  t.deepEqual(
    report?.drift.map(({ kind, name }) => [kind, name]),
    [['added', 'extra']],
  );
  const text = await readFile(lockFile, 'utf8');
  t.regex(text, /^Package: lib\nVersion: 1.0-1$/m);
  writeArchive(mirror, [...first.filter(({ Package }) => Package !== 'lib'), newer], key);
  await t.throwsAsync(addToLocks([more]), { message: /1 locked packages cannot stay\n {2}lib: 1.0-1 is locked/ });
  t.is(await readFile(lockFile, 'utf8'), text);
});

test('a source package that a recipe names is locked with all its files', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  const source = (version: string) => ({
    Package: 'hello',
    Format: '3.0 (quilt)',
    Binary: 'hello',
    Architecture: 'any',
    Version: version,
    Maintainer: 'Nobody <nobody@localhost>',
    Directory: 'pool/h/hello',
    'Checksums-Sha256': `\n ${'a'.repeat(64)} 11 hello_${version}.dsc\n ${'b'.repeat(64)} 22 hello_${version}.tar.xz`,
    Files: `\n ${'a'.repeat(32)} 11 hello_${version}.dsc\n ${'b'.repeat(32)} 22 hello_${version}.tar.xz`,
  });
  writeArchive(mirror, first, key, [source('2.9'), source('2.10')]);
  const request = lockRequest([repository('main', `file:${mirror}`, key)], { image: ['extra'] });
  const { records } = await resolveLock({ ...request, sources: new Map([['hello', ['hello-ours']]]) });
  t.deepEqual(
    records.find(({ type }) => type === 'dsc'),
    {
      ...{ name: 'hello', type: 'dsc', version: '2.10', architecture: 'source', repository: 'main' },
      ...{ path: 'pool/h/hello/hello_2.10.dsc', sizeBytes: 11, sha256: 'a'.repeat(64) },
      parts: [{ name: 'hello_2.10.tar.xz', sizeBytes: 22, sha256: 'b'.repeat(64) }],
      roots: ['hello-ours'],
    },
  );
  const unknown = { ...request, sources: new Map([['no-such-source', ['x']]]) };
  await t.throwsAsync(resolveLock(unknown), { message: /no-such-source/ });
});

/** Name and roots of each record. */
function rootsByName(records: readonly LockRecord[]): Readonly<Record<string, string>> {
  return Object.fromEntries(records.map(({ name, roots }) => [name, roots.join(' ')]));
}

test('a root that is laid over another holds what that one lacks', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  const packages = [
    ...first,
    { Package: 'uuid-dev', Version: '1', Depends: 'uuid, lib' },
    { Package: 'uuid', Version: '1', Provides: 'libuuid, uuid-abi (= 1)' },
    { Package: 'other-tool', Version: '1', Conflicts: 'tool' },
  ];
  writeArchive(mirror, packages, key);
  const request = lockRequest([repository('main', `file:${mirror}`, key)], {
    'build-root': ['tool'],
    one: { packages: ['uuid-dev', 'lib'], on: 'build-root' },
    two: { packages: ['libuuid'], on: 'build-root' },
    none: { packages: ['lib'], on: 'build-root' },
  });
  const { records } = await resolveLock(request);
  t.deepEqual(rootsByName(records), {
    base: 'build-root',
    lib: 'build-root',
    tool: 'build-root',
    uuid: 'one two',
    'uuid-dev': 'one',
  });
  t.deepEqual(records.find(({ name }) => name === 'uuid')?.askedAs, ['libuuid'], 'a word that is no package is noted');
  t.is(records.find(({ name }) => name === 'lib')?.askedAs, undefined);

  const clash = new Map([...request.roots, ['clash', { packages: ['other-tool'], on: 'build-root' }]] as const);
  const error = await t.throwsAsync(resolveLock({ ...request, roots: clash }), { instanceOf: StxError });
  t.is(
    error?.message,
    'what `clash` asks for cannot be laid over `build-root`: `tool` would go, or move [lock-failed]',
  );
});

test('a root holds what a source package needs to be built, by profiles', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  const packages = [
    ...first,
    { Package: 'build-essential', Version: '1', Depends: 'tool' },
    { Package: 'checker', Version: '1' },
    { Package: 'lib-dev', Version: '1', Depends: 'lib' },
  ];
  const source = {
    ...{ Package: 'hello', Format: '1.0', Binary: 'hello', Architecture: 'any', Version: '1:2.0-1' },
    ...{ Maintainer: 'Nobody <nobody@localhost>', Directory: 'pool/h/hello' },
    'Build-Depends': 'lib-dev (>= 1), checker <!nocheck>',
    'Checksums-Sha256': `\n ${'a'.repeat(64)} 11 hello_2.0-1.dsc`,
    Files: `\n ${'a'.repeat(32)} 11 hello_2.0-1.dsc`,
  };
  writeArchive(mirror, packages, key, [source]);
  const root = { packages: ['extra'], on: 'build-root', builds: ['hello'] };
  const request = {
    ...lockRequest([repository('main', `file:${mirror}`, key)], {
      'build-root': ['build-essential'],
      whole: root,
      short: { ...root, profiles: ['nocheck', 'nodoc'] },
    }),
    sources: new Map([['hello', ['short']]]),
  };
  const { records } = await resolveLock(request);
  t.deepEqual(rootsByName(records), {
    ...{ base: 'build-root', lib: 'build-root', tool: 'build-root', 'build-essential': 'build-root' },
    ...{ checker: 'whole', extra: 'short whole', hello: 'short', 'lib-dev': 'short whole' },
  });
});

test('a mirror that cannot be read gives way to the next, and that is told', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(mirror, first, key);
  const gone = `file:${directory.path}/gone`;
  const main = { ...repository('main', gone, key), fallbacks: [`${gone}-too`, `file:${mirror}`] };
  const { records, notes } = await resolveLock(lockRequest([main], { image: ['extra'] }));
  t.is(records.length, 2);
  t.deepEqual(notes, [
    `\`${gone}\` could not be read; \`${gone}-too\` was asked`,
    `\`${gone}-too\` could not be read; \`file:${mirror}\` was asked`,
  ]);
  using stranger = new SigningKey(directory.path, 'stranger');
  const wrong = { ...repository('main', `file:${mirror}`, stranger), fallbacks: [`file:${mirror}`] };
  await t.throwsAsync(resolveLock(lockRequest([wrong], {})), { message: /NO_PUBKEY|not signed/ });
  const nowhere = { ...main, fallbacks: [`${gone}-too`] };
  await t.throwsAsync(resolveLock(lockRequest([nowhere], {})), { message: /gone-too/ });
});
