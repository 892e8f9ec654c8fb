import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { diagnosticCodes } from '../../../engine/base/diagnostic-codes.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { qaCodes } from '../../../engine/tasks/package-qa/facts.ts';
import { elfBytes } from '../../support/elf-bytes.ts';
import { checkRecipe, fillTree, type PackagedRecipe, packageRecipe } from '../../support/package-recipe.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** What one check says of a recipe, as an error with its way out. */
interface Row {
  readonly code: keyof typeof diagnosticCodes;
  readonly recipe: PackagedRecipe;
  readonly message: string;
  readonly help?: string;
}

const dev = { PACKAGES: 'demo-dev', 'FILES:demo-dev': '/' };
const library = (name: string) => elfBytes({ soname: name });

const rows: readonly Row[] = [
  {
    code: 'qa-alternatives',
    recipe: { files: { 'usr/a': 'x' }, variables: { 'ALTERNATIVE:demo': 'tool' } },
    message: '`demo`: `/usr/bin/tool.demo`, the target of the alternative `tool`, is not in it',
    help: 'see `ALTERNATIVE_TARGET[tool]`; `INSANE_SKIP` with `alternatives` forgives it',
  },
  {
    code: 'qa-arch',
    recipe: { files: { 'usr/bin/p': elfBytes({ machine: 183 }) } },
    message: '`demo`: `/usr/bin/p` is for another machine than `x86_64`',
    help: 'a tool of the build was packaged, or the compiler was not that of the target; `INSANE_SKIP` with `arch` forgives it',
  },
  {
    code: 'qa-arch',
    recipe: { files: { 'usr/bin/p': elfBytes() }, variables: { PACKAGE_ARCH: 'all' } },
    message: '`demo`: `/usr/bin/p` is for one architecture',
  },
  {
    code: 'qa-buildpaths',
    recipe: { files: { 'usr/a': `${'x'.repeat(1_048_570)}/stx/tmp/work/demo`, 'usr/b': 'x' } },
    message: '`demo`: folders of the build are named in `/usr/a`',
  },
  {
    code: 'qa-debug-files',
    recipe: { files: { 'usr/lib/debug/x.debug': 'x' } },
    message: '`demo`: files for debuggers: `/usr/lib/debug/x.debug`',
    help: 'they belong into `demo-dbg`; `INSANE_SKIP` with `debug-files` forgives it',
  },
  {
    code: 'qa-dev-deps',
    recipe: { files: { 'usr/a': 'x' }, variables: { 'RDEPENDS:demo': 'a libx-dev (>= 1)' } },
    message: '`demo`: it needs `libx-dev`, a package to build with',
  },
  {
    code: 'qa-dev-elf',
    recipe: { files: { 'usr/lib/libx.so.1': library('libx.so.1') }, variables: dev },
    message: '`demo-dev`: libraries that programs load: `/usr/lib/libx.so.1`',
  },
  {
    code: 'qa-dev-so',
    recipe: { files: { 'usr/lib/libx.so': '-> libx.so.1', 'usr/lib64/libz.so': '-> libz.so.1' } },
    message: '`demo`: links that only the linker uses: `/usr/lib/libx.so`, `/usr/lib64/libz.so`',
  },
  {
    code: 'qa-empty-dirs',
    recipe: { files: { 'run/demo/pid': 'x', 'var/run/x': 'x', 'var/lib/x': 'x' } },
    message: '`demo`: folders that are empty at every start have `/run/demo/pid`, `/var/run/x`',
  },
  {
    code: 'qa-file-rdeps',
    recipe: { files: { 'usr/bin/p': elfBytes({ needed: ['libgone.so.1'] }) } },
    message: '`demo`: `/usr/bin/p` needs `libgone.so.1`, which no declared package offers',
  },
  {
    code: 'qa-infodir',
    recipe: { files: { 'usr/share/info/dir': 'x' } },
    message: '`demo`: the directory of all info pages is packaged',
  },
  {
    code: 'qa-installed-vs-shipped',
    recipe: { files: { 'usr/a': 'x', 'opt/b': 'x' }, variables: { 'FILES:demo': '/usr' } },
    message: '`demo`: installed, but in no package: `/opt/b`',
    help: 'add them to a package (`FILES:demo:append = " /opt/b"`), or remove them at the end of `do_install`; `INSANE_SKIP` with `installed-vs-shipped` forgives it',
  },
  {
    code: 'qa-ldflags',
    recipe: { files: { 'usr/bin/p': elfBytes() } },
    message: '`demo`: `/usr/bin/p` was linked without the flags of LDFLAGS',
  },
  {
    code: 'qa-libdir',
    recipe: { files: { 'usr/lib/libx.so.1': library('libx.so.1') }, variables: { libdir: '/usr/lib64' } },
    message: '`demo`: the library `/usr/lib/libx.so.1` is not in `/usr/lib64`',
  },
  {
    code: 'qa-license-checksum',
    recipe: {
      files: { 'usr/a': 'x' },
      sources: { COPYING: 'text\n' },
      variables: { LIC_FILES_CHKSUM: 'file://COPYING;md5=00' },
    },
    message: '`demo`: the licence `COPYING` has changed: its MD5 is e1cbb0c3879af8347246f12c559a86b5, not 00',
  },
  {
    code: 'qa-license-checksum',
    recipe: { files: { 'usr/a': 'x' }, variables: { LIC_FILES_CHKSUM: 'file://COPYING;md5=00' } },
    message: '`demo`: the licence `COPYING` is not there',
  },
  {
    code: 'qa-license-checksum',
    recipe: { files: { 'usr/a': 'x' }, variables: { SRC_URI: 'file://a.patch git://example.org/a;branch=b' } },
    message: '`demo`: `LIC_FILES_CHKSUM` names no licence text of what was fetched',
  },
  {
    code: 'qa-license-exists',
    recipe: { files: { 'usr/a': 'x' }, variables: { LICENSE: ' ' } },
    message: '`demo`: no licence is named',
  },
  {
    code: 'qa-pkgname',
    recipe: { files: { 'usr/a': 'x' }, variables: { 'PKG:demo': 'Demo_1' } },
    message: '`Demo_1`: the name holds more than lower-case letters, digits, `.`, `+` and `-`',
  },
  {
    code: 'qa-python-abi',
    recipe: {
      files: { 'usr/lib/python3.8/site-packages/a.py': 'x' },
      variables: { PYTHON_BASEVERSION: '3.11' },
    },
    message: '`demo`: modules are for Python 3.8, the system has 3.11',
  },
  {
    code: 'qa-shebang-size',
    recipe: { files: { 'usr/bin/p': `#!/${'long/'.repeat(30)}sh\n` } },
    message: `\`demo\`: the path of an interpreter is too long for the kernel: \`/${'long/'.repeat(30)}sh\``,
  },
  {
    code: 'qa-staticdev',
    recipe: { files: { 'usr/lib/libx.a': 'x', 'usr/lib/libx_nonshared.a': 'x' } },
    message: '`demo`: static libraries: `/usr/lib/libx.a`',
  },
  {
    code: 'qa-symlink-to-sysroot',
    recipe: { files: { 'usr/a': '-> /stx/tmp/work/x' } },
    message: '`demo`: links lead into the build: `/usr/a`',
  },
  {
    code: 'qa-unit-file',
    recipe: { files: { 'usr/a': 'x' }, variables: { SYSTEMD_PACKAGES: 'demo', 'SYSTEMD_SERVICE:demo': 'd.service' } },
    message: '`demo`: the unit `d.service` is not in it',
  },
  {
    code: 'qa-unknown-owner',
    recipe: { files: { 'usr/a': 'x' }, variables: { 'FILE_OWNERS:demo': '/usr/a=joe:root' } },
    message: '`demo`: nothing makes the owner `joe:root`',
  },
  {
    code: 'qa-unlisted-pkg-lics',
    recipe: { files: { 'usr/a': 'x' }, variables: { LICENSE: 'MIT & BSD', 'LICENSE:demo': 'MIT | GPL-2.0' } },
    message: '`demo`: its licence `GPL-2.0` is not among those of the recipe',
  },
  {
    code: 'qa-usrmerge',
    recipe: { files: { 'bin/a': 'x', 'lib64/b': 'x', 'usr/bin/c': 'x' } },
    message: '`demo`: files outside of /usr: `/bin/a`, `/lib64/b`',
  },
];

const nameOf = (code: string) => code.replace(/^qa-/, '');

for (const { code, recipe, message, help } of rows) {
  test(`${code}: ${message}`, async (t) => {
    using directory = temporaryDirectory();
    const variables = (more: Readonly<Record<string, string>>) => ({
      ...recipe,
      variables: { ...recipe.variables, ...more },
    });
    const error = await t.throwsAsync(checkRecipe(join(directory.path, 'one'), variables({ ERROR_QA: nameOf(code) })), {
      instanceOf: StxError,
    });
    t.deepEqual(
      error?.diagnostics.map((each) => [each.code, each.message]),
      [[code, message]],
    );
    if (help !== undefined) t.is(error?.diagnostics[0]?.help, help);
    const warnings = await checkRecipe(join(directory.path, 'two'), variables({ WARN_QA: nameOf(code) }));
    t.deepEqual(
      warnings.map((each) => [each.severity, each.message]),
      [['warning', message]],
    );
    const word = recipe.variables?.['PACKAGES'] ?? 'demo';
    const isOfRecipe = ['installed-vs-shipped', 'license-checksum', 'license-exists'].includes(nameOf(code));
    const skip = isOfRecipe ? 'INSANE_SKIP' : `INSANE_SKIP:${word}`;
    t.deepEqual(
      await checkRecipe(join(directory.path, 'three'), variables({ ERROR_QA: nameOf(code), [skip]: nameOf(code) })),
      [],
    );
    t.deepEqual(await checkRecipe(join(directory.path, 'four'), variables({ ERROR_QA: 'something-else' })), []);
  });
}

test('sources that a layer holds, and those that are nobody else’s, need no licence text', async (t) => {
  using directory = temporaryDirectory();
  const check = (variables: Readonly<Record<string, string>>) =>
    checkRecipe(directory.path, {
      files: {},
      variables: { ERROR_QA: 'license-checksum', ALLOW_EMPTY: '1', ...variables },
    });
  t.deepEqual(await check({ SRC_URI: 'file://a.c file:///srv/b.c' }), []);
  t.deepEqual(await check({ SRC_URI: 'https://example.org/a.tar.gz', LICENSE: 'CLOSED' }), []);
});

test('run paths into the build are an error, useless ones a warning', async (t) => {
  using directory = temporaryDirectory();
  const files = { 'usr/bin/p': elfBytes({ runPath: '/stx/tmp/work/x/lib:/usr/lib' }) };
  const error = await t.throwsAsync(
    checkRecipe(directory.path, { files, variables: { ERROR_QA: 'rpaths', WARN_QA: 'useless-rpaths' } }),
    { instanceOf: StxError },
  );
  t.deepEqual(
    error?.diagnostics.map((each) => [each.code, each.message]),
    [['qa-rpaths', '`demo`: `/usr/bin/p` looks for libraries in `/stx/tmp/work/x/lib`']],
  );
  const [warning] = await checkRecipe(directory.path, { files, variables: { WARN_QA: 'useless-rpaths' } });
  t.is(warning?.code, 'qa-useless-rpaths');
  t.is(warning?.message, '`demo`: `/usr/bin/p` has the run path `/usr/lib`, where the linker looks anyway');
});

test('text relocations are told', async (t) => {
  using directory = temporaryDirectory();
  const files = { 'usr/lib/libx.so.1': elfBytes({ soname: 'libx.so.1', textRelocations: true }) };
  const [warning] = await checkRecipe(directory.path, { files, variables: { WARN_QA: 'textrel' } });
  t.is(warning?.code, 'qa-textrel');
  t.is(warning?.message, '`demo`: `/usr/lib/libx.so.1` changes its own code when loaded');
});

test('files that everybody may write are told, sticky folders are not', async (t) => {
  using directory = temporaryDirectory();
  const tree = join(directory.path, 'demo/image');
  fillTree(tree, { 'usr/open': 'x' });
  chmodSync(join(tree, 'usr/open'), 0o666);
  mkdirSync(join(tree, 'var/shared'), { recursive: true });
  chmodSync(join(tree, 'var/shared'), 0o1777);
  const [warning, ...more] = await checkRecipe(directory.path, { files: {}, variables: { WARN_QA: 'perms' } });
  t.is(warning?.code, 'qa-perms');
  t.is(warning?.message, '`demo`: everybody may write to `/usr/open`');
  t.deepEqual(more, []);
});

test('all errors are told at once, and a name in both lists is an error', async (t) => {
  using directory = temporaryDirectory();
  const recipe = {
    files: { 'bin/a': 'x', 'usr/lib/libx.a': 'x' },
    variables: { ERROR_QA: 'usrmerge staticdev', WARN_QA: 'usrmerge' },
  };
  const error = await t.throwsAsync(checkRecipe(directory.path, recipe), { instanceOf: StxError });
  t.deepEqual(error?.diagnostics.map((each) => each.code).sort(), ['qa-staticdev', 'qa-usrmerge']);
});

test('libraries of own packages, of DEPENDS and of the root are found; owners of accounts are known', async (t) => {
  using directory = temporaryDirectory();
  const root = join(directory.path, 'root');
  fillTree(root, {
    'usr/lib/x86_64-linux-gnu/libc.so.6': 'x',
    'opt/lib/libodd.so': 'x',
    'etc/ld.so.conf.d/odd.conf': '/opt/lib\n',
    'etc/passwd': 'daemon:x:1:1:::\n',
    'etc/group': 'adm:x:4:\n',
  });
  const library = await packageRecipe(directory.path, {
    name: 'libx',
    files: { 'usr/lib/libx.so.2': elfBytes({ soname: 'libx.so.2' }) },
  });
  const findings = await checkRecipe(directory.path, {
    files: {
      'usr/bin/p': elfBytes({ needed: ['libc.so.6', 'libodd.so', 'libx.so.2', 'libown.so'] }),
      'usr/lib/p/libown.so': elfBytes({ soname: 'libown.so' }),
    },
    variables: {
      SHLIBS_ROOT: root,
      ERROR_QA: 'file-rdeps unknown-owner',
      USERADD_PACKAGES: 'demo',
      'USERADD_PARAM:demo': '-r joe',
      'FILE_OWNERS:demo': '/usr/bin=joe:adm /usr/lib=daemon:root',
    },
    dependencies: [library],
  });
  t.deepEqual(findings, []);
});

test('every check has a code of its own', (t) => {
  for (const [name, code] of Object.entries(qaCodes)) {
    t.is(code, `qa-${name}` as typeof code);
    t.true(Object.hasOwn(diagnosticCodes, code));
  }
});
