import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { parseLock } from '../../engine/base/lock-file.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { LockRequest, Repository } from '../../engine/lock/lock-request.ts';
import { resolveLock } from '../../engine/lock/resolve-lock.ts';
import { compareRpmVersions } from '../../engine/lock/rpm/compare-versions.ts';
import { updateLocks } from '../../engine/lock/update-locks.ts';
import { lockRequest, repository } from '../support/lock-request.ts';
import { SigningKey } from '../support/signed-archive.ts';
import { writeYumRepository } from '../support/signed-yum.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const program = new URL('../../layers/core/files/rpm-resolve.py', import.meta.url).pathname;

function rpmRequest(
  repositories: readonly Repository[],
  roots: Readonly<Record<string, readonly string[]>>,
  downloads: string,
): LockRequest {
  const rpm = { program, toolRoot: '', release: '9', modulePlatform: 'platform:el9', modules: [], downloads };
  return { ...lockRequest(repositories, roots), resolver: 'rpm-md', architecture: 'x86_64', rpm };
}

const packages = [
  { name: 'base', architecture: 'x86_64' },
  { name: 'tool', version: '2:2.0-1.el9', lines: ['Requires: base', 'Requires: pkgconfig(lib)', 'Recommends: extra'] },
  { name: 'Lib_One', lines: ['Provides: pkgconfig(lib) = 1.0'] },
  { name: 'extra' },
  { name: 'other', architecture: 'aarch64' },
];

async function codeOf(promise: Promise<unknown>): Promise<readonly [string | undefined, string]> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof StxError)) throw new Error(`expected an StxError, got ${String(error)}`);
  return [error.diagnostics[0]?.code, error.message];
}

test('a lock is written from a yum repository whose index is signed, and a tampered one is refused', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  using stranger = new SigningKey(directory.path, 'stranger');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(mirror, packages, { key, signs: 'index', compression: 'xz' });
  const main = repository('baseos', `file://${mirror}`, key);
  const lockFile = join(directory.path, 'stream9.lock');
  const downloads = join(directory.path, 'downloads');
  const roots = { image: ['tool'], 'build-root': ['pkgconfig(lib)', 'base'] };
  const request = { ...rpmRequest([main], roots, downloads), lockFile };

  await updateLocks([request]);
  const lock = parseLock(await readFile(lockFile, 'utf8'), lockFile);
  t.deepEqual(
    lock.repositories.map(({ id, index, revision, signedBy }) => [id, index, revision, signedBy]),
    [['baseos', 'repodata/repomd.xml', '1735689600', [key.fingerprint]]],
  );
  t.deepEqual(
    lock.records.map((each) => [each.name, each.type, each.version, each.architecture, each.askedAs, each.roots]),
    [
      ['Lib_One', 'rpm', '1.0-1', 'noarch', ['pkgconfig(lib)'], ['build-root', 'image']],
      ['base', 'rpm', '1.0-1', 'x86_64', undefined, ['build-root', 'image']],
      ['tool', 'rpm', '2:2.0-1.el9', 'noarch', undefined, ['image']],
    ],
    'recommended packages are left out',
  );
  const tool = lock.records.find(({ name }) => name === 'tool');
  t.is(tool?.path, 'Packages/tool-2.0-1.el9.noarch.rpm');
  t.is(tool?.license, 'Apache-2.0 AND MIT');
  t.is(tool?.source, 'tool-2.0-1.el9.src.rpm');
  await t.throwsAsync(readdir(downloads), { code: 'ENOENT' }, 'a signed index says enough of its packages');

  const [code, message] = await codeOf(resolveLock(rpmRequest([main], { image: ['no-such-thing'] }, downloads)));
  t.is(code, 'lock-failed');
  t.regex(message, /`image` cannot be resolved: .*no-such-thing/s);

  const wrong = { ...main, keyrings: [stranger.keyring], fingerprints: [stranger.fingerprint] };
  t.regex(
    (await codeOf(resolveLock(rpmRequest([wrong], roots, downloads))))[1],
    /the signature of `file:.*repomd.xml` is not good/,
  );

  const index = join(mirror, 'repodata');
  const kept = join(directory.path, 'kept');
  await cp(index, kept, { recursive: true });
  const primary = (await readdir(index)).find((name) => name.includes('primary')) ?? '';
  await writeFile(join(index, primary), 'another content');
  t.regex((await codeOf(resolveLock(request)))[1], /primary.* is not what repodata\/repomd.xml names: sha256 /);
  await cp(kept, index, { recursive: true });
  const text = await readFile(join(index, 'repomd.xml'), 'utf8');
  await writeFile(join(index, 'repomd.xml'), text.replace('1735689600', '1735689601'));
  t.regex((await codeOf(updateLocks([request])))[1], /signature of .* is not good/);
  await rm(join(index, 'repomd.xml.asc'));
  t.regex((await codeOf(updateLocks([request])))[1], /repomd.xml.asc/);
  t.deepEqual(parseLock(await readFile(lockFile, 'utf8'), lockFile), lock, 'the lock stays as it was');
});

test('where packages are signed each is fetched and checked, and those of another key are named', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  using stranger = new SigningKey(directory.path, 'stranger');
  const [main, more] = [join(directory.path, 'main'), join(directory.path, 'more')];
  writeYumRepository(main, packages.slice(0, 4), { key, signs: 'packages' });
  writeYumRepository(more, [{ name: 'addon', lines: ['Requires: base'] }], { key: stranger, signs: 'packages' });
  const downloads = join(directory.path, 'downloads');
  const repositories = [
    repository('baseos', `file://${main}`, key),
    repository('more', `file://${more}`, stranger),
  ].map((each) => ({ ...each, signature: 'packages' as const }));
  const { records, repositories: states } = await resolveLock(
    rpmRequest(repositories, { image: ['addon'] }, downloads),
  );
  t.deepEqual(records.map(({ name, repository: id, signedBy }) => [name, id, signedBy]).sort(), [
    ['addon', 'more', stranger.fingerprint],
    ['base', 'baseos', key.fingerprint],
  ]);
  t.deepEqual(
    states.map(({ signedBy }) => signedBy),
    ['packages', 'packages'],
  );
  t.deepEqual(
    (await readdir(downloads)).sort(),
    ['addon-1.0-1.noarch.rpm', 'base-1.0-1.x86_64.rpm'],
    'builds find them',
  );

  const exchanged = repositories.map((each) => ({ ...each, keyrings: [key.keyring], fingerprints: [key.fingerprint] }));
  const [code, message] = await codeOf(resolveLock(rpmRequest(exchanged, { image: ['addon'] }, downloads)));
  t.is(code, 'lock-failed');
  t.regex(message, /no key that is believed for `more` has signed\n {2}Packages\/addon-1.0-1.noarch.rpm: .*NOKEY/);

  writeYumRepository(join(directory.path, 'bare'), [{ name: 'bare' }], { key, signs: 'index' });
  const bare = { ...repository('bare', `file://${directory.path}/bare`, key), signature: 'packages' as const };
  t.regex(
    (await codeOf(resolveLock(rpmRequest([bare], { image: ['bare'] }, downloads))))[1],
    /bare-1.0-1.noarch.rpm: it is not signed/,
  );
});

test('another architecture is resolved as well', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(mirror, [packages[4] ?? { name: 'x' }, { name: 'both' }], { key, signs: 'index' });
  const request = rpmRequest(
    [repository('main', `file://${mirror}`, key)],
    { image: ['other', 'both'] },
    '/nonexistent',
  );
  const { records } = await resolveLock({ ...request, architecture: 'aarch64' });
  t.deepEqual(records.map(({ name, architecture }) => `${name}.${architecture}`).sort(), [
    'both.noarch',
    'other.aarch64',
  ]);
  t.regex((await codeOf(resolveLock(request)))[1], /other/, 'x86_64 does not have it');
});

test('packages that are kept stay at their version', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(mirror, [{ name: 'base' }, { name: 'base', version: '1.1-1' }], { key, signs: 'index' });
  const request = rpmRequest([repository('main', `file://${mirror}`, key)], { image: ['base'] }, '/nonexistent');
  const version = async (keep: LockRequest['keep']) => (await resolveLock({ ...request, keep })).records[0]?.version;
  t.is(await version([]), '1.1-1');
  const { records } = await resolveLock(request);
  t.is(await version(records.map((each) => ({ ...each, version: '1.0-1' }))), '1.0-1');
  t.is(await version(records.map((each) => ({ ...each, version: '0.9-1' }))), '1.1-1', 'unless it is gone');
});

test('a source package that a recipe names is taken from where the vendor keeps them, and checked', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const [main, sources] = [join(directory.path, 'main'), join(directory.path, 'sources')];
  writeYumRepository(main, [{ name: 'base' }], { key, signs: 'packages' });
  const versions = ['1.9-1', '1.10-1', '1.10~rc1-1'];
  writeYumRepository(
    sources,
    versions.map((version) => ({ name: 'lldpd', version, isSource: true })),
    { key, signs: 'packages' },
  );
  const downloads = join(directory.path, 'downloads');
  const signature = 'packages' as const;
  const given = { ...repository('main', `file://${main}`, key), sources: `file://${sources}`, signature };
  const request = rpmRequest([given], { image: ['base'] }, downloads);
  const { records, repositories } = await resolveLock({ ...request, sources: new Map([['lldpd', ['lldpd-ours']]]) });
  t.deepEqual(
    repositories.map(({ id }) => id),
    ['main', 'main-source'],
  );
  const { sizeBytes, sha256, ...found } = records.find(({ type }) => type === 'srpm') ?? { sizeBytes: 0, sha256: '' };
  t.true(sizeBytes > 0 && /^[0-9a-f]{64}$/.test(sha256));
  t.deepEqual(found, {
    ...{ name: 'lldpd', type: 'srpm', version: '1.10-1', architecture: 'src', repository: 'main-source' },
    ...{ path: 'Packages/lldpd-1.10-1.src.rpm', license: 'Apache-2.0 AND MIT' },
    ...{ signedBy: key.fingerprint, roots: ['lldpd-ours'] },
  });
  const unknown = { ...request, sources: new Map([['no-such-source', ['x']]]) };
  t.regex((await codeOf(resolveLock(unknown)))[1], /no source package `no-such-source`/);
});

test('versions of source packages are compared as rpm does', (t) => {
  const versions = [
    '1',
    '1.0',
    '1.0~rc1',
    '1.0^git1',
    '1.10',
    '1.9',
    '1.09',
    '1a',
    '1.a',
    '2',
    '01',
    '1.0.1',
    '1_0',
    '1.0^',
  ];
  const pairs = versions.flatMap((a) => versions.map((b) => [a, b] as const));
  const code = pairs.map(([a, b]) => `io.write(rpm.vercmp("${a}","${b}"), " ")`).join(' ');
  const said = execFileSync('rpm', ['--eval', `%{lua:${code}}`], { encoding: 'utf8' });
  const expected = said.trim().split(/\s+/).map(Number);
  t.is(expected.length, pairs.length);
  for (const [index, [a, b]] of pairs.entries())
    t.is(Math.sign(compareRpmVersions(a, b)), expected[index] ?? 9, `${a} ${b}`);
  t.true(compareRpmVersions('1:1-1', '2-1') > 0 && compareRpmVersions('1-2', '1-10') < 0);
});

test('a stream of a module is taken when it is enabled, and none of it otherwise', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(
    mirror,
    [
      { name: 'server', version: '13.0-1' },
      { name: 'server', version: '15.0-1' },
    ],
    { key, signs: 'index' },
  );
  const stream = (number: string) => [
    ...['---', 'document: modulemd', 'version: 2', 'data:', '  name: sql', `  stream: "${number}"`, '  version: 1'],
    ...['  context: c0ffee42', '  arch: x86_64', '  summary: A server', '  description: >-', '    A server'],
    ...['  license:', '    module:', '    - MIT', '  dependencies:', '  - requires:', '      platform: [el9]'],
    ...['  artifacts:', '    rpms:', `    - server-0:${number}.0-1.noarch`, '...', ''],
  ];
  const modules = join(directory.path, 'modules.yaml');
  await writeFile(modules, [...stream('13'), ...stream('15')].join('\n'));
  execFileSync('modifyrepo_c', ['--mdtype=modules', modules, join(mirror, 'repodata')], { stdio: 'pipe' });
  key.signBeside(join(mirror, 'repodata/repomd.xml'));
  const request = rpmRequest([repository('main', `file://${mirror}`, key)], { image: ['server'] }, '/nonexistent');
  const enabled = async (stream: string) => {
    const rpm = request.rpm === undefined ? undefined : { ...request.rpm, modules: [stream] };
    return (await resolveLock({ ...request, rpm })).records.map(({ version }) => version);
  };
  t.deepEqual(await enabled('sql:13'), ['13.0-1']);
  t.deepEqual(await enabled('sql:15'), ['15.0-1']);
  t.regex((await codeOf(resolveLock(request)))[1], /cannot be resolved/);
  t.regex((await codeOf(enabled('sql:99')))[1], /`image` cannot be resolved: .*sql:99/s);
});

test('a root that is laid over another holds what that one lacks, build dependencies among it', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const [binary, source] = [join(directory.path, 'binary'), join(directory.path, 'source')];
  writeYumRepository(
    binary,
    [...packages.slice(0, 4), { name: 'more', lines: ['Requires: base'] }, { name: 'foe', lines: ['Conflicts: base'] }],
    { key, signs: 'index' },
  );
  const needs = ['BuildRequires: pkgconfig(lib) >= 0.5', 'BuildRequires: (more or base)', 'BuildRequires: extra < 2:1'];
  writeYumRepository(source, [{ name: 'hello', isSource: true, lines: needs }], { key, signs: 'index' });
  const main = { ...repository('main', `file://${binary}`, key), sources: `file://${source}` };
  const downloads = join(directory.path, 'downloads');
  const request = {
    ...rpmRequest([main], { 'build-root': ['base'] }, downloads),
    sources: new Map([['hello', ['hello-ours']]]),
  };
  const roots = new Map([
    ...request.roots,
    ['hello-ours', { packages: [], on: 'build-root', builds: ['hello'] }],
    ['program', { packages: ['pkgconfig(lib)', 'base'], on: 'build-root' }],
  ] as const);
  const { records } = await resolveLock({ ...request, roots });
  t.deepEqual(
    records.map(({ name, roots: of, askedAs = [] }) => [name, of.join(' '), ...askedAs]),
    [
      ['Lib_One', 'hello-ours program', 'pkgconfig(lib)'],
      ['base', 'build-root'],
      ['extra', 'hello-ours'],
      ['hello', 'hello-ours'],
    ],
    'what is there already answers the choice',
  );
  const clash = new Map([...request.roots, ['clash', { packages: ['foe'], on: 'build-root' }]] as const);
  t.regex((await codeOf(resolveLock({ ...request, roots: clash })))[1], /`clash` cannot be resolved: .*foe/s);
  writeYumRepository(source, [{ name: 'hello', isSource: true, lines: ['BuildRequires: nothing-has-it'] }], {
    key,
    signs: 'index',
  });
  t.regex((await codeOf(resolveLock({ ...request, roots })))[1], /nothing provides nothing-has-it/);
});

test('an rpm mirror that cannot be read gives way to the next', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(mirror, [{ name: 'base' }], { key, signs: 'packages' });
  const gone = `file://${directory.path}/gone`;
  const main = { ...repository('main', gone, key), signature: 'packages' as const, fallbacks: [`file://${mirror}`] };
  const { records, notes } = await resolveLock(rpmRequest([main], { image: ['base'] }, join(directory.path, 'dl')));
  t.deepEqual(
    records.map(({ name, signedBy }) => [name, signedBy]),
    [['base', key.fingerprint]],
    'its packages are fetched from there, too',
  );
  t.deepEqual(notes, [`\`${gone}\` could not be read; \`file://${mirror}\` was asked`]);
});
