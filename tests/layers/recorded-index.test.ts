import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { translateName } from '../../engine/base/vendor-names.ts';
import { readStanzas } from '../../engine/lock/deb/read-stanzas.ts';
import { checkout, osConfiguration } from '../support/os-layers.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const recorded = join(checkout, 'tests/fixtures/indexes/debian');
const index = readFileSync(join(recorded, 'InRelease'), 'utf8');
const configuration = osConfiguration({ distro: 'debian' }).datastore;

function answer(table: string, id = 'updates'): string {
  return configuration?.flag(`REPOSITORY_${table}`, id) ?? '';
}

/** Fingerprints of the primary keys that have signed the file; none when a signature is bad. */
function signers(file: string, keyring: string): readonly string[] {
  const run = spawnSync('gpgv', ['--status-fd', '1', '--keyring', keyring, file], { encoding: 'utf8' });
  if (/^\[GNUPG:\] BADSIG/m.test(run.stdout)) return [];
  return [...run.stdout.matchAll(/^\[GNUPG:\] VALIDSIG .* ([0-9A-F]{40})$/gm)].map(([, key = '']) => key);
}

test("Debian's recorded index is signed by keys that the layer believes, and no changed one is", (t) => {
  using directory = temporaryDirectory();
  const believed = answer('KEY_FINGERPRINTS').split(/\s+/);
  const found = signers(join(recorded, 'InRelease'), answer('KEYRING'));
  t.true(found.length > 0);
  for (const each of found) t.true(believed.includes(each), each);
  const changed = join(directory.path, 'InRelease');
  writeFileSync(changed, index.replace('Origin: Debian', 'Origin: Debiam'));
  t.deepEqual(signers(changed, answer('KEYRING')), []);
});

test("Debian's recorded index is the one of the suite, components and architectures that the layer names", (t) => {
  const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(index)?.[1] ?? '';
  t.is(field('Codename'), answer('SUITE'));
  for (const each of answer('COMPONENTS').split(' ')) t.true(field('Components').split(' ').includes(each), each);
  for (const each of configuration?.flags('DISTRO_ARCH').values() ?? []) {
    t.true(field('Architectures').split(' ').includes(each), each);
  }
});

test('the list of packages that the recorded index names is the recorded one, and holds what the layer says', async (t) => {
  using directory = temporaryDirectory();
  const list = readFileSync(join(recorded, 'Packages.xz'));
  const sum = createHash('sha256').update(list).digest('hex');
  const arch = configuration?.get('DISTRO_TARGET_ARCH') ?? '';
  const component = answer('COMPONENTS').split(' ')[0];
  t.regex(index, new RegExp(`^ ${sum} +${list.length} ${component}/binary-${arch}/Packages\\.xz$`, 'm'));
  const file = join(directory.path, 'Packages');
  writeFileSync(file, spawnSync('xz', ['--decompress', '--stdout'], { input: list }).stdout);
  const known = [configuration?.get('PACKAGE_ARCH_ALL'), arch];
  const headers = (configuration?.get('PACKAGE_NAME_DEV') ?? '').replace('%s', '');
  const names: string[] = [];
  for await (const stanza of readStanzas(file)) {
    names.push(stanza.get('Package') ?? '');
    t.true(known.includes(stanza.get('Architecture') ?? ''), names.at(-1));
    t.regex(stanza.get('SHA256') ?? '', /^[0-9a-f]{64}$/);
    t.regex(stanza.get('Filename') ?? '', /^pool\/.*\.deb$/);
  }
  t.true(names.includes('openssl') && names.some((name) => name.endsWith(headers)));
  const [openssl] = translateName('pc', 'openssl', (table, flag) => configuration?.flag(table, flag)) ?? [];
  t.true(names.includes(openssl ?? ''), openssl);
});

test("a neutral name, translated, is what the sixth system's own package manager finds in an index of its form", (t) => {
  using directory = temporaryDirectory();
  const { datastore } = osConfiguration({ distro: 'opensuse' });
  const [wanted = ''] = translateName('pc', 'uuid', (table, flag) => datastore?.flag(table, flag)) ?? [];
  const zypper = (...words: string[]): string => {
    const options = ['--root', directory.path, '--non-interactive', '--no-gpg-checks', '--xmlout'];
    return spawnSync('zypper', [...options, ...words], { encoding: 'utf8' }).stdout;
  };
  zypper('addrepo', `file://${join(checkout, 'tests/fixtures/indexes/opensuse')}`, 'oss');
  const found = zypper('search', '--details', '--provides', '--match-exact', wanted);
  const arch = datastore?.get('DISTRO_TARGET_ARCH');
  t.regex(found, new RegExp(`name="libuuid-devel" kind="package" edition="2\\.39\\.3-150600\\.2\\.1" arch="${arch}"`));
});
