import { join } from 'node:path';
import test from 'ava';
import { fourSystems } from '../support/four-systems.ts';
import { SigningKey, writeArchive } from '../support/signed-archive.ts';
import { writeYumRepository } from '../support/signed-yum.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { TestProject, toyLayer } from '../support/test-project.ts';

const core = new URL('../../layers/core/files/rpm-resolve.py', import.meta.url).pathname;

/** A recipe that takes locked packages, with the answers of a system whose repositories these are. */
function recipe(
  packages: string,
  repositories: Readonly<Record<string, readonly [string, SigningKey]>>,
  more: string,
): string {
  const tables = Object.entries(repositories).flatMap(([id, [url, key]]) => [
    `REPOSITORY_URL[${id}] = "${url}/"`,
    `REPOSITORY_SIGNATURE[${id}] = "index"`,
    `REPOSITORY_KEYRING[${id}] = "/nonexistent.gpg ${key.keyring}"`,
    `REPOSITORY_KEY_FINGERPRINTS[${id}] = "${key.fingerprint}"`,
    `REPOSITORY_SUITE[${id}] = "stable"`,
    `REPOSITORY_COMPONENTS[${id}] = "main"`,
  ]);
  return [
    ...['LICENSE = "MIT"', 'LOCK_FILE = "${TOPDIR}/locks/x.lock"', `BOOTSTRAP_PACKAGES = "${packages}"`, more],
    ...[`REPOSITORIES = "${Object.keys(repositories).join(' ')}"`, ...tables],
    `LOCK_REPOSITORY_URLS = "${Object.entries(repositories)
      .map(([id, [url]]) => `${id}=${url}`)
      .join(' ')}"`,
    ...['do_fetch[builtin] = "fetch-locked"', 'do_fetch[lock-root] = "${PN}"', ''],
  ].join('\n');
}

const rpm = [
  ...['LOCK_RESOLVER = "rpm-md"', 'BOOTSTRAP_ARCH = "x86_64"', 'BOOTSTRAP_ESSENTIAL = "filesystem"'],
  ...['DISTRO_VERSION = "9"', 'DNF_MODULE_PLATFORM = "platform:el9"', `RPM_RESOLVER = "${core}"`],
].join('\n');

test('an rpm system without a lock names the command that writes it, which then lets it fetch', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'vendor');
  const mirror = join(directory.path, 'mirror');
  writeYumRepository(mirror, [{ name: 'filesystem' }, { name: 'uuid-devel', lines: ['Provides: pkgconfig(uuid)'] }], {
    key,
    signs: 'index',
  });
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/root/root_1.0.bb': recipe('pkgconfig(uuid)', { baseos: [`file://${mirror}`, key] }, rpm),
  });
  const early = await project.run(['root:do_fetch']);
  t.not(early.status, 0);
  t.regex(early.output, /there is no lock file `.*locks\/x.lock` yet/);
  t.regex(early.output, /stx-bake lock update/);
  const update = await project.run(['lock', 'update']);
  t.is(update.status, 0, update.output);
  t.regex(update.output, /filesystem: 1.0-1 is new\nuuid-devel: 1.0-1 is new\n.*2 packages, 2 packages moved/);
  t.regex(project.read('build/locks/x.lock'), /^Asked-As: pkgconfig\(uuid\)$/m);
  const fetch = await project.run(['root:do_fetch']);
  t.is(fetch.status, 0, fetch.output);
  t.is((await project.run(['lock', 'check', 'root'])).status, 0);
});

test('a package of another repository with a known name is fetched beside the first', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const archives = ['one', 'two'].map((name) => join(directory.path, name));
  const [one = '', two = ''] = archives;
  writeArchive(one, [{ Package: 'same', Version: '1-1', Description: 'of one' }], key);
  writeArchive(two, [{ Package: 'same', Version: '1-1', Description: 'of two' }], key);
  const apt = 'LOCK_RESOLVER = "apt"\nBOOTSTRAP_ARCH = "amd64"';
  const locked = (url: string, name: string) =>
    recipe('same', { main: [`file:${url}`, key] }, apt).replace('x.lock', `${name}.lock`);
  await using project = new TestProject({
    ...toyLayer,
    'meta-toy/recipes/root/first_1.0.bb': locked(one, 'first'),
    'meta-toy/recipes/root/second_1.0.bb': locked(two, 'second'),
  });
  t.is((await project.run(['lock', 'update'])).status, 0);
  const run = await project.run(['first:do_fetch', 'second:do_fetch']);
  t.is(run.status, 0, run.output);
  const again = await project.run(['-f', 'first:do_fetch', 'second:do_fetch']);
  t.is(again.status, 0, again.output);
  const difference = await project.run(['lock', 'diff', 'build/locks/first.lock', 'build/locks/second.lock']);
  t.is(difference.status, 1);
  t.regex(difference.output, /^same: 1-1 has another content$/m);
});

test('the lock of one configuration is written by its name, and no other', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(mirror, [{ Package: 'shell', Version: '1-1' }], key);
  const apt = 'LOCK_RESOLVER = "apt"\nBOOTSTRAP_ARCH = "amd64"';
  const own = recipe('shell', { main: [`file:${mirror}`, key] }, apt).replace('x.lock', '${DISTRO}.lock');
  await using project = new TestProject({ ...fourSystems, 'meta-toy/recipes/root/root_1.0.bb': own });
  const update = await project.run(['lock', 'update', 'mc:green']);
  t.is(update.status, 0, update.output);
  t.regex(update.output, /green\.lock: 1 packages/);
  t.notRegex(update.output, /plain\.lock/);
  t.regex(
    (await project.run(['lock', 'check', 'mc:green:root'])).output,
    /green\.lock: 1 packages, nothing has changed/,
  );
  t.regex((await project.run(['lock', 'check', 'mc:green:rot'])).output, /no root is called `rot`/);
});

test('a word that `lock` does not know is told with those it knows', async (t) => {
  await using project = new TestProject(toyLayer);
  const { status, output } = await project.run(['lock', 'upgrade']);
  t.not(status, 0);
  t.regex(output, /`lock` cannot `upgrade`/);
  t.regex((await project.run(['lock', 'diff', 'one'])).output, /compares two lock files/);
  t.regex((await project.run(['lock', 'check', '--sources'])).output, /`--sources` goes with `lock update`/);
});

test('what recipes are built with, and what images need of it, gets into the lock', async (t) => {
  await using directory = await temporaryDirectory();
  using key = new SigningKey(directory.path, 'archive');
  const mirror = join(directory.path, 'mirror');
  writeArchive(
    mirror,
    [
      { Package: 'base', Essential: 'yes' },
      { Package: 'compiler' },
      { Package: 'uuid-dev', Depends: 'uuid' },
      { Package: 'uuid' },
      { Package: 'rotate', Provides: 'logs' },
      { Package: 'mail' },
    ],
    key,
  );
  const apt = 'LOCK_RESOLVER = "apt"\nBOOTSTRAP_ARCH = "amd64"';

  const settings = recipe('', { main: [`file:${mirror}`, key] }, apt).replace(/BOOTSTRAP_PACKAGES = .*/, '');
  const own =
    'LOCK_RESOLVER = "apt"\nDISTRO_TARGET_ARCH = "amd64"\nBUILD_ROOT = "build-root"\nPACKAGE_NAME_PC[uuid] = "uuid-dev"';
  await using project = new TestProject({
    ...toyLayer,
    'build/conf/local.conf': 'ASSUME_RPROVIDED = "^.*"\n',
    'meta-toy/recipes/root/build-root_1.0.bb': `${settings}BOOTSTRAP_PACKAGES = "compiler"\n`,
    'meta-toy/recipes/lib/lib_1.0.bb': `${settings}${own}\nVENDOR_DEPENDS = "pc:uuid"\n`,
    'meta-toy/recipes/away/away_1.0.bb': `${settings}${own}\nBUILD_ROOT_STANDS_IN = "1"\nPACKAGE_NAME_PC[away] = "away-dev"\nVENDOR_DEPENDS = "pc:away"\n`,
    'meta-toy/recipes/tool/tool_1.0.bb': `${settings}${own}\nDEPENDS = "lib away"\nPACKAGES = "tool"\nRDEPENDS:tool = "rotate (>= 1.0) | mail base"\n`,
    'meta-toy/recipes/image/image_1.0.bb': `${settings}BOOTSTRAP_PACKAGES = "base"\nPACKAGES = "image"\nRDEPENDS:image = "tool"\n`,
  });
  const update = await project.run(['lock', 'update']);
  t.is(update.status, 0, update.output);
  const roots = [...project.read('build/locks/x.lock').matchAll(/^Package: (.*)\n(?:.+\n)*?Roots: (.*)$/gm)];
  t.deepEqual(
    roots.map(([, name, of]) => [name, of]),
    [
      ['base', 'build-root image'],
      ['compiler', 'build-root'],
      ['rotate', 'image:run'],
      ['uuid', 'image:run lib'],
      ['uuid-dev', 'image:run lib'],
    ],
  );
  const plan = await project.run(['-n', 'image:do_fetch']);
  t.is(plan.status, 0, plan.output);
});
