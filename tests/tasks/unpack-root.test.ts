import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { run as deploy } from '../../engine/tasks/deploy/deploy.ts';
import { builtinNames, isBuiltinName, loadBuiltin } from '../../engine/tasks/registry.ts';
import { run as unpackRoot } from '../../engine/tasks/unpack-root/unpack-root.ts';
import { contextIn } from '../support/task-contexts.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

/** A directory with the `root.tar` of a small root: owned by others, a locked file, something in /dev. */
function bootstrapped(directory: string) {
  const root = join(directory, 'made');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'dev'));
  writeFileSync(join(root, 'dev/null'), 'not a device');
  writeFileSync(join(root, 'etc/shadow'), 'secret');
  mkdirSync(join(directory, 'boot'));
  const owner = ['--owner', '1234', '--group', '1234', '--mode', 'a='];
  execFileSync('tar', [
    '-cf',
    join(directory, 'boot/root.tar'),
    ...owner,
    '-C',
    root,
    './dev',
    '--mode',
    'a=',
    './etc',
  ]);
  return [
    { task: { configuration: '', recipe: 'root', task: 'do_bootstrap' }, directories: [join(directory, 'boot')] },
  ];
}

test('unpack-root gives a root that its owner can read and remove, without the content of /dev', async (t) => {
  using directory = temporaryDirectory();
  const target = join(directory.path, 'roots/build-root');
  mkdirSync(join(target, 'of-the-old-root'), { recursive: true });
  const dependencies = bootstrapped(directory.path);
  await unpackRoot(contextIn(directory.path, { variables: { UNPACK_ROOT_DIR: target }, dependencies }));
  t.deepEqual(readdirSync(target).sort(), ['dev', 'etc']);
  t.deepEqual(readdirSync(join(target, 'dev')), []);
  t.is(statSync(join(target, 'etc/shadow')).mode & 0o600, 0o600);
  t.is(statSync(join(target, 'etc/shadow')).uid, statSync(target).uid);
  t.is(statSync(join(target, 'etc')).mode & 0o700, 0o700);
  t.notThrows(() => accessSync(join(target, 'etc/shadow'), constants.R_OK | constants.W_OK));
});

test('a broken root.tar leaves the old root and nothing half unpacked', async (t) => {
  using directory = temporaryDirectory();
  const target = join(directory.path, 'roots/build-root');
  mkdirSync(join(target, 'old'), { recursive: true });
  const dependencies = bootstrapped(directory.path);
  writeFileSync(join(directory.path, 'boot/root.tar'), 'x'.repeat(2000));
  const context = contextIn(directory.path, { variables: { UNPACK_ROOT_DIR: target }, dependencies });
  await t.throwsAsync(async () => unpackRoot(context), {
    message: /unpacking .*root\.tar.* failed.*\[system-failure\]/s,
  });
  t.deepEqual(readdirSync(join(directory.path, 'roots')), ['build-root']);
  t.deepEqual(readdirSync(target), ['old']);
});

test('a cancelled unpack-root leaves no half root', async (t) => {
  using directory = temporaryDirectory();
  const target = join(directory.path, 'roots/build-root');
  const dependencies = bootstrapped(directory.path);
  const stop = new AbortController();
  stop.abort();
  const context = contextIn(directory.path, { variables: { UNPACK_ROOT_DIR: target }, dependencies }, stop.signal);
  await t.throwsAsync(async () => unpackRoot(context));
  t.deepEqual(readdirSync(join(directory.path, 'roots')), []);
});

test('unpack-root without a dependency that made a root says so', async (t) => {
  using directory = temporaryDirectory();
  const variables = { UNPACK_ROOT_DIR: join(directory.path, 'roots/x') };
  await t.throwsAsync(async () => unpackRoot(contextIn(directory.path, { variables })), {
    message: /no dependency .* `root\.tar` \[missing-input\]/,
  });
});

test('deploy copies the named files to its output directory', async (t) => {
  using directory = temporaryDirectory();
  const out = join(directory.path, 'out');
  mkdirSync(out);
  writeFileSync(join(directory.path, 'a.iso'), 'iso');
  const outputs = [{ from: out, to: join(directory.path, 'deploy') }];
  const variables = { DEPLOY_FILES: `${directory.path}/a.iso` };
  await deploy(contextIn(directory.path, { variables, outputs }));
  t.deepEqual(readdirSync(out), ['a.iso']);
  await t.throwsAsync(
    async () => deploy(contextIn(directory.path, { variables: { DEPLOY_FILES: '/no/b' }, outputs })),
    {
      message: /copying `\/no\/b` failed/,
    },
  );
  t.false(existsSync(join(directory.path, 'deploy')), 'publishing is not its job');
});

test('every name of the registry loads a task, and no other name is one', async (t) => {
  for (const name of builtinNames) t.is(typeof (await loadBuiltin(name)), 'function', name);
  t.false(isBuiltinName('toString'));
});
