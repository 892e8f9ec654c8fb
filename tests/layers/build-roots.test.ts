import test from 'ava';
import type { Datastore } from '../../engine/datastore/datastore.ts';
import { findMissingTools } from '../../engine/host/host-tools.ts';
import { recipeDatastore } from '../support/os-layers.ts';

const libpcap = 'meta-stx/recipes-support/libpcap/libpcap_1.10.3.bb';
const base = 'layers/core/recipes-core/build-root/build-root_1.0.bb';
const image = 'meta-stx/recipes-images/images/stx-image-minimal.bb';
const prepare = 'do_prepare_build_root';

function values(datastore: Datastore, ...names: readonly string[]): readonly (string | undefined)[] {
  return names.map((name) => datastore.get(name)?.trim().replaceAll(/\s+/g, ' '));
}

test('a recipe without packages of its own has the root of BUILD_ROOT', (t) => {
  const datastore = recipeDatastore({ distro: 'debian' }, libpcap);
  t.deepEqual(values(datastore, 'SANDBOX_ROOT', 'BUILD_ROOT_TASK', 'BUILD_ROOT_NOTE'), [
    '/build/roots/of/default/build-root',
    'build-root:do_unpack_root',
    '',
  ]);
  t.is(datastore.flag('do_compile', 'depends'), 'build-root:do_unpack_root');
});

test('a recipe with VENDOR_DEPENDS has a root of its own, made of what the lock has for it and for the base', (t) => {
  const datastore = recipeDatastore({ distro: 'debian', lines: 'VENDOR_DEPENDS:pn-libpcap = "pc:zlib"\n' }, libpcap);
  t.deepEqual(values(datastore, 'VENDOR_DEPENDS', 'SANDBOX_ROOT', 'BUILD_ROOT_TASK'), [
    'zlib1g-dev',
    '/build/roots/of/default/recipe/libpcap',
    `libpcap:${prepare}`,
  ]);
  t.is(datastore.flag(prepare, 'builtin'), 'build-root');
  t.is(datastore.flag(prepare, 'lock-root'), 'build-root libpcap');
  t.regex(datastore.flag(prepare, 'depends') ?? '', /^libpcap:do_fetch_build_root build-root:do_unpack_root\s*$/);
  t.is(datastore.flag(prepare, 'mcdepends'), '');
});

test('BUILD_ROOT_MODE = "installed" makes the root with the scripts of its packages', (t) => {
  const lines = 'BUILD_ROOT_MODE:pn-libpcap = "installed"\n';
  const datastore = recipeDatastore({ distro: 'debian', lines }, libpcap);
  t.is(datastore.get('BUILD_ROOT_TASK'), `libpcap:${prepare}`);
  t.is(datastore.flag(prepare, 'builtin'), 'unpack-root');
  t.is(datastore.flag(prepare, 'depends'), 'libpcap:do_bootstrap_build_root');
  t.is(datastore.flag('do_bootstrap_build_root', 'lock-root'), 'build-root libpcap');
  t.is(datastore.get('UNPACK_ROOT_DIR'), datastore.get('SANDBOX_ROOT'));
});

const standIn = 'BUILD_ROOT_STANDIN = "mc:other:build-root"\n';

test('one line lets the root of another configuration stand in, and packages say so', (t) => {
  const lines = `${standIn}BUILD_ROOT_STANDIN[reason] = "no mirror here"\n`;
  const datastore = recipeDatastore({ distro: 'centos', lines }, libpcap);
  t.deepEqual(values(datastore, 'BUILD_ROOT_KIND', 'SANDBOX_ROOT', 'BUILD_ROOT_STANDIN_NAME', 'BUILD_ROOT_NOTE'), [
    'standin',
    '/build/roots/of/default/recipe/libpcap',
    '/build/roots/of/other/build-root',
    'built in mc:other:build-root, which stands in: no mirror here',
  ]);
  t.is(datastore.flag(prepare, 'mcdepends'), 'mc::other:build-root:do_unpack_root');
  t.is(datastore.flag(prepare, 'depends'), '');
  t.is(datastore.flag(prepare, 'lock-root'), '');
  t.is(datastore.get('libdir'), '/usr/lib64', 'folders stay those of the system');
});

test('a recipe that is built with packages takes its own root of the other configuration', (t) => {
  const lines = `${standIn}VENDOR_DEPENDS:pn-libpcap = "pc:zlib"\n`;
  const datastore = recipeDatastore({ distro: 'centos', lines }, libpcap);
  t.is(datastore.flag(prepare, 'mcdepends'), `mc::other:libpcap:${prepare}`);
  t.is(datastore.get('BUILD_ROOT_STANDIN_NAME'), '/build/roots/of/other/recipe/libpcap');
});

test('the configuration that stands in takes no notice of the line', (t) => {
  const lines = 'BUILD_ROOT_STANDIN = "mc::build-root"\n';
  const datastore = recipeDatastore({ distro: 'debian', lines }, libpcap);
  t.deepEqual(values(datastore, 'BUILD_ROOT_KIND', 'BUILD_ROOT_NOTE'), ['', '']);
});

test('the system’s own build-root is skipped with the reason when another one stands in', (t) => {
  const datastore = recipeDatastore({ distro: 'ubuntu', lines: standIn }, base);
  t.is(
    datastore.flag('RECIPE_SKIP', 'build-root'),
    'built in mc:other:build-root, which stands in: no packages of Ubuntu to build with can be had here',
  );
  t.is(recipeDatastore({ distro: 'ubuntu' }, base).flag('RECIPE_SKIP', 'build-root'), '');
});

test('another architecture is built by cross compilers, in a root of this machine with libraries of the target', (t) => {
  const datastore = recipeDatastore({ distro: 'debian', machine: 'arm64' }, libpcap);
  t.deepEqual(values(datastore, 'CC', 'STRIP', 'CONFIGURE_SYSTEMS', 'PKG_CONFIG_LIBDIR', 'SANDBOX_EMULATION'), [
    'aarch64-linux-gnu-gcc',
    'aarch64-linux-gnu-strip',
    '--build=x86_64-linux-gnu --host=aarch64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig',
    '',
  ]);
  t.is(datastore.flag('CC', 'export'), '1');
  const root = recipeDatastore({ distro: 'debian', machine: 'power9' }, base);
  t.deepEqual(values(root, 'BOOTSTRAP_ARCH', 'BOOTSTRAP_EMULATION'), ['amd64', '']);
  t.regex(root.get('BOOTSTRAP_PACKAGES') ?? '', /crossbuild-essential-ppc64el libc6-dev:ppc64el/);
});

test('BUILD_MODE = "emulated" takes a root of the target, whose programs are emulated', (t) => {
  const selection = { distro: 'debian', machine: 'arm64', lines: 'BUILD_MODE = "emulated"\n' };
  const datastore = recipeDatastore(selection, libpcap);
  t.is(datastore.get('CC'), 'gcc');
  t.falsy(datastore.flag('CC', 'export'));
  t.regex(datastore.get('SANDBOX_EMULATION') ?? '', /^:qemu-aarch64:M::\\x7fELF.*:\/usr\/bin\/qemu-aarch64-static:F$/);
  const root = recipeDatastore(selection, base);
  t.is(root.get('BOOTSTRAP_ARCH'), 'arm64');
  t.is(root.get('BOOTSTRAP_EMULATION'), datastore.get('SANDBOX_EMULATION'));
  t.notRegex(root.get('BOOTSTRAP_PACKAGES') ?? '', /crossbuild/);
});

test('an image of another architecture is made with its programs emulated, one of this architecture is not', (t) => {
  const emulation = (machine: string) => {
    const datastore = recipeDatastore({ distro: 'debian', machine }, image);
    return values(datastore, 'SANDBOX_EMULATION', 'BOOTSTRAP_EMULATION').map((text) => text?.split(':')[1]);
  };
  t.deepEqual(emulation('arm64'), ['qemu-aarch64', 'qemu-aarch64']);
  t.deepEqual(emulation('x86-64'), [undefined, undefined]);
});

test('who makes an image of another architecture is told that the kernel lacks binfmt_misc, nobody else is', (t) => {
  const lacking = (machine: string) => {
    const has = (program: string) => program !== '/proc/sys/fs/binfmt_misc';
    const table = recipeDatastore({ distro: 'debian', machine }, image);
    return findMissingTools(table, new Set(['bootstrap', 'emulation']), { has });
  };
  t.deepEqual(
    lacking('arm64')?.tools.map(({ name }) => name),
    ['binfmt_misc'],
  );
  t.deepEqual(lacking('arm64')?.install?.slice(-1), ['binfmt-support']);
  t.is(lacking('x86-64'), undefined);
});

test('programs that a recipe is built with are of this machine, libraries of the target', (t) => {
  const lines = 'VENDOR_DEPENDS:pn-libpcap = "pc:zlib cmd:sqlite3"\n';
  const names = (machine: string) =>
    recipeDatastore({ distro: 'debian', machine, lines }, libpcap).get('VENDOR_DEPENDS');
  t.is(names('arm64'), 'zlib1g-dev sqlite3:native');
  t.is(names('x86-64'), 'zlib1g-dev sqlite3');
});
