import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../engine/base/stx-error.ts';
import { resolveLock } from '../../engine/lock/resolve-lock.ts';
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
