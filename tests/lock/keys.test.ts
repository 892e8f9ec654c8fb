import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { armour, readCertificates } from '../../engine/lock/keys/openpgp.ts';
import { SigningKey } from '../support/signed-archive.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('certificates of a keyring are told apart, binary or armoured, and gpg reads what is armoured', async (t) => {
  await using directory = await temporaryDirectory();
  using one = new SigningKey(directory.path, 'one');
  using two = new SigningKey(directory.path, 'two');
  const both = Buffer.concat([readFileSync(one.keyring), readFileSync(two.keyring)]);
  const found = readCertificates(both);
  t.deepEqual(
    found.map(({ fingerprint }) => fingerprint),
    [one.fingerprint, two.fingerprint],
  );
  t.deepEqual(Buffer.concat(found.map(({ bytes }) => bytes)), both);
  const text = found.map(({ bytes }) => armour(bytes)).join('');
  t.deepEqual(
    readCertificates(Buffer.from(text)).map(({ fingerprint }) => fingerprint),
    [one.fingerprint, two.fingerprint],
  );
  const shown = execFileSync('gpg', ['--show-keys', '--with-colons'], { input: text, encoding: 'utf8' });
  t.regex(shown, new RegExp(`${one.fingerprint}[^]*${two.fingerprint}`));
});

test('what is no keyring, or only the start of one, gives no key', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'one');
  const bytes = readFileSync(key.keyring);
  const texts = [
    Buffer.alloc(0),
    Buffer.from('<html>not found</html>'),
    bytes.subarray(0, 20),
    Buffer.from([0xff, 0xff, 0xff]),
  ];
  for (const each of texts) t.deepEqual(readCertificates(each), []);
});
