import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { resolveLock } from '../../engine/lock/resolve-lock.ts';
import { checkLocks, updateLocks } from '../../engine/lock/update-locks.ts';
import { SigningKey, writeArchive } from '../support/signed-archive.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const archive = { suite: 'stable', component: 'main', architecture: 'amd64' };

test('an archive whose index is not signed is refused', async (t) => {
  await using directory = await temporaryDirectory();
  const index = join(directory.path, 'dists/stable');
  await mkdir(join(index, 'main/binary-amd64'), { recursive: true });
  await writeFile(join(index, 'main/binary-amd64/Packages'), '');
  await writeFile(join(index, 'Release'), 'Suite: stable\nCodename: stable\nComponents: main\nArchitectures: amd64\n');
  const keyring = join(directory.path, 'keyring.gpg');
  await writeFile(keyring, '');
  const request = { ...archive, mirror: `file:${directory.path}`, keyring, roots: new Map() };
  const error = await t.throwsAsync(resolveLock(request), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'lock-failed');
  t.regex(error?.message ?? '', /not signed|signature/i);
});

test('a mirror without the suite is an error, not an empty lock', async (t) => {
  await using directory = await temporaryDirectory();
  const request = { ...archive, mirror: `file:${directory.path}`, keyring: '/nonexistent.gpg', roots: new Map() };
  await t.throwsAsync(resolveLock(request), { message: /apt-get update.*failed/s });
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
  const roots = new Map([
    ['image', ['tool']],
    ['tools', ['extra']],
  ]);
  const lockFile = join(directory.path, 'stable.lock');
  const request = { ...archive, mirror: `file:${mirror}`, keyring: key.keyring, roots, lockFile };

  const [written] = await updateLocks([request]);
  t.is(written?.records, 4);
  const text = await readFile(lockFile, 'utf8');
  t.regex(text, /^Package: base\nVersion: 1.0-1\n(?:.+\n)*Roots: image tools$/m, 'essential packages are in each root');
  t.regex(text, /^Package: lib\nVersion: 1.0-1\n(?:.+\n)*Roots: image$/m, 'what is depended on is there');
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
  const request = { ...archive, mirror: `file:${mirror}`, keyring: key.keyring, roots: new Map(), lockFile };
  await t.throwsAsync(updateLocks([request]), { message: /not signed|signature|NO_PUBKEY/i });
  await t.throwsAsync(readFile(lockFile), { code: 'ENOENT' });
});

test('a package that the archive does not have is named', async (t) => {
  await using directory = await temporaryDirectory();
  const mirror = join(directory.path, 'mirror');
  using key = new SigningKey(directory.path, 'archive');
  writeArchive(mirror, first, key);
  const roots = new Map([['image', ['no-such-package']]]);
  const request = { ...archive, mirror: `file:${mirror}`, keyring: key.keyring, roots };
  await t.throwsAsync(resolveLock(request), { message: /no-such-package/ });
});
