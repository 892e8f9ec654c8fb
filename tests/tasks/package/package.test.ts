import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { elfBytes } from '../../support/elf-bytes.ts';
import { packageEpoch as epoch, fillTree as fill, packageRecipe, recordOf } from '../../support/package-recipe.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function listFiles(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((each) => !each.isDirectory())
    .map((each) => join(each.parentPath, each.name).slice(root.length + 1))
    .sort();
}

async function failure(
  t: { throwsAsync: (p: Promise<unknown>, e: { instanceOf: typeof StxError }) => Promise<StxError | undefined> },
  work: Promise<unknown>,
) {
  const error = await t.throwsAsync(work, { instanceOf: StxError });
  return { code: error?.diagnostics[0]?.code, message: error?.diagnostics[0]?.message ?? '' };
}

test('the first package of PACKAGES that matches owns a file, and packages without files are not made', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'usr/include/a.h': 'h', 'usr/lib/liba.so': '-> liba.so.1', 'usr/lib/liba.so.1': 'x', 'var/empty/': '' },
    variables: {
      PACKAGES: 'demo-dev demo-doc demo',
      'FILES:demo-dev': '/usr/include /usr/lib/lib*.so',
      'FILES:demo-doc': '/usr/share/doc',
      'FILES:demo': '/usr /var',
    },
  });
  const out = output.directories[0]!;
  t.deepEqual(readdirSync(out).sort(), ['demo', 'demo-dev', 'recipe.json']);
  t.deepEqual(listFiles(join(out, 'demo-dev/root')), ['usr/include/a.h', 'usr/lib/liba.so']);
  t.deepEqual(listFiles(join(out, 'demo/root')), ['usr/lib/liba.so.1']);
  t.true(lstatSync(join(out, 'demo/root/var/empty')).isDirectory());
  t.is(readlinkSync(join(out, 'demo-dev/root/usr/lib/liba.so')), 'liba.so.1');
});

test('modes, hard links and the one date of everything survive the split', async (t) => {
  using directory = temporaryDirectory();
  const tree = join(directory.path, 'demo/image');
  fill(tree, { 'usr/bin/one': 'x' });
  execFileSync('chmod', ['4711', join(tree, 'usr/bin/one')]);
  linkSync(join(tree, 'usr/bin/one'), join(tree, 'usr/bin/two'));
  execFileSync('chmod', ['700', join(tree, 'usr')]);
  const output = await packageRecipe(directory.path, { files: {} });
  const root = join(output.directories[0]!, 'demo/root');
  const one = lstatSync(join(root, 'usr/bin/one'));
  t.is(one.mode & 0o7777, 0o4711);
  t.is(one.ino, lstatSync(join(root, 'usr/bin/two')).ino);
  t.is(lstatSync(join(root, 'usr')).mode & 0o7777, 0o700);
  for (const path of ['', 'usr', 'usr/bin/one']) t.is(lstatSync(join(root, path)).mtimeMs, epoch * 1000);
});

test('files in no package are recorded for the checks', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'usr/bin/a': 'x', 'opt/b': 'x' },
    variables: { 'FILES:demo': '/usr' },
  });
  const recipe = JSON.parse(readFileSync(join(output.directories[0]!, 'recipe.json'), 'utf8'));
  t.deepEqual(recipe.unshipped, ['/opt/b']);
  t.false(existsSync(join(output.directories[0]!, 'demo/root/opt')));
});

test('a record says what a package holds, offers and needs, in no format', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: {
      'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2', needed: ['libc.so.6', 'libown.so'] }),
      'usr/lib/demo/libown.so': elfBytes({ soname: 'libown.so' }),
      'var/lib/demo/state': 'x',
      'etc/demo.conf': 'x',
      'usr/lib/systemd/system/demo.service': 'x',
      'usr/bin/demo.demo': 'x',
    },
    variables: {
      'CONFFILES:demo': '/etc',
      'RDEPENDS:demo': 'a b (>= 2) vendor:py:six',
      'FILE_OWNERS:demo': '/var/lib/demo=demo:users',
      USERADD_PACKAGES: 'demo',
      'USERADD_PARAM:demo': `-r -g users -p '\\$6\\$s$h' demo; -r other`,
      'GROUPADD_PARAM:demo': '-r users',
      SYSTEMD_PACKAGES: 'demo',
      SYSTEMD_SERVICE: 'demo.service',
      'ALTERNATIVE:demo': 'demo',
      'ALTERNATIVE_PRIORITY[demo]': '20',
    },
  });
  const record = recordOf(output, 'demo');
  t.deepEqual(
    record.libraries.map((each) => each.soname),
    ['libx.so.2'],
  );
  t.deepEqual(
    record.needs.libraries.map(({ soname, isOwn, path }) => ({ soname, isOwn, path })),
    [
      { soname: 'libc.so.6', isOwn: false, path: 'usr/lib/libx.so.2' },
      { soname: 'libown.so', isOwn: true, path: 'usr/lib/libx.so.2' },
    ],
  );
  t.deepEqual(record.depends, [
    [{ name: 'a' }],
    [{ name: 'b', operator: '>=', version: '2' }],
    [{ name: 'vendor:py:six' }],
  ]);
  t.is(record.entries.find((each) => each.path === 'var/lib/demo/state')?.owner, 'demo:users');
  t.deepEqual(record.accounts, [
    { kind: 'group', name: 'users', arguments: '-r users' },
    { kind: 'user', name: 'demo', arguments: "-r -g users -p '$6$s$h' demo" },
    { kind: 'user', name: 'other', arguments: '-r other' },
  ]);
  t.deepEqual(record.units, ['demo.service']);
  t.deepEqual(record.alternatives, [
    { name: 'demo', link: '/usr/bin/demo', target: '/usr/bin/demo.demo', priority: 20 },
  ]);
  t.deepEqual(record.configurationFiles, ['/etc/demo.conf']);
});

test('licence texts are taken by lines, with the sum that they really have', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'usr/a': 'x' },
    sources: { COPYING: 'one\ntwo\nthree\n' },
    variables: {
      LIC_FILES_CHKSUM: 'file://COPYING;beginline=2;endline=2;md5=x file://gone;md5=y file://COPYING;md5=z',
    },
  });
  t.deepEqual(recordOf(output, 'demo').licenseTexts, [
    { source: 'COPYING', expectedMd5: 'x', actualMd5: 'c193497a1a06b2c72230e6146ff47080', file: 'COPYING' },
    { source: 'gone', expectedMd5: 'y' },
    { source: 'COPYING', expectedMd5: 'z', actualMd5: 'deed54b823522e0525693b090363f9df', file: 'COPYING.2' },
  ]);
  t.is(readFileSync(join(output.directories[0]!, 'demo/licenses/COPYING'), 'utf8'), 'two\n');
});

test('the system says what packages to build with, of documents and of symbols are called', async (t) => {
  using directory = temporaryDirectory();
  const names = async (variables: Readonly<Record<string, string>>) => {
    const output = await packageRecipe(directory.path, {
      files: {},
      variables: {
        PACKAGES: 'demo demo-dev demo-doc demo-dbg my-dev',
        ALLOW_EMPTY: '1',
        'PKG:my-dev': 'mine',
        ...variables,
      },
    });
    return ['demo', 'demo-dev', 'demo-doc', 'demo-dbg', 'my-dev'].map((name) => recordOf(output, name).package);
  };
  t.deepEqual(await names({}), ['demo', 'demo-dev', 'demo-doc', 'demo-dbg', 'mine']);
  t.deepEqual(await names({ PACKAGE_NAME_DEV: '%s-devel', PACKAGE_NAME_DBG: '%s-debuginfo' }), [
    'demo',
    'demo-devel',
    'demo-doc',
    'demo-debuginfo',
    'mine',
  ]);
});

test('what cannot be an owner, an account, an override or a licence entry is an error', async (t) => {
  using directory = temporaryDirectory();
  const code = async (variables: Readonly<Record<string, string>>) =>
    (await failure(t, packageRecipe(directory.path, { files: { 'a/b': 'x' }, variables }))).code;
  t.is(await code({ 'FILE_OWNERS:demo': '/a' }), 'bad-package-metadata');
  t.is(await code({ USERADD_PACKAGES: 'demo', 'USERADD_PARAM:demo': '-r Name!' }), 'bad-package-metadata');
  t.is(await code({ 'PACKAGE_LINTIAN_OVERRIDES:demo': 'no-manual-page' }), 'bad-package-metadata');
  t.is(await code({ LIC_FILES_CHKSUM: 'COPYING' }), 'bad-package-metadata');
  t.is(await code({ 'ALTERNATIVE:demo': 'x', ALTERNATIVE_PRIORITY: 'high' }), 'bad-package-metadata');
  t.is(await code({ 'RPROVIDES:demo': 'a | b' }), 'bad-package-metadata');
  t.is(await code({ 'RPROVIDES:demo': 'a (>= 1)' }), 'bad-package-metadata');
  t.is(await code({ 'RCONFLICTS:demo': 'a | b' }), 'bad-package-metadata');
  const twice = { PACKAGES: 'demo other', 'ALLOW_EMPTY:other': '1', 'PKG:other': 'demo' };
  t.is(await code(twice), 'bad-package-metadata');
});

test('a name that is not UTF-8 or holds a line end is an error that shows it, and never leaves packages out', async (t) => {
  using directory = temporaryDirectory();
  const tree = join(directory.path, 'demo/image/usr');
  for (const [name, shown] of [
    ['a\xe4', '"/usr/a\ufffd"'],
    ['a\nb', '"/usr/a\\nb"'],
  ] as const) {
    rmSync(tree, { recursive: true, force: true });
    mkdirSync(tree, { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name, 'latin1')]), 'x');
    const { code, message } = await failure(t, packageRecipe(directory.path, { files: {} }));
    t.is(code, 'bad-package-metadata');
    t.true(message.includes(shown), message);
  }
});

test('a file that its owner may not read is an error with the way out for whoever is not root', (t) => {
  using directory = temporaryDirectory();
  fill(directory.path, { 'usr/bin/tool': '#!/bin/sh\n' });
  chmodSync(join(directory.path, 'usr/bin/tool'), 0o111);
  const module = join(import.meta.dirname, '../../../engine/tasks/package/installed-tree.ts');
  const ask = `const { listInstalledTree } = await import('${module}');
    await listInstalledTree('${directory.path}').catch((error) => console.log(JSON.stringify(error.diagnostics[0])));`;
  const words = ['--user', '--map-user=54321', process.execPath, '--input-type=module', '--eval', ask];
  const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
  t.regex(stdout, /"bad-package-metadata"/, stderr);
  t.regex(stdout, /`\/usr\/bin\/tool` cannot be packed: its mode 0111 lets nobody read it/);
  t.regex(stdout, /chmod u\+r/);
});

test('a package to build with does not ask for a main package that has no files', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'usr/include/a.h': 'x' },
    variables: {
      PACKAGES: 'demo-dev demo',
      'FILES:demo-dev': '/usr/include',
      'FILES:demo': '/usr/bin',
      'RDEPENDS:demo-dev': 'demo (= 1.0-r0) other',
    },
  });
  t.deepEqual(recordOf(output, 'demo-dev').depends, [[{ name: 'other' }]]);
});

test('CONFFILES holds for all packages that have none of their own; `\\n` ends a line of a description', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'etc/a': 'x', 'usr/etc/b': 'x' },
    variables: {
      PACKAGES: 'other demo',
      'FILES:other': '/usr',
      CONFFILES: '/etc',
      'CONFFILES:other': '/usr/etc/b',
      DESCRIPTION: 'one\\n\\ntwo',
    },
  });
  t.deepEqual(recordOf(output, 'demo').configurationFiles, ['/etc/a']);
  t.deepEqual(recordOf(output, 'other').configurationFiles, ['/usr/etc/b']);
  t.is(recordOf(output, 'demo').description, 'one\n\ntwo');
});

test('ALLOW_EMPTY makes a package of dependencies alone, even where nothing was installed', async (t) => {
  using directory = temporaryDirectory();
  const variables = { 'ALLOW_EMPTY:demo': '1', 'RDEPENDS:demo': 'a b (>= 2)' };
  const output = await packageRecipe(directory.path, { files: {}, variables });
  t.is(recordOf(output, 'demo').depends.length, 2);
  t.is(recordOf(output, 'demo').fileCount, 0);
});

test('the same tree and variables give the same bytes', async (t) => {
  using directory = temporaryDirectory();
  const recipe = { files: { 'usr/b': 'b', 'usr/a': 'a' } };
  const sum = async (base: string) => {
    const output = await packageRecipe(base, recipe);
    const tar = ['--sort=name', '--owner=0', '--group=0', '-C', output.directories[0]!, '-cf', '-', 'demo/root'];
    return execFileSync('tar', tar).toString('base64') + JSON.stringify(recordOf(output, 'demo'));
  };
  t.is(await sum(join(directory.path, 'one')), await sum(join(directory.path, 'two')));
});
