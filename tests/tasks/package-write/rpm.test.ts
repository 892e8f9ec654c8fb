import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { elfBytes } from '../../support/elf-bytes.ts';
import { type PackagedRecipe, reviseRecipe } from '../../support/package-recipe.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const rpmVariables = {
  PACKAGE_CLASSES: 'package_rpm',
  DISTRO_TARGET_ARCH: 'x86_64',
  PACKAGE_ARCH_ALL: 'noarch',
  PACKAGE_VERSION_FORMAT: '%(pv)s-%(pr)s%(rev)s.el9',
  PACKAGE_NAME_DEV: '%s-devel',
};

async function rpmRecipe(base: string, recipe: PackagedRecipe) {
  return await reviseRecipe(base, { ...recipe, variables: { ...rpmVariables, ...recipe.variables } });
}

/** Packs one architecture of a recipe as the class does, without its settings for bytes; gives the folder of the packages. */
function pack(
  base: string,
  result: { readonly control: string; readonly split: string },
  architecture: string,
): string {
  const group = join(result.control, 'rpm', architecture);
  const work = join(base, `pack-${architecture}`);
  const tree = join(work, 'tree');
  mkdirSync(tree, { recursive: true });
  for (const word of readFileSync(join(group, 'packages'), 'utf8').split('\n').filter(Boolean)) {
    cpSync(join(result.split, word, 'root'), tree, { recursive: true, verbatimSymlinks: true });
  }
  cpSync(group, join(work, 'parts'), { recursive: true });
  const define = {
    _topdir: work,
    _rpmdir: join(work, 'out'),
    _builddir: join(work, 'parts'),
    stx_parts: join(work, 'parts'),
  };
  const more = { stx_tree: tree, __spec_install_post: '%{nil}', debug_package: '%{nil}', _build_id_links: 'none' };
  const defines = Object.entries({ ...define, ...more }).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  const args = [
    '-bb',
    '--quiet',
    '--nodeps',
    '--target',
    `${architecture}-linux`,
    ...defines,
    join(group, 'package.spec'),
  ];
  execFileSync('rpmbuild', args, { stdio: 'pipe' });
  return join(work, 'out', architecture);
}

function query(file: string, ...words: readonly string[]): readonly string[] {
  const text = execFileSync('rpm', ['-qp', ...words, file], { encoding: 'utf8' });
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('rpmlib('));
}

test('dependencies of every kind are said in rpm words', async (t) => {
  using directory = temporaryDirectory();
  const result = await rpmRecipe(directory.path, {
    files: {
      'usr/lib64/libx.so.2': elfBytes({ soname: 'libx.so.2', needed: ['libc.so.6'] }),
      'usr/lib64/pkgconfig/x.pc': 'Version: 1.5\nRequires: zed >= 2\nRequires.private: one\n',
      'usr/lib/python3.9/site-packages/x-1.0.0.dist-info/METADATA':
        'Name: X\nVersion: 1.0.0\nRequires-Dist: six>=1.10\n',
      'usr/bin/tool': '#!/usr/bin/python3\n',
    },
    variables: {
      PE: '3',
      PACKAGES: 'demo-dev demo',
      'FILES:demo-dev': '/usr/lib64/pkgconfig',
      'RDEPENDS:demo-dev': 'demo (= 1.0-r0)',
      'RDEPENDS:demo': 'a b (>= 1.2) c (<< 2) | d vendor:cmd:ip lib-dev',
      'RRECOMMENDS:demo': 'r',
      'RSUGGESTS:demo': 's',
      'RPROVIDES:demo': 'virtual (= 4)',
      'RREPLACES:demo': 'old taken (<< 3)',
      'RCONFLICTS:demo': 'old enemy',
      'RBREAKS:demo': 'taken (<< 3)',
      'PACKAGE_NAME_DEFAULT[cmd]': '/usr/bin/%s',
    },
  });
  const out = pack(directory.path, result, 'x86_64');
  const [main, devel] = ['demo', 'demo-devel'].map((name) => join(out, `${name}-1.0-r0.el9.x86_64.rpm`));
  t.deepEqual(query(main ?? '', '--requires'), [
    '(c < 2 or d)',
    '/usr/bin/ip',
    '/usr/bin/python3',
    'a',
    'b >= 1.2',
    'lib-devel',
    'libc.so.6()(64bit)',
    'python(abi) = 3.9',
    'python3dist(six) >= 1.10',
  ]);
  t.deepEqual(query(main ?? '', '--provides'), [
    'demo = 3:1.0-r0.el9',
    'demo(x86-64) = 3:1.0-r0.el9',
    'libx.so.2()(64bit)',
    'python3dist(x) = 1',
    'virtual = 4',
  ]);
  t.deepEqual(query(main ?? '', '--recommends'), ['r']);
  t.deepEqual(query(main ?? '', '--suggests'), ['s']);
  t.deepEqual(query(main ?? '', '--obsoletes'), ['old']);
  t.deepEqual(query(main ?? '', '--conflicts'), ['enemy', 'taken < 3']);
  t.deepEqual(query(devel ?? '', '--requires'), ['demo = 3:1.0-r0.el9', 'pkgconfig(one)', 'pkgconfig(zed) >= 2']);
  t.deepEqual(query(devel ?? '', '--provides').slice(2), ['pkgconfig(x) = 1.5']);
});

test('files have their modes, owners and marks; odd names and texts stay what they are', async (t) => {
  using directory = temporaryDirectory();
  const odd = 'usr/share/demo/we ird[1]*{a}?\\x%{name}';
  const result = await rpmRecipe(directory.path, {
    files: {
      'etc/demo.conf': 'x',
      'usr/bin/demo': 'x',
      [odd]: 'x',
      'usr/share/demo/link': '-> /etc/x',
      'var/lib/demo/': '',
    },
    variables: {
      SUMMARY: '100% of %{name}',
      DESCRIPTION: `%post is no section\n\n${'word '.repeat(30)}`,
      PACKAGE_ARCH: 'all',
      'CONFFILES:demo': '/etc',
      'FILE_OWNERS:demo': '/var/lib/demo=joe:team',
      RPM_SHARED_DIRECTORIES: '/usr /usr/* /etc /var /var/lib',
      'pkg_postinst:demo': 'echo "100% $1"\ncat <<END\n%description\nEND\n',
    },
  });
  const file = join(pack(directory.path, result, 'noarch'), 'demo-1.0-r0.el9.noarch.rpm');
  t.deepEqual(
    query(file, '--qf', '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILEFLAGS:fflags} %{FILENAMES}\n]'),
    [
      '-rw-r--r-- root:root cn /etc/demo.conf',
      '-rwxr-xr-x root:root  /usr/bin/demo',
      'drwxr-xr-x root:root  /usr/share/demo',
      'lrwxrwxrwx root:root  /usr/share/demo/link',
      `-rw-r--r-- root:root  /${odd}`,
      'drwxr-xr-x joe:team  /var/lib/demo',
    ],
  );
  t.deepEqual(query(file, '--qf', '%{SUMMARY}\n'), ['100% of %{name}']);
  t.is(query(file, '--qf', '%{DESCRIPTION}\n')[0]?.trim(), '%post is no section');
  t.deepEqual(query(file, '--scripts'), [
    'postinstall scriptlet (using /bin/sh):',
    'set -e',
    'echo "100% $1"',
    'cat <<END',
    '%description',
    'END',
  ]);
});

test('a version with several `-` becomes one that rpm allows, also where it is asked for', async (t) => {
  using directory = temporaryDirectory();
  const result = await rpmRecipe(directory.path, {
    files: { 'usr/include/a.h': 'x', 'usr/bin/demo': 'x' },
    variables: {
      PACKAGE_VERSION: '1.0-rc1^git-r0',
      PACKAGES: 'demo-dev demo',
      'FILES:demo-dev': '/usr/include',
      'RDEPENDS:demo-dev': 'demo (= 1.0-rc1^git-r0) other (>= 2-rc3-r0)',
    },
  });
  const file = join(pack(directory.path, result, 'x86_64'), 'demo-devel-1.0+rc1^git-r0.el9.x86_64.rpm');
  t.deepEqual(query(file, '--requires'), ['demo = 1.0+rc1^git-r0.el9', 'other >= 2+rc3-r0']);
});

test('accounts of other packages come before the files; interpreters of scriptlets keep their arguments', async (t) => {
  using directory = temporaryDirectory();
  const result = await rpmRecipe(directory.path, {
    files: { 'var/lib/demo/': '', 'etc/init.d/demo': 'x', 'etc/demo.conf': 'x', 'usr/share/accounts': 'x' },
    variables: {
      PACKAGES: 'accounts demo',
      'FILES:accounts': '/usr/share',
      CONFFILES: '/etc',
      USERADD_PACKAGES: 'accounts',
      'USERADD_PARAM:accounts': '-r joe',
      'GROUPADD_PARAM:accounts': '-r team',
      'FILE_OWNERS:demo': '/var/lib/demo=joe:team',
      'pkg_postinst:demo': '#!/usr/bin/env bash\necho "100%"\n',
      'pkg_postrm:demo': '#!/bin/sh -e\nfalse\n',
    },
  });
  const file = join(pack(directory.path, result, 'x86_64'), 'demo-1.0-r0.el9.x86_64.rpm');
  const tags = query(file, '--qf', '[%{REQUIRENAME} %{REQUIREFLAGS:deptype}\n]');
  t.true(tags.includes('accounts pre'), tags.join('\n'));
  t.deepEqual(query(file, '--qf', '[%{POSTINPROG} ]\n[%{POSTUNPROG} ]\n'), ['/usr/bin/env bash ', '/bin/sh -e ']);
  t.deepEqual(query(file, '--configfiles'), ['/etc/demo.conf']);
});

test('packages for one machine and for all of one recipe are packed apart', async (t) => {
  using directory = temporaryDirectory();
  const result = await rpmRecipe(directory.path, {
    files: { 'usr/bin/demo': 'x', 'usr/share/doc/demo/x': 'x' },
    variables: { PACKAGES: 'demo-doc demo', 'FILES:demo-doc': '/usr/share/doc', 'PACKAGE_ARCH:demo-doc': 'all' },
  });
  t.deepEqual(readdirSync(pack(directory.path, result, 'noarch')), ['demo-doc-1.0-r0.el9.noarch.rpm']);
  t.deepEqual(readdirSync(pack(directory.path, result, 'x86_64')), ['demo-1.0-r0.el9.x86_64.rpm']);
  const listed = JSON.parse(readFileSync(join(result.control, 'rpm/packages.json'), 'utf8')) as { file: string }[];
  t.deepEqual(listed.map((each) => each.file).sort(), ['demo-1.0-r0.el9.x86_64.rpm', 'demo-doc-1.0-r0.el9.noarch.rpm']);
});

test('names, versions and paths that rpm does not allow are errors', async (t) => {
  using directory = temporaryDirectory();
  const code = async (variables: Readonly<Record<string, string>>, file = 'a/b') =>
    (await t.throwsAsync(rpmRecipe(directory.path, { files: { [file]: 'x' }, variables }), { instanceOf: StxError }))
      ?.diagnostics[0]?.code;
  t.is(await code({ 'PKG:demo': 'de mo' }), 'bad-package-metadata');
  t.is(await code({ PACKAGE_VERSION: '1.0_2-3/4' }), 'bad-package-metadata');
  t.is(await code({ PE: 'x' }), 'bad-package-metadata');
  t.is(await code({}, 'a/with"quote'), 'bad-package-metadata');
  t.is(await code({}, 'a/with\ttab'), 'bad-package-metadata');
});
