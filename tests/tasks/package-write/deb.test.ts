import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { elfBytes } from '../../support/elf-bytes.ts';
import { fillTree, type PackagedRecipe, reviseRecipe } from '../../support/package-recipe.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Fields of a control file. */
function fields(control: string, name = 'demo'): Readonly<Record<string, string>> {
  const text = readFileSync(join(control, `deb/${name}/control/control`), 'utf8');
  return Object.fromEntries([...text.matchAll(/^(\S+): (.*)$/gm)].map((each) => [each[1] ?? '', each[2] ?? '']));
}

const lists = (text: string | undefined) => (text ?? '').split(', ').sort();

test('dpkg-deb reads the control data: fields, scripts, configuration files, checksums', async (t) => {
  using directory = temporaryDirectory();
  const { control, split } = await reviseRecipe(directory.path, {
    files: { 'etc/demo.conf': 'hello', 'usr/share/demo': 'x\n' },
    variables: {
      DESCRIPTION: 'first\n\nsecond',
      PACKAGE_ARCH: 'all',
      PE: '2',
      'CONFFILES:demo': '/etc',
      'RRECOMMENDS:demo': 'more (> 1)',
      'RBREAKS:demo': 'old (< 1)',
      'pkg_postinst:demo': '\n    if true; then\n        echo done\n    fi\n',
    },
  });
  const folder = join(control, 'deb/demo');
  const deb = join(directory.path, 'demo.deb');
  execFileSync('cp', ['-a', `${folder}/control`, `${split}/demo/root/DEBIAN`]);
  execFileSync('dpkg-deb', ['--root-owner-group', '--build', `${split}/demo/root`, deb], { stdio: 'pipe' });
  t.is(
    execFileSync('dpkg-deb', ['-f', deb], { encoding: 'utf8' }),
    `Package: demo
Version: 2:1.0-r0
Architecture: all
Maintainer: Nobody <nobody@example.org>
Installed-Size: 2
Recommends: more (>> 1)
Breaks: old (<< 1)
Section: misc
Priority: optional
Description: a test
 first
 .
 second
`,
  );
  t.is(readFileSync(`${folder}/control/postinst`, 'utf8'), '#!/bin/sh\nset -e\nif true; then\n    echo done\nfi\n');
  t.is(lstatSync(`${folder}/control/postinst`).mode & 0o777, 0o755);
  t.is(readFileSync(`${folder}/control/conffiles`, 'utf8'), '/etc/demo.conf\n');
  t.is(readFileSync(`${folder}/control/md5sums`, 'utf8'), '401b30e3b8b5d629635a5c613cdb7919  usr/share/demo\n');
});

/** The database of a root with a C library, a library with symbols, a module of pkg-config and one of Python. */
function vendorRoot(directory: string): string {
  const root = join(directory, 'root');
  fillTree(join(root, 'var/lib/dpkg'), {
    'info/libc6:amd64.shlibs': 'libc 6 libc6 (>= 2.36)\n',
    'info/libc6:i386.shlibs': 'libc 6 libc6-i386\n',
    'info/libs1:amd64.symbols': 'libs.so.1 libs1 #MINVER#\n s@Base 1.5\n',
    'info/zed-dev.list': '/.\n/usr/lib/x86_64-linux-gnu/pkgconfig/zed.pc\n',
    'info/python3-six.list': '/usr/lib/python3/dist-packages/six-1.16.0.egg-info\n',
    'info/dash.list': '/bin/sh\n',
    'info/perl.list': '/usr/bin/perl5\n',
    'info/libbare.list': '/usr/lib/x86_64-linux-gnu/libbare.so.3\n',
    status: 'Package: dash\nEssential: yes\n\nPackage: perl\n',
  });
  return root;
}

test("a program depends on who offers its library: own package, one of DEPENDS with its version, or the vendor's", async (t) => {
  using directory = temporaryDirectory();
  const root = { SHLIBS_ROOT: vendorRoot(directory.path) };
  const library = await reviseRecipe(directory.path, {
    name: 'libx',
    files: { 'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2', needed: ['libc.so.6'] }) },
    variables: { ...root, 'PKG:libx': 'libx2' },
  });
  t.is(fields(library.control, 'libx')['Provides'], 'libx (= 1.0-r0)');
  t.is(readFileSync(join(library.control, 'deb/libx/control/triggers'), 'utf8'), 'activate-noawait ldconfig\n');
  t.is(readFileSync(join(library.control, 'deb/libx/libraries'), 'utf8'), 'usr/lib/libx.so.2\n');
  t.is(readFileSync(join(library.control, 'deb/libx/control/shlibs'), 'utf8'), 'libx 2 libx2 (>= 1.0-r0)\n');
  const program = await reviseRecipe(directory.path, {
    files: {
      'usr/bin/p': elfBytes({
        needed: ['libc.so.6', 'libx.so.2', 'libs.so.1', 'libown.so', 'libpriv.so', 'libbare.so.3'],
      }),
      'usr/lib/p/libpriv.so': elfBytes({ soname: 'libpriv.so' }),
      'usr/lib/libown.so': elfBytes({ soname: 'libown.so' }),
    },
    variables: {
      ...root,
      PACKAGES: 'libown demo',
      'FILES:libown': '/usr/lib/libown.so',
      'RDEPENDS:demo': 'libx extra libown (= 1.0-r0)',
    },
    dependencies: [library.output],
  });
  t.deepEqual(lists(fields(program.control)['Depends']), [
    'extra',
    'libbare',
    'libc6 (>= 2.36)',
    'libown (= 1.0-r0)',
    'libs1 (>= 1.5)',
    'libx2 (>= 1.0-r0)',
  ]);
});

test('a library that nothing offers, or only for another machine, is an error with file and soname', async (t) => {
  using directory = temporaryDirectory();
  const library = await reviseRecipe(directory.path, {
    name: 'libx',
    files: { 'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2', bits: 32, machine: 3 }) },
  });
  const program = (variables: Readonly<Record<string, string>>) =>
    reviseRecipe(directory.path, {
      files: { 'usr/bin/p': elfBytes({ needed: ['libx.so.2'] }) },
      dependencies: [library.output],
      variables,
    });
  const error = await t.throwsAsync(program({ ERROR_QA: 'file-rdeps' }), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'unresolved-library');
  t.is(error?.diagnostics[0]?.message, '`/usr/bin/p` needs `libx.so.2`, which no declared package offers');
  // Where the check only warns, or is forgiven, there is a package without that dependency.
  for (const variables of [{ WARN_QA: 'file-rdeps' }, { ERROR_QA: 'file-rdeps', 'INSANE_SKIP:demo': 'file-rdeps' }]) {
    const { control, said } = await program(variables);
    t.is(fields(control)['Depends'], undefined);
    t.true(said.includes('note: no package is known for the library `libx.so.2` of `/usr/bin/p`'));
  }
});

test('modules, distributions and interpreters are found at packages of DEPENDS, in the tables, in the root', async (t) => {
  using directory = temporaryDirectory();
  const root = vendorRoot(directory.path);
  const own = await reviseRecipe(directory.path, {
    name: 'own',
    files: {
      'usr/lib/pkgconfig/own.pc': 'Version: 1\nRequires: zed >= 2 mapped\n',
      'usr/lib/python3/dist-packages/own_py-1.2.dist-info/METADATA': 'Name: Own_Py\nVersion: 1.2\n',
    },
    variables: { SHLIBS_ROOT: root, 'PACKAGE_NAME_PC[mapped]': 'libmapped-dev other-dev' },
  });
  t.deepEqual(lists(fields(own.control, 'own')['Depends']), ['libmapped-dev', 'other-dev', 'python3:any', 'zed-dev']);
  const user = await reviseRecipe(directory.path, {
    files: {
      'usr/lib/pkgconfig/user.pc': 'Version: 1\nRequires: own\n',
      'usr/lib/python3/dist-packages/user.dist-info/METADATA':
        'Name: user\nRequires-Dist: own.py>=1.0\nRequires-Dist: six\nRequires-Dist: unheard~=2.1\nRequires-Dist: win; sys_platform == "win32"\n',
      'usr/bin/script': '#!/usr/bin/env perl5\n',
      'usr/bin/shell': '#!/bin/sh\n',
      'usr/bin/python': '#!/usr/bin/python3 -u\n',
      'usr/bin/strange': '#!/opt/strange\n',
    },
    variables: { SHLIBS_ROOT: root, 'PACKAGE_NAME_DEFAULT[py]': 'python3-%s' },
    dependencies: [own.output],
  });
  t.deepEqual(lists(fields(user.control)['Depends']), [
    'own (>= 1.0-r0)',
    'perl',
    'python3-six',
    'python3-unheard (>= 2.1)',
    'python3:any',
  ]);
  t.true(user.said.includes('note: no package is known for the interpreter `/opt/strange`'));
});

test('neutral names are translated, and one without a row names the line to add', async (t) => {
  using directory = temporaryDirectory();
  const recipe: PackagedRecipe = {
    files: { 'usr/a': 'x' },
    variables: {
      'RDEPENDS:demo': 'vendor:cmd:ip (>= 5) | vendor:pkg:x vendor:py:Oslo.Utils vendor:plain lib-dev',
      'PACKAGE_NAME_CMD[ip]': 'iproute2',
      'PACKAGE_NAME_PKG[x]': 'xx',
      'PACKAGE_NAME_PY[oslo-utils]': 'python3-oslo.utils',
    },
  };
  const { control } = await reviseRecipe(directory.path, recipe);
  t.is(fields(control)['Depends'], 'iproute2 (>= 5) | xx, python3-oslo.utils, plain, lib-dev');
  const error = await t.throwsAsync(
    reviseRecipe(directory.path, { ...recipe, variables: { 'RDEPENDS:demo': 'vendor:cmd:tail' } }),
    { instanceOf: StxError },
  );
  t.is(error?.diagnostics[0]?.code, 'unmapped-name');
  t.is(error?.diagnostics[0]?.message, "the system's layer does not say what `cmd:tail` is called");
  t.is(error?.diagnostics[0]?.help, 'add `PACKAGE_NAME_CMD[tail] = "PACKAGE"` to conf/package-names of the layer');
});

test('accounts, owners, alternatives and units become lines around what the recipe wrote', async (t) => {
  using directory = temporaryDirectory();
  const variables = {
    USERADD_PACKAGES: 'demo',
    'GROUPADD_PARAM:demo': '-r team',
    'USERADD_PARAM:demo': '-r -g team joe',
    'FILE_OWNERS:demo': '/var/lib/demo=joe:team',
    'ALTERNATIVE:demo': 'tool',
    SYSTEMD_PACKAGES: 'demo',
    SYSTEMD_SERVICE: 'demo.service',
    'pkg_postinst:demo': '#!/bin/bash\necho "$STX_ACTION"\n',
    'pkg_preinst:demo': 'echo plain\n',
  };
  const files = { 'var/lib/demo/': '', 'usr/bin/tool.demo': 'x', 'usr/lib/systemd/system/demo.service': 'x' };
  const { control } = await reviseRecipe(directory.path, { files, variables });
  const script = (name: string) => readFileSync(join(control, `deb/demo/control/${name}`), 'utf8');
  t.is(
    script('postinst'),
    `#!/bin/bash
set -e
STX_ACTION=upgrade
if [ "$1" = configure ] && [ -z "\${2:-}" ]; then STX_ACTION=install; fi
export STX_ACTION
getent group team >/dev/null || groupadd -r team
getent passwd joe >/dev/null || useradd -r -g team joe
[ ! -e /var/lib/demo ] || dpkg-statoverride --list /var/lib/demo >/dev/null || { chown joe:team /var/lib/demo && chmod 0755 /var/lib/demo; }
echo "$STX_ACTION"
update-alternatives --install /usr/bin/tool tool /usr/bin/tool.demo 10
if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || :
    if [ "$STX_ACTION" = upgrade ]; then systemctl --system try-restart demo.service >/dev/null || :; fi
fi
`,
  );
  t.is(script('preinst'), '#!/bin/sh\nset -e\necho plain\n');
  t.regex(script('prerm'), /update-alternatives --remove tool \/usr\/bin\/tool\.demo/);
  const python = { ...variables, 'pkg_postinst:demo': '#!/usr/bin/python3\nprint(1)\n' };
  const error = await t.throwsAsync(reviseRecipe(directory.path, { files, variables: python }), {
    instanceOf: StxError,
  });
  t.is(error?.diagnostics[0]?.code, 'bad-package-metadata');
});

test('who needs an account or an interpreter depends on who has it', async (t) => {
  using directory = temporaryDirectory();
  const accounts = await reviseRecipe(directory.path, {
    name: 'accounts',
    files: { 'usr/share/accounts': 'x' },
    variables: {
      USERADD_PACKAGES: 'accounts',
      'USERADD_PARAM:accounts': '-r joe',
      'GROUPADD_PARAM:accounts': '-r team',
    },
  });
  const { control } = await reviseRecipe(directory.path, {
    files: { 'var/lib/demo/': '' },
    variables: {
      SHLIBS_ROOT: vendorRoot(directory.path),
      'FILE_OWNERS:demo': '/var/lib/demo=joe:team',
      'pkg_preinst:demo': '#!/usr/bin/perl5 -w\nprint 1;\n',
      'pkg_prerm:demo': '#!/usr/bin/env -S perl5 -w\nprint 1;\n',
      'pkg_postrm:demo': '#!/bin/sh -e\nfalse\n',
    },
    dependencies: [accounts.output],
  });
  t.deepEqual(lists(fields(control)['Depends']), ['accounts', 'perl']);
  const member = await reviseRecipe(directory.path, {
    name: 'member',
    files: { 'usr/share/member': 'x' },
    variables: { USERADD_PACKAGES: 'member', 'USERADD_PARAM:member': '-r -g root -G adm,team jim' },
    dependencies: [accounts.output],
  });
  t.deepEqual(lists(fields(member.control, 'member')['Depends']), ['accounts']);
  const script = (name: string) => readFileSync(join(control, `deb/demo/control/${name}`), 'utf8');
  t.is(script('prerm'), '#!/usr/bin/env -S perl5 -w\nprint 1;\n');
  t.is(script('postrm'), '#!/bin/sh -e\nfalse\n');
});

test('a least version of a Python distribution is asked of the vendor, never an exact or a highest one', async (t) => {
  using directory = temporaryDirectory();
  const requires = ['exact==1.5', 'least>=1.5,<2', 'most<=3', 'more>2'].map((each) => `Requires-Dist: ${each}\n`);
  const { control } = await reviseRecipe(directory.path, {
    files: { 'usr/lib/python3/dist-packages/user.dist-info/METADATA': `Name: user\n${requires.join('')}` },
    variables: { 'PACKAGE_NAME_DEFAULT[py]': 'python3-%s' },
  });
  t.deepEqual(lists(fields(control)['Depends']), [
    'python3-exact (>= 1.5)',
    'python3-least (>= 1.5)',
    'python3-more (>> 2)',
    'python3-most',
    'python3:any',
  ]);
});

test('a version with `^` becomes one that deb allows, also where it is asked for', async (t) => {
  using directory = temporaryDirectory();
  const { control } = await reviseRecipe(directory.path, {
    files: { 'usr/a': 'x' },
    variables: { PACKAGE_VERSION: '1.0-rc1^git2~x-r0', 'RDEPENDS:demo': 'other (>= 2^git1)' },
  });
  t.is(fields(control)['Version'], '1.0-rc1+git2~x-r0');
  t.is(fields(control)['Depends'], 'other (>= 2+git1)');
});

test('documents of the policy come along, full texts that the system has anyway do not', async (t) => {
  using directory = temporaryDirectory();
  const apache = `Apache License\nVersion 2.0, January 2004\n${'line\n'.repeat(200)}`;
  const { control } = await reviseRecipe(directory.path, {
    files: { 'usr/a': 'x' },
    sources: { COPYING: 'Copyright Somebody\n', LICENSE: apache },
    variables: {
      PACKAGE_DOCUMENTS: '1',
      DEB_CHANGELOG: 'changelog.Debian.gz',
      DISTRO_CODENAME: 'first',
      LICENSE_DIR: '/usr/share/doc/%s/copyright',
      LIC_FILES_CHKSUM: 'file://COPYING;md5=x file://LICENSE;md5=y',
      'PACKAGE_LINTIAN_OVERRIDES:demo': 'no-manual-page usr/bin/a # it has no options',
    },
  });
  t.regex(
    readFileSync(join(control, 'deb/demo/control/control'), 'utf8'),
    /Description: a test\n Package of the recipe demo\.\n$/,
  );
  const folder = join(control, 'deb/demo/root/usr/share');
  const copyright = readFileSync(join(folder, 'doc/demo/copyright'), 'utf8');
  t.true(copyright.includes('Copyright Somebody'));
  t.true(copyright.includes('/usr/share/common-licenses/Apache-2.0'));
  t.false(copyright.includes('January 2004'));
  t.is(
    gunzipSync(readFileSync(join(folder, 'doc/demo/changelog.Debian.gz'))).toString(),
    'demo (1.0-r0) first; urgency=medium\n\n  * Built from the recipe demo, version 1.0-r0.\n\n -- Nobody <nobody@example.org>  Sun, 13 Sep 2020 12:26:40 +0000\n',
  );
  t.is(
    readFileSync(join(folder, 'lintian/overrides/demo'), 'utf8'),
    '# it has no options\ndemo: no-manual-page usr/bin/a\n',
  );
});

test('names and versions that deb does not allow are errors', async (t) => {
  using directory = temporaryDirectory();
  const code = async (variables: Readonly<Record<string, string>>) =>
    (await t.throwsAsync(reviseRecipe(directory.path, { files: { 'a/b': 'x' }, variables }), { instanceOf: StxError }))
      ?.diagnostics[0]?.code;
  t.is(await code({ 'PKG:demo': 'Demo_1' }), 'bad-package-metadata');
  t.is(await code({ PACKAGE_VERSION: 'git-r0' }), 'bad-package-metadata');
  t.is(await code({ 'RDEPENDS:demo': 'some_thing' }), 'bad-package-metadata');
  t.is(await code({ 'RPROVIDES:demo': 'virtual/thing' }), 'bad-package-metadata');
  t.is(await code({ 'RDEPENDS:demo': 'thing (>= 1_0)' }), 'bad-package-metadata');
  const path = reviseRecipe(directory.path, { files: { 'a/b': 'x' }, variables: { 'RDEPENDS:demo': '/usr/bin/perl' } });
  const told = await t.throwsAsync(path, { instanceOf: StxError });
  t.is(told?.diagnostics[0]?.help, 'whoever has the program is `vendor:cmd:perl`');
});
