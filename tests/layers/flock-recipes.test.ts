import { globSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import test from 'ava';
import { checkout, recipeDatastore, wordsOf } from '../support/os-layers.ts';
import { TestProject } from '../support/test-project.ts';

const folders = ['fault', 'metal', 'ha', 'config', 'nfv', 'config-files'].map((name) => `meta-stx/recipes-${name}`);
const files = folders.flatMap((folder) => globSync(`${folder}/*/*.bb`, { cwd: checkout })).sort();
const nameOf = (file: string): string => basename(dirname(file));
const fileOf = (name: string): string => files.find((file) => nameOf(file) === name) ?? name;

/** What is compiled against what: the edges that the sources have, none that other packaging declares besides. */
const chain: Readonly<Record<string, readonly string[]>> = {
  'fm-common': [],
  'fm-mgr': ['fm-common'],
  'mtce-common': ['fm-common'],
  mtce: ['fm-common', 'mtce-common'],
  'sm-common': ['build-info'],
  'sm-db': ['sm-common', 'build-info'],
  sm: ['fm-common', 'sm-common', 'sm-db', 'mtce', 'build-info'],
  'platform-kickstarts': ['build-info'],
};

test('the recipes of the flock take pinned commits of the public git', (t) => {
  t.true(files.length >= 54, `${files.length} recipes`);
  for (const file of files) {
    const recipe = recipeDatastore({ distro: 'debian' }, file);
    const [git = ''] = wordsOf(recipe, 'SRC_URI');
    t.regex(
      git,
      /^git:\/\/opendev\.org\/starlingx\/[a-z-]+;protocol=https;branch=master;subpath=[^;]+;destsuffix=/,
      file,
    );
    t.regex(recipe.get('SRCREV') ?? '', /^[0-9a-f]{40}$/, file);
    t.is(recipe.get('SOURCE_HELP'), 'docs/flock.md', file);
    t.not(recipe.get('LIC_FILES_CHKSUM') ?? '', '', file);
  }
});

test('what is made for one family is asked for by its group alone, and the release before has it elsewhere', (t) => {
  const group = (distro: string, codename?: string) => {
    const file = 'meta-stx/recipes-core/packagegroups/packagegroup-stx-flock_1.0.bb';
    const recipe = recipeDatastore({ distro, ...(codename === undefined ? {} : { codename }) }, file);
    return wordsOf(recipe, 'RDEPENDS:packagegroup-stx-flock');
  };
  const all = files.filter((file) => file.includes('/recipes-config-files/')).map(nameOf);
  const missing = (distro: string, codename?: string) => all.filter((name) => !group(distro, codename).includes(name));
  t.is(all.length, 37);
  t.deepEqual(
    [missing('debian', 'trixie'), missing('ubuntu'), missing('debian', 'bullseye')],
    [[], [], ['sysctl-config']],
  );
  const debianlike = all.filter(
    (name) => recipeDatastore({ distro: 'debian' }, fileOf(name)).get('COMPATIBLE_FAMILY') === 'deb',
  );
  t.deepEqual([missing('centos'), missing('clear')], [debianlike, debianlike]);
});

test('they need of each other what their sources need', (t) => {
  for (const [name, needed] of Object.entries(chain)) {
    t.deepEqual(wordsOf(recipeDatastore({ distro: 'debian' }, fileOf(name)), 'DEPENDS'), needed, name);
  }
});

test('the vendor’s packages have the names of each system', (t) => {
  const of = (distro: string) => wordsOf(recipeDatastore({ distro }, fileOf('fm-common')), 'VENDOR_DEPENDS').join(' ');
  t.is(of('debian'), 'g++ libpq-dev uuid-dev libjson-c-dev python3-dev python3-setuptools python3-wheel');
  t.is(
    of('centos'),
    'gcc-c++ pkgconfig(libpq) pkgconfig(uuid) pkgconfig(json-c) python3-devel python3dist(setuptools) python3dist(wheel)',
  );
});

test('the patch that new compilers ask for is found for all systems, and dropped where the compiler is old', (t) => {
  const patch = 'file://0001-what-gcc-11-refuses.patch;striplevel=3';
  for (const codename of ['bookworm', 'trixie', 'bullseye']) {
    t.true(wordsOf(recipeDatastore({ distro: 'debian', codename }, fileOf('sm')), 'SRC_URI').includes(patch), codename);
  }
  const [dropped] = globSync('meta-stx/recipes-ha/sm/files/debian-*/*.patch', { cwd: checkout });
  t.is(dropped, 'meta-stx/recipes-ha/sm/files/debian-bullseye/0001-what-gcc-11-refuses.patch');
});

test('where the git cannot be reached, fetching says so and names the way out', async (t) => {
  t.timeout(180_000);
  const layers = [
    'layers/core',
    'layers/arch-x86-64',
    'layers/kernel-std',
    'layers/kernel-rt',
    'meta-debian',
    'meta-stx',
  ];
  await using project = new TestProject({
    'build/conf/bblayers.conf': `BBPATH = "\${TOPDIR}"\nBBFILES ?= ""\nBBLAYERS = "${layers.map((each) => `${checkout}/${each}`).join(' ')}"\n`,
    // A server that refuses at once stands for one that is out of reach.
    'build/conf/local.conf': [
      'DISTRO = "debian"',
      'MACHINE = "x86-64"',
      'PREMIRRORS = "git://opendev.org/starlingx/.* git://127.0.0.1:1/BASENAME;protocol=https"',
      'BB_FETCH_PREMIRRORONLY = "1"',
      'BB_FETCH_RETRIES = "0"',
      '',
    ].join('\n'),
  });
  const run = await project.run(['-k', 'fm-common:do_fetch', 'rsync-config:do_fetch']);
  t.is(run.status, 1);
  t.regex(
    run.output,
    /cannot fetch commit 47b84645af35f54c9762b1b92aa1f6b74c8400c2 of `git:\/\/opendev\.org\/starlingx\/fault`/,
  );
  t.regex(run.output, /https:\/\/127\.0\.0\.1:1\/fault: /);
  t.regex(
    run.output,
    /a bare clone stands in, made by `git clone --mirror` and named by PREMIRRORS = "git:\/\/opendev\.org\/starlingx\/\.\* git:\/\/\/srv\/git\/BASENAME;protocol=file": docs\/flock\.md/,
  );
  t.regex(run.output, /FAILED rsync-config:do_fetch/);
  t.notRegex(run.output, /\n\s+at .*\.ts:/, 'no stack of calls');
});
