import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { makeDeb } from '../support/deb-file.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const osal = join(import.meta.dirname, '../../meta-stx/recipes-core/stx-osal/files/osal');
const isRoot = process.getuid?.() === 0;

/** Runs osal as user 0 (of a user namespace when an ordinary user runs the tests). */
function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const command = isRoot ? [osal, ...args] : ['unshare', '--user', '--map-root-user', osal, ...args];
  const result = spawnSync(command[0]!, command.slice(1), {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status: result.status, out: result.stdout, error: result.stderr };
}

interface Kind {
  readonly kind: string;
  /** Makes the package `tiny` with one file; returns its path. */
  readonly makePackage: (directory: string) => string;
  readonly makeRoot: (root: string) => void;
  readonly line: string;
}

const kinds: readonly Kind[] = [
  {
    kind: 'dpkg',
    makePackage: (directory) =>
      join(directory, makeDeb(directory, { Package: 'tiny', Version: '1.0-1' }, { 'usr/share/tiny/file': 'x\n' })),
    makeRoot: (root) => {
      for (const name of ['info', 'updates']) mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
      writeFileSync(join(root, 'var/lib/dpkg/status'), '');
      writeFileSync(join(root, 'var/lib/dpkg/available'), '');
    },
    line: 'tiny 1.0-1 all',
  },
  { kind: 'rpm', makePackage: makeRpm, makeRoot: makeRpmRoot, line: 'tiny 1.0-1 noarch' },
];

function makeRpm(directory: string): string {
  const spec = join(directory, 'tiny.spec');
  writeFileSync(
    spec,
    `Name: tiny
Version: 1.0
Release: 1
Summary: a test
License: Apache-2.0
BuildArch: noarch
%description
a test
%install
mkdir -p %{buildroot}/usr/share/tiny
echo x > %{buildroot}/usr/share/tiny/file
%files
/usr/share/tiny/file
`,
  );
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: directory };
  execFileSync('rpmbuild', ['-bb', '--define', `_topdir ${directory}/rpmbuild`, spec], { env, stdio: 'pipe' });
  return join(directory, 'rpmbuild/RPMS/noarch/tiny-1.0-1.noarch.rpm');
}

function makeRpmRoot(root: string): void {
  mkdirSync(join(root, 'var/lib/rpm'), { recursive: true });
  execFileSync('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', '--initdb'], { stdio: 'pipe' });
}

for (const { kind, makePackage, makeRoot, line } of kinds) {
  test.serial(`over ${kind}, a package is installed, asked for, listed and removed in the same words`, (t) => {
    using directory = temporaryDirectory();
    const root = join(directory.path, 'root');
    mkdirSync(root);
    makeRoot(root);
    const file = makePackage(directory.path);
    const at = ['--root', root];
    t.deepEqual(run([...at, 'list']), { status: 0, out: '', error: '' });
    const installed = run([...at, 'install', file]);
    t.is(installed.status, 0, installed.error);
    t.is(readFileSync(join(root, 'usr/share/tiny/file'), 'utf8'), 'x\n');
    t.deepEqual(run([...at, 'query', 'tiny']), { status: 0, out: `${line}\n`, error: '' });
    t.deepEqual(run([...at, 'list']), { status: 0, out: `${line}\n`, error: '' });
    t.true(
      run([...at, 'files', 'tiny'])
        .out.split('\n')
        .includes('/usr/share/tiny/file'),
    );
    const removed = run([...at, 'remove', 'tiny']);
    t.is(removed.status, 0, removed.error);
    t.throws(() => readFileSync(join(root, 'usr/share/tiny/file')), { code: 'ENOENT' });
    t.is(run([...at, 'query', 'tiny']).status, 3);
  });

  test.serial(`over ${kind}, each kind of failure has its exit status and changes nothing`, (t) => {
    using directory = temporaryDirectory();
    const root = join(directory.path, 'root');
    mkdirSync(root);
    makeRoot(root);
    const at = ['--root', root];
    const suffix = kind === 'dpkg' ? 'deb' : 'rpm';
    const damaged = join(directory.path, `damaged.${suffix}`);
    writeFileSync(damaged, 'not a package');
    for (const command of ['query', 'files', 'remove']) {
      const unknown = run([...at, command, 'nonesuch']);
      t.is(unknown.status, 3);
      t.is(unknown.error, 'osal: the package "nonesuch" is not installed\n');
    }
    t.is(run([...at, 'query', 't*']).status, 3);
    const missing = run([...at, 'install', `./missing.${suffix}`]);
    t.is(missing.status, 4);
    t.is(missing.error, `osal: "./missing.${suffix}" does not exist\n`);
    t.is(run([...at, 'install', damaged]).status, 6);
    t.is(run([...at, 'list']).out, '');
  });

  test.serial(`over ${kind}, an ordinary user may ask but not install or remove`, (t) => {
    using directory = temporaryDirectory();
    chmodSync(directory.path, 0o755);
    const root = join(directory.path, 'root');
    mkdirSync(root);
    makeRoot(root);
    const file = makePackage(directory.path);
    t.is(run(['--root', root, 'install', file]).status, 0);
    // A copy, because the ordinary user may not reach the folder of the checkout.
    const copy = join(directory.path, 'osal');
    writeFileSync(copy, readFileSync(osal), { mode: 0o755 });
    const asUser = (...args: string[]) =>
      spawnSync(copy, ['--root', root, ...args], {
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
        ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
      });
    t.is(asUser('query', 'tiny').stdout, `${line}\n`);
    t.is(asUser('install', file).status, 5);
    t.is(asUser('remove', 'tiny').status, 5);
    t.is(run(['--root', root, 'query', 'tiny']).status, 0);
  });
}

test('over apt, a name that no repository has is an unknown package', (t) => {
  using directory = temporaryDirectory();
  kinds[0]!.makeRoot(directory.path);
  const result = run(['--root', directory.path, 'install', 'nonesuch']);
  t.is(result.status, 3, result.error);
  t.is(result.error, 'osal: the package "nonesuch" is in no repository\n');
});

test('wrong use ends with status 1 and the summary', (t) => {
  for (const args of [
    [],
    ['frobnicate'],
    ['query'],
    ['list', 'x'],
    ['files', 'a', 'b'],
    ['--root'],
    ['--nonsense', 'list'],
  ]) {
    const result = run(args);
    t.is(result.status, 1, args.join(' '));
    t.regex(result.error, /^osal: .*\nUsage: osal /);
    t.is(result.out, '');
  }
  t.is(run(['install', 'a', './b.deb'], { OSAL_BACKEND: 'deb' }).status, 4);
  t.is(run(['list'], { OSAL_BACKEND: 'cpio' }).status, 1);
});

test('the help names every exit status, and a missing root directory is a missing file', (t) => {
  const help = run(['--help']);
  t.is(help.status, 0);
  for (const status of [0, 1, 3, 4, 5, 6]) t.regex(help.out, new RegExp(`^  ${status}  `, 'm'));
  t.is(run(['--root', '/proc/nonexistent', 'list']).status, 4);
});

test('a root with both databases is taken for the one OSAL_BACKEND names', (t) => {
  using directory = temporaryDirectory();
  for (const { makeRoot } of kinds) makeRoot(directory.path);
  const file = makeRpm(directory.path);
  const at = ['--root', directory.path];
  t.is(run([...at, 'install', file], { OSAL_BACKEND: 'rpm' }).status, 0);
  t.is(run([...at, 'query', 'tiny'], { OSAL_BACKEND: 'rpm' }).status, 0);
  t.is(run([...at, 'query', 'tiny'], { OSAL_BACKEND: 'deb' }).status, 3);
  t.is(run([...at, 'query', 'tiny']).status, 3);
});
