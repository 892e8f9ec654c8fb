import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { translateName } from '../../engine/base/vendor-names.ts';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { readStanzas } from '../../engine/lock/deb/read-stanzas.ts';
import { repositoryKeys } from '../../engine/lock/keys/repository-keys.ts';
import { indexSigners } from '../../engine/lock/keys/verify-index.ts';
import type { Repository } from '../../engine/lock/lock-request.ts';
import { copyIndex } from '../../engine/lock/rpm/copy-index.ts';
import { readPrimary } from '../../engine/lock/rpm/primary.ts';
import { openDownloader } from '../../engine/net/download.ts';
import { checkout, osConfiguration, osLayers, wordsOf } from '../support/os-layers.ts';
import { SigningKey } from '../support/signed-archive.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const indexes = join(checkout, 'tests/fixtures/indexes');
const layers = [...osLayers(), ...osLayers([join(checkout, 'tests/fixtures/layers/meta-opensuse')])];

/** A mirror of our own for a layer: address, keyring and fingerprint stand in local.conf, and nothing else. */
function mirrorOf(distro: string, directory: string, key: SigningKey) {
  const fingerprint = fingerprintOf(key.keyring);
  const lines = `DISTRO_MIRROR = "file://${directory}"\nDISTRO_KEYRING = "${key.keyring}"\nDISTRO_KEYS = "${fingerprint}"\n`;
  const datastore = osConfiguration({ distro, lines }).datastore ?? fail(distro);
  return {
    datastore,
    fingerprint,
    repositories: wordsOf(datastore, 'REPOSITORIES').map((id) => repository(datastore, id)),
  };
}

function repository(datastore: Datastore, id: string): Repository {
  const flag = (table: string): string => datastore.flag(`REPOSITORY_${table}`, id)?.trim() ?? '';
  const words = (table: string): readonly string[] =>
    flag(table)
      .split(/\s+/)
      .filter((word) => word !== '');
  return {
    ...{ id, url: flag('URL'), suite: flag('SUITE'), components: words('COMPONENTS'), sources: flag('SOURCES') },
    signature: flag('SIGNATURE') === 'packages' ? 'packages' : 'index',
    ...{ keyrings: words('KEYRING'), keyUrl: flag('KEY_URL'), fingerprints: words('KEY_FINGERPRINTS') },
  };
}

for (const { name } of layers.filter(({ name }) => existsSync(join(indexes, name, 'repodata')))) {
  test(`an index of ${name}'s form, at the address that the layer gives, is checked and read`, async (t) => {
    using directory = temporaryDirectory();
    using key = new SigningKey(directory.path, 'vendor');
    const { datastore, fingerprint, repositories } = mirrorOf(name, directory.path, key);
    const [first = fail(name)] = repositories;
    const folder = fileURLToPath(first.url);
    mkdirSync(folder, { recursive: true });
    cpSync(join(indexes, name, 'repodata'), join(folder, 'repodata'), { recursive: true });
    const index = join(folder, 'repodata/repomd.xml');
    key.detach(index);
    const keys = await repositoryKeys(first, join(directory.path, 'keys'));
    t.deepEqual(
      keys.map((each) => each.fingerprint),
      [fingerprint],
    );
    await using downloader = openDownloader();
    const copy = { folder: join(directory.path, 'copy'), downloader };
    const { state, primary } = await copyIndex(first, key.keyring, copy);
    t.deepEqual(state.signedBy, first.signature === 'packages' ? 'packages' : [fingerprint]);
    const found = new Map<string, string>();
    const arch = datastore.get('DISTRO_TARGET_ARCH');
    for await (const each of readPrimary(primary)) {
      found.set(each.name, each.version);
      t.true([arch, datastore.get('PACKAGE_ARCH_ALL')].includes(each.architecture), each.name);
    }
    t.is(found.size, 4);
    const headers = (datastore.get('PACKAGE_NAME_DEV') ?? '').replace('%s', '');
    t.true([...found.keys()].some((each) => each.endsWith(headers)));
    if (first.signature === 'packages') return;
    appendFileSync(index, ' ');
    await t.throwsAsync(copyIndex(first, key.keyring, copy), {
      message: /the signature of .*repomd\.xml` is not good/,
    });
  });
}

test("an index of ubuntu's form is checked and read", async (t) => {
  using directory = temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const { datastore, fingerprint, repositories } = mirrorOf('ubuntu', directory.path, key);
  for (const { url, suite, components } of repositories) {
    t.is(url, `file://${directory.path}`);
    const release = join(directory.path, `dists/${suite}/Release`);
    mkdirSync(join(release, '..'), { recursive: true });
    writeFileSync(release, `Origin: Ubuntu\nSuite: ${suite}\nComponents: main restricted universe multiverse\n`);
    key.sign(release);
    const signed = release.replace(/Release$/, 'InRelease');
    t.deepEqual(await indexSigners({ name: suite, keyring: key.keyring, signed }), [fingerprint]);
    t.deepEqual(components, ['main', 'universe']);
  }
  const list = join(directory.path, 'Packages');
  const arch = datastore.get('DISTRO_TARGET_ARCH') ?? '';
  const [uuid = ''] = translateName('pc', 'uuid', (table, flag) => datastore.flag(table, flag)) ?? [];
  writeFileSync(
    list,
    `Package: ${uuid}\nArchitecture: ${arch}\nVersion: 2.39.3-9ubuntu6\nDescription: headers\n and more\n\n`,
  );
  for await (const stanza of readStanzas(list)) t.is(stanza.get('Version'), '2.39.3-9ubuntu6');
});

for (const { name } of layers) {
  test(`${name} believes no key but those that it pins`, async (t) => {
    using directory = temporaryDirectory();
    using key = new SigningKey(directory.path, 'stranger');
    const datastore = osConfiguration({ distro: name }).datastore ?? fail(name);
    for (const id of wordsOf(datastore, 'REPOSITORIES')) {
      const stranger = { ...repository(datastore, id), keyrings: [key.keyring] };
      await t.throwsAsync(repositoryKeys(stranger, directory.path), { message: /believes|no key is pinned/ });
    }
  });
}

/** Of the first primary key of a keyring. */
function fingerprintOf(keyring: string): string {
  const said = execFileSync('gpg', ['--batch', '--with-colons', '--show-keys', keyring], { encoding: 'utf8' });
  return /^fpr:+([0-9A-F]{40}):/m.exec(said)?.[1] ?? fail(keyring);
}

function fail(what: string): never {
  throw new Error(`the test has lost ${what}`);
}
