import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import test from 'ava';
import { Checkout } from '../support/checkout.ts';
import { layersOf, runContainer, unpackContainer } from '../support/container.ts';
import { makeFeedKey } from '../support/feed-key.ts';

// Projects of our own in the shapes of the flock's go through four systems: real compilers, the vendor's kernel headers, and
// the judges of both formats. Debian's packages are built in its own root; it stands in for the roots of the other systems.
const layer = 'tests/fixtures/layers/meta-flock-like';
const folder = mkdtempSync(join(tmpdir(), 'stx-e2e-flock-like-'));
const recipes = ['libgauge', 'gauged', 'gauge-api', 'gauge-mod', 'gauge-mod-rt'];
let checkout: Checkout;

test.before(() => {
  checkout = new Checkout(folder);
  const key = makeFeedKey(folder);
  // Roots and downloads of another time may be used.
  const kept = ['DL_DIR', 'SSTATE_DIR'].filter((name) => process.env[name]);
  checkout.configure([
    ...kept.map((name) => `${name} = "${process.env[name]}"`),
    `FEED_SIGNING_KEY = "${key.fingerprint}"`,
    `FEED_KEY_FILE = "${key.file}"`,
    'BUILD_ROOT_STANDIN:rpm = "mc:debian:build-root"',
    'BUILD_ROOT_STANDIN:ubuntu = "mc:debian:build-root"',
    '# That of the root that stands in.',
    'PYTHON_BASEVERSION:rpm = "3.11"',
    'PYTHON_BASEVERSION:ubuntu = "3.11"',
  ]);
});

test.after.always(() => checkout?.remove());

/** Packages of a system's feed by name, without those with symbols. */
function feedOf(place: string): ReadonlyMap<string, string> {
  const paths = globSync(`build/deploy/feeds/${place}/**/*.{deb,rpm}`, { cwd: checkout.path }).sort();
  const named = paths.map((path): readonly [string, string] => {
    const match = /^(.+?)[-_]1\.0-r0/.exec(basename(path));
    return [match?.[1] ?? path, join(checkout.path, path)];
  });
  return new Map(named.filter(([name]) => !/-(dbgsym|debuginfo)$/.test(name)));
}

/** The files of a .deb, unpacked. */
function laidOut(path: string): string {
  const tree = mkdtempSync(join(folder, 'deb-'));
  execFileSync('dpkg-deb', ['-x', path, tree]);
  return tree;
}

const debField = (path: string, name: string) =>
  execFileSync('dpkg-deb', ['-f', path, name], { encoding: 'utf8' }).trim();
const rpmNeeds = (path: string) => execFileSync('rpm', ['-qp', '--requires', path], { encoding: 'utf8' }).split('\n');

const common = [
  'gauge-api-wheels',
  'gauge-config',
  'gauge-mod',
  'gauge-mod-rt',
  'gauged',
  'libgauge',
  'libgauge-dev',
  'python3-gauge-api',
];

test.serial('the vendor packages that they are built with are added to the lock', (t) => {
  const added = checkout.bake(['layers', 'add', join(checkout.path, layer)]);
  t.is(added.status, 0, added.output);
  const run = checkout.bake(['--yes', 'lock', 'add', ...recipes]);
  t.is(run.status, 0, run.output);
  t.log(`lock: ${run.seconds.toFixed(0)} s`);
  const lock = readFileSync(join(checkout.path, 'meta-debian/locks/bookworm-amd64.lock'), 'utf8');
  for (const name of recipes) t.regex(lock, new RegExp(`^Roots:.* ${name}( |$)`, 'm'));
});

test.serial('one command builds their packages and signed feeds for four systems', (t) => {
  const run = checkout.bake(['--yes', '--all-os', 'gauge-feed']);
  t.is(run.status, 0, run.output);
  t.log(`four systems: ${run.seconds.toFixed(0)} s, ${run.ran.length} tasks`);
  t.deepEqual([...feedOf('debian/bookworm').keys()].sort(), common);
  t.deepEqual(
    [...feedOf('ubuntu/noble').keys()].sort(),
    common.filter((each) => each !== 'gauge-mod-rt'),
  );
  const devel = common.map((each) => (each === 'libgauge-dev' ? 'libgauge-devel' : each));
  t.deepEqual([...feedOf('centos/stream9').keys()].sort(), devel);
  t.deepEqual([...feedOf('clear').keys()].sort(), common);
});

test.serial('what each system cannot have is told with its reason', (t) => {
  const run = checkout.bake(['mc:ubuntu:gauge-mod-rt']);
  t.not(run.status, 0);
  t.regex(run.output, /Ubuntu's real-time kernel comes with a subscription/);
});

test.serial('dependencies are found in what was built, under the names of each system', (t) => {
  const deb = feedOf('debian/bookworm');
  const of = (name: string) => debField(deb.get(name) ?? '', 'Depends');
  t.regex(
    of('gauged'),
    /libgauge \(>= 1\.0-r0\), libgcc-s1 \(>= [\d.]+\), libstdc\+\+6 \(>= [\d.]+\), libsystemd0 \(>= \d+\)/,
  );
  t.regex(of('python3-gauge-api'), /gauged, python3-six \(>= 1\.10\), python3:any/);
  t.notRegex(of('python3-gauge-api'), /tomli|pytest/);
  t.is(of('gauge-mod-rt'), 'linux-image-rt-amd64, kmod');
  t.regex(
    execFileSync('dpkg-deb', ['-I', deb.get('gauge-config') ?? '', 'conffiles'], { encoding: 'utf8' }),
    /^\/etc\/gauge\/gauge\.conf$/m,
  );
  const rpm = feedOf('centos/stream9');
  const needs = (name: string) => rpmNeeds(rpm.get(name) ?? '');
  for (const each of ['libgauge.so.1()(64bit)', 'libsystemd.so.0(LIBSYSTEMD_209)(64bit)', 'shadow-utils']) {
    t.true(needs('gauged').includes(each), each);
  }
  t.true(needs('python3-gauge-api').includes('python3dist(six) >= 1.10'));
  t.true(needs('gauge-mod-rt').includes('kernel-rt'));
});

test.serial('a kernel module is built for each kernel, from one recipe', (t) => {
  const modules = (name: string) => {
    const tree = laidOut(feedOf('debian/bookworm').get(name) ?? '');
    return globSync('usr/lib/modules/*/extra/gauge.ko', { cwd: tree }).map((path) => join(tree, path));
  };
  const [std = ''] = modules('gauge-mod');
  const [rt = ''] = modules('gauge-mod-rt');
  t.regex(std, /modules\/[\d.]+-\d+-amd64\/extra/);
  t.regex(rt, /modules\/[\d.]+-\d+-rt-amd64\/extra/);
  const magic = (path: string) => /vermagic=([^\0]*)/.exec(readFileSync(path, 'latin1'))?.[1];
  t.regex(magic(rt) ?? '', /^\S+-rt-amd64 SMP preempt_rt /);
  t.notRegex(magic(std) ?? '', /preempt_rt/);
  t.notRegex(readFileSync(std, 'latin1'), /\/stx\/tmp|stx-e2e/, 'no folder of the build');
});

test.serial('Python modules come with their metadata, without byte code, and with a wheel', (t) => {
  const path = feedOf('centos/stream9').get('python3-gauge-api') ?? '';
  const files = execFileSync('rpm', ['-qpl', path], { encoding: 'utf8' });
  t.regex(files, /^\/usr\/lib\/python3\.11\/site-packages\/gauge_api\/server\.py$/m);
  t.notRegex(files, /__pycache__|\.pyc$/m);
  const deb = feedOf('debian/bookworm');
  const script = join(laidOut(deb.get('python3-gauge-api') ?? ''), 'usr/bin/gauge-api');
  t.regex(readFileSync(script, 'utf8'), /^#!\/usr\/bin\/python3\n/);
  const wheels = join(laidOut(deb.get('gauge-api-wheels') ?? ''), 'usr/share/python3-wheels');
  t.deepEqual(readdirSync(wheels), ['gauge_api-1.0-py3-none-any.whl']);
});

test.serial('lintian and rpmlint find no error', (t) => {
  for (const place of ['debian/bookworm', 'ubuntu/noble']) {
    const run = spawnSync('lintian', ['--tag-display-limit', '0', '--fail-on', 'error', ...feedOf(place).values()], {
      encoding: 'utf8',
    });
    t.is(run.status, 0, run.stdout);
  }
  for (const place of ['centos/stream9', 'clear']) {
    const home = join(folder, 'home', place);
    mkdirSync(home, { recursive: true });
    const env = { ...process.env, HOME: home };
    const [key = ''] = globSync(`build/deploy/feeds/${place}/**/feed-key.asc`, { cwd: checkout.path });
    execFileSync('rpm', ['--import', join(checkout.path, key)], { env, stdio: 'pipe' });
    const args = ['-c', join(checkout.path, 'layers/core/files/rpmlint.toml'), ...feedOf(place).values()];
    const run = spawnSync('rpmlint', args, { encoding: 'utf8', env });
    t.notRegex(run.stdout, / E: /, place);
    t.is(run.status, 0, run.stdout);
  }
});

test.serial('a service becomes a container over a base that all share, and runs from it', (t) => {
  const lock = checkout.bake(['lock', 'add', 'gauge-container']);
  t.is(lock.status, 0, lock.output);
  const run = checkout.bake(['mc:debian:gauge-container', 'mc:debian:stx-container-base']);
  t.is(run.status, 0, run.output);
  t.log(`container: ${run.seconds.toFixed(0)} s`);
  const image = (name: string) => ({ layout: join(checkout.path, 'build/deploy/images/x86-64', name), tag: '1.0' });
  const [base] = layersOf(image('stx-debian-container-base'));
  const layers = layersOf(image('gauge-debian'));
  t.is(layers.length, 2);
  t.is(layers[0], base);
  const bundle = unpackContainer(image('gauge-debian'), mkdtempSync(join(folder, 'container-')));
  t.deepEqual(runContainer(bundle, ['--once']), { status: 0, output: 'level 0 of 1\n' });
  t.true(existsSync(join(bundle, 'rootfs/usr/lib/x86_64-linux-gnu/libstdc++.so.6')), 'what it needs came along');
  t.false(existsSync(join(bundle, 'rootfs/usr/bin/g++')), 'what it was built with did not');
  const config = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as {
    process: { user: { uid: number } };
  };
  t.true(config.process.user.uid > 0, 'the account of the package is the user');
  const first = readFileSync(`${image('gauge-debian').layout}.oci.tar`);
  const again = checkout.bake(['-C', 'rootfs', 'mc:debian:gauge-container']);
  t.is(again.status, 0, again.output);
  t.true(readFileSync(`${image('gauge-debian').layout}.oci.tar`).equals(first), 'the same bytes again');
});

test.serial('an edit of the library that changes its soname is felt by what links it, and by nothing else', (t) => {
  const makefile = join(checkout.path, layer, 'recipes-gauge/libgauge/files/libgauge/Makefile');
  // A number that no stored result of another time has.
  const major = String(Date.now() % 1_000_000_000);
  writeFileSync(makefile, readFileSync(makefile, 'utf8').replace('MAJOR := 1\n', `MAJOR := ${major}\n`));
  const run = checkout.bake(['mc:debian:gauged', 'mc:debian:gauge-config', 'mc:debian:gauge-api']);
  t.is(run.status, 0, run.output);
  const compiled = run.ran.filter((each) => each.endsWith(':do_compile')).map((each) => each.split(':')[2]);
  t.deepEqual(compiled.sort(), ['gauged', 'libgauge']);
});
