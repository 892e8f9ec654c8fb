import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** Variables of a root called build-root below a folder, and where it lies once it is laid out. */
function placed(directory: string, name = 'build-root') {
  const target = join(directory, 'roots/of/default', name);
  return { target, variables: { UNPACK_ROOT_DIR: target, ROOTS_STORE: join(directory, 'roots') } };
}

test('unpack-root gives a root that its owner can read and remove, without the content of /dev', async (t) => {
  using directory = temporaryDirectory();
  const { target, variables } = placed(directory.path);
  mkdirSync(join(target, 'of-the-old-root'), { recursive: true });
  const dependencies = bootstrapped(directory.path);
  await unpackRoot(contextIn(directory.path, { variables, dependencies }));
  t.deepEqual(readdirSync(target).sort(), ['dev', 'etc']);
  t.deepEqual(readdirSync(join(target, 'dev')), []);
  t.is(statSync(join(target, 'etc/shadow')).mode & 0o600, 0o600);
  t.is(statSync(join(target, 'etc/shadow')).uid, statSync(target).uid);
  t.is(statSync(join(target, 'etc')).mode & 0o700, 0o700);
  t.notThrows(() => accessSync(join(target, 'etc/shadow'), constants.R_OK | constants.W_OK));
});

test('the same root of two configurations is laid out once, and goes when both have another one', async (t) => {
  using directory = temporaryDirectory();
  const dependencies = bootstrapped(directory.path);
  const first = placed(directory.path);
  const second = placed(directory.path, '../other/build-root');
  for (const { variables } of [first, second]) await unpackRoot(contextIn(directory.path, { variables, dependencies }));
  const contents = join(directory.path, 'roots/content');
  const [content = ''] = readdirSync(contents);
  t.deepEqual(readdirSync(contents), [content]);
  t.is(realpathSync(first.target), realpathSync(second.target));
  mkdirSync(join(directory.path, 'made/srv'));
  execFileSync('tar', ['-cf', join(directory.path, 'boot/root.tar'), '-C', join(directory.path, 'made'), './srv']);
  await unpackRoot(contextIn(directory.path, { variables: first.variables, dependencies }));
  t.deepEqual(readdirSync(first.target), ['srv']);
  t.deepEqual(readdirSync(second.target).sort(), ['dev', 'etc']);
  await unpackRoot(contextIn(directory.path, { variables: second.variables, dependencies }));
  t.is(readdirSync(contents).length, 1);
  t.false(existsSync(join(contents, content)));
});

test('of two tasks that want the same root at once, one makes it', async (t) => {
  using directory = temporaryDirectory();
  const dependencies = bootstrapped(directory.path);
  const names = ['one', 'two', 'three'].map((name) => placed(directory.path, name));
  await Promise.all(names.map(({ variables }) => unpackRoot(contextIn(directory.path, { variables, dependencies }))));
  t.deepEqual(new Set(names.map(({ target }) => realpathSync(target))).size, 1);
  t.is(readdirSync(join(directory.path, 'roots/content')).length, 1);
});

test('a broken root.tar leaves the old root and nothing half unpacked', async (t) => {
  using directory = temporaryDirectory();
  const { target, variables } = placed(directory.path);
  const dependencies = bootstrapped(directory.path);
  await unpackRoot(contextIn(directory.path, { variables, dependencies }));
  const before = realpathSync(target);
  writeFileSync(join(directory.path, 'boot/root.tar'), 'x'.repeat(2000));
  const context = contextIn(directory.path, { variables, dependencies });
  await t.throwsAsync(async () => unpackRoot(context), {
    message: /unpacking .*root\.tar.* failed.*\[system-failure\]/s,
  });
  t.is(realpathSync(target), before);
  t.is(readdirSync(join(directory.path, 'roots/content')).length, 1);
});

test('a cancelled unpack-root leaves no half root', async (t) => {
  using directory = temporaryDirectory();
  const { target, variables } = placed(directory.path);
  const dependencies = bootstrapped(directory.path);
  const stop = new AbortController();
  stop.abort();
  const context = contextIn(directory.path, { variables, dependencies }, stop.signal);
  await t.throwsAsync(async () => unpackRoot(context));
  t.false(existsSync(target));
  t.false(existsSync(join(directory.path, 'roots/content')));
});

test('unpack-root without a dependency that made a root says so', async (t) => {
  using directory = temporaryDirectory();
  const { variables } = placed(directory.path);
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
