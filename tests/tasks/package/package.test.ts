import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import type { DependencyOutput } from '../../../engine/messages/task-order.ts';
import { run } from '../../../engine/tasks/package/package.ts';
import type { PackageRecord } from '../../../engine/tasks/package/package-record.ts';
import { elfBytes } from '../../support/elf-bytes.ts';
import { orderIn } from '../../support/task-orders.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const epoch = 1_600_000_000;

/** Puts files into a tree: text, bytes, or `-> target` for a link; a name ending in `/` is an empty directory. */
function fill(tree: string, files: Readonly<Record<string, string | Buffer>>): void {
  mkdirSync(tree, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(tree, name);
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (name.endsWith('/')) continue;
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), path);
    else writeFileSync(path, content);
  }
}

interface Recipe {
  readonly name?: string;
  readonly files: Readonly<Record<string, string | Buffer>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly DependencyOutput[];
}

/** Runs the task for a recipe below `base/NAME`; gives what dependants get. */
async function packageRecipe(base: string, recipe: Recipe): Promise<DependencyOutput> {
  const name = recipe.name ?? 'demo';
  const directory = join(base, name);
  const tree = join(directory, 'image');
  fill(tree, recipe.files);
  const out = join(directory, 'packages-split');
  const task = { configuration: '', recipe: name, task: 'do_package' };
  const order = orderIn(
    directory,
    { kind: 'builtin', builtin: 'package' },
    {
      task,
      outputs: [{ from: out, to: out }],
      dependencies: recipe.dependencies ?? [],
      variables: {
        PN: name,
        PACKAGE_VERSION: '1.0-r0',
        D: tree,
        DEB_ARCH: 'amd64',
        PACKAGES: name,
        [`FILES:${name}`]: '/',
        SUMMARY: 'a test',
        MAINTAINER: 'Nobody <nobody@localhost>',
        SOURCE_DATE_EPOCH: String(epoch),
        ...recipe.variables,
      },
    },
  );
  await run({ order, log: () => {}, progress: () => {}, signal: new AbortController().signal });
  return { task, directories: [out] };
}

function record(output: DependencyOutput, name: string): PackageRecord {
  return JSON.parse(readFileSync(join(output.directories[0]!, name, 'package.json'), 'utf8')) as PackageRecord;
}

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
  t.deepEqual(readdirSync(out).sort(), ['demo', 'demo-dev']);
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

test('a file in no package is an error that lists it, and leaves the former packages', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, { files: { 'usr/bin/a': 'x' } });
  const again = packageRecipe(directory.path, { files: { 'opt/b': 'x' }, variables: { 'FILES:demo': '/usr' } });
  t.deepEqual(await failure(t, again), {
    code: 'installed-not-shipped',
    message: 'installed, but in no package: `/opt/b`',
  });
  t.true(existsSync(join(output.directories[0]!, 'demo/root/usr/bin/a')));
});

test("a program depends on the package that offers its library: own, of DEPENDS with its version, or the vendor's", async (t) => {
  using directory = temporaryDirectory();
  const info = join(directory.path, 'root/var/lib/dpkg/info');
  fill(info, {
    'libc6:amd64.shlibs': 'libc 6 libc6 (>= 2.36)\n',
    'libc6:i386.shlibs': 'libc 6 libc6-i386\n',
    'libs1:amd64.symbols': 'libs.so.1 libs1 #MINVER#\n s@Base 1.5\n',
  });
  const root = { SHLIBS_ROOT: join(directory.path, 'root') };
  const library = await packageRecipe(directory.path, {
    name: 'libx',
    files: { 'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2', needed: ['libc.so.6'] }) },
    variables: { ...root, 'PKG:libx': 'libx2' },
  });
  t.deepEqual(
    record(library, 'libx').libraries.map((each) => each.soname),
    ['libx.so.2'],
  );
  t.deepEqual(record(library, 'libx').provides, ['libx (= 1.0-r0)']);
  t.is(readFileSync(join(library.directories[0]!, 'libx/deb/triggers'), 'utf8'), 'activate-noawait ldconfig\n');
  const program = await packageRecipe(directory.path, {
    files: {
      'usr/bin/p': elfBytes({ needed: ['libc.so.6', 'libx.so.2', 'libs.so.1', 'libown.so', 'libpriv.so'] }),
      'usr/lib/p/libpriv.so': elfBytes({ soname: 'libpriv.so' }),
      'usr/lib/libown.so': elfBytes({ soname: 'libown.so' }),
    },
    variables: {
      ...root,
      PACKAGES: 'libown demo',
      'FILES:libown': '/usr/lib/libown.so',
      'RDEPENDS:demo': 'libx extra',
    },
    dependencies: [library],
  });
  t.deepEqual([...record(program, 'demo').depends].sort(), [
    'extra',
    'libc6 (>= 2.36)',
    'libown (= 1.0-r0)',
    'libs1 (>= 1.5)',
    'libx2 (>= 1.0-r0)',
  ]);
});

test('a library that nothing offers, or only for another machine, is an error with file and soname', async (t) => {
  using directory = temporaryDirectory();
  const library = await packageRecipe(directory.path, {
    name: 'libx',
    files: { 'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2', bits: 32, machine: 3 }) },
  });
  const program = packageRecipe(directory.path, {
    files: { 'usr/bin/p': elfBytes({ needed: ['libx.so.2'] }) },
    dependencies: [library],
  });
  t.deepEqual(await failure(t, program), {
    code: 'unresolved-library',
    message: '`/usr/bin/p` needs `libx.so.2`, which no declared package offers',
  });
});

test('dpkg-deb reads the control data: fields, scripts, configuration files, checksums', async (t) => {
  using directory = temporaryDirectory();
  const output = await packageRecipe(directory.path, {
    files: { 'etc/demo.conf': 'hello', 'usr/bin/demo': '#!/bin/sh\n' },
    variables: {
      DESCRIPTION: 'first\n\nsecond',
      PACKAGE_ARCH: 'all',
      PE: '2',
      'CONFFILES:demo': '/etc',
      'RRECOMMENDS:demo': 'more (> 1)',
      'pkg_postinst:demo': '\n    if true; then\n        echo done\n    fi\n',
    },
  });
  const folder = join(output.directories[0]!, 'demo');
  const deb = join(directory.path, 'demo.deb');
  execFileSync('cp', ['-a', `${folder}/deb`, `${folder}/root/DEBIAN`]);
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', `${folder}/root`, deb], { stdio: 'pipe' });
  t.is(
    execFileSync('dpkg-deb', ['-f', deb], { encoding: 'utf8' }),
    `Package: demo
Version: 2:1.0-r0
Architecture: all
Maintainer: Nobody <nobody@localhost>
Installed-Size: 2
Recommends: more (>> 1)
Section: misc
Priority: optional
Description: a test
 first
 .
 second
`,
  );
  t.is(readFileSync(`${folder}/deb/postinst`, 'utf8'), '#!/bin/sh\nset -e\nif true; then\n    echo done\nfi\n');
  t.is(lstatSync(`${folder}/deb/postinst`).mode & 0o777, 0o755);
  t.is(readFileSync(`${folder}/deb/conffiles`, 'utf8'), '/etc/demo.conf\n');
  t.true(readFileSync(`${folder}/deb/md5sums`, 'utf8').startsWith('5d41402abc4b2a76b9719d911017c592  etc/demo.conf\n'));
});

test('ALLOW_EMPTY makes a package of dependencies alone, even where nothing was installed', async (t) => {
  using directory = temporaryDirectory();
  const variables = { 'ALLOW_EMPTY:demo': '1', 'RDEPENDS:demo': 'a b (>= 2)' };
  const output = await packageRecipe(directory.path, { files: {}, variables });
  t.deepEqual(record(output, 'demo').depends, ['a', 'b (>= 2)']);
  t.is(record(output, 'demo').fileCount, 0);
});

test('names and versions that the format does not allow, and one name for two packages, are errors', async (t) => {
  using directory = temporaryDirectory();
  const code = async (variables: Readonly<Record<string, string>>) =>
    (await failure(t, packageRecipe(directory.path, { files: { 'a/b': 'x' }, variables }))).code;
  t.is(await code({ 'PKG:demo': 'Demo_1' }), 'bad-package-metadata');
  t.is(await code({ PACKAGE_VERSION: 'git-r0' }), 'bad-package-metadata');
  const twice = { PACKAGES: 'demo other', 'ALLOW_EMPTY:other': '1', 'PKG:other': 'demo' };
  t.is(await code(twice), 'bad-package-metadata');
});

test('the same tree and variables give the same bytes', async (t) => {
  using directory = temporaryDirectory();
  const recipe = { files: { 'usr/b': 'b', 'usr/a': 'a' } };
  const sum = async (base: string) => {
    const output = await packageRecipe(base, recipe);
    const tar = ['--sort=name', '--owner=0', '--group=0', '-C', output.directories[0]!, '-cf', '-', 'demo/root'];
    return execFileSync('tar', tar).toString('base64') + JSON.stringify(record(output, 'demo'));
  };
  t.is(await sum(join(directory.path, 'one')), await sum(join(directory.path, 'two')));
});
