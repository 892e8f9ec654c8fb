import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { TaskOrder } from '../../engine/messages/task-order.ts';
import { refuseUnsafeEmptying } from '../../engine/worker/thread/refuse-unsafe-emptying.ts';
import { createWorkerPool } from '../../engine/worker/worker-pool.ts';
import { orderIn, shellWork } from '../support/task-orders.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const pool = createWorkerPool({ threads: 2 });
test.after.always(() => pool[Symbol.asyncDispose]());

/** A project: build directory with conf/, downloads, TMPDIR, a layer beside it and one inside; a file in each folder. */
function project(path: string) {
  const folders = ['home', 'layer', 'build/conf', 'build/downloads', 'build/inner/recipes', 'build/tmp/work'];
  for (const folder of folders) {
    mkdirSync(join(path, folder), { recursive: true });
    writeFileSync(join(path, folder, 'precious'), '');
  }
  const build = join(path, 'build');
  const except = [join(build, 'conf'), join(build, 'downloads'), `${build}/../layer`, join(build, 'inner')];
  const emptying = { below: [join(build, 'tmp'), build], except };
  const isWhole = () => folders.every((folder) => existsSync(join(path, folder, 'precious')));
  return { emptying, isWhole };
}

async function run(directory: string, over: Partial<TaskOrder>) {
  const outcome = await pool.start(orderIn(directory, shellWork(':'), over), () => undefined).done;
  return outcome.status === 'failed' ? outcome.diagnostics[0] : undefined;
}

const refused = {
  'a relative path': () => 'home',
  'a path with `..`': (path: string) => `${path}/build/tmp/../../home`,
  'a folder outside': (path: string) => `${path}/home`,
  'the build directory': (path: string) => `${path}/build/`,
  'a folder above the build directory': (path: string) => path,
  TMPDIR: (path: string) => `${path}/build/tmp`,
  'the configuration': (path: string) => `${path}/build/conf`,
  'the downloads': (path: string) => `${path}/build/downloads`,
  'a folder in the downloads': (path: string) => `${path}/build/downloads/git`,
  'a layer': (path: string) => `${path}/layer`,
  'a folder of a layer in the build directory': (path: string) => `${path}/build/inner/recipes`,
};

for (const [what, name] of Object.entries(refused))
  test(`a task that would empty ${what} fails, and nothing is removed`, async (t) => {
    using directory = temporaryDirectory();
    const { emptying, isWhole } = project(directory.path);
    const path = name(directory.path);
    const own = join(directory.path, 'build/tmp/work');
    const cases = {
      cleandirs: { cleanDirectories: [own, path] },
      'sstate-outputdirs': { outputs: [{ from: path, to: path }] },
      'sstate-inputdirs': { outputs: [{ from: path, to: own }] },
    };
    for (const [flag, over] of Object.entries(cases)) {
      const found = await run(directory.path, { emptying, ...over });
      t.is(found?.code, 'unsafe-cleandirs');
      t.true(found?.message.includes(`do_x[${flag}]\` would empty \`${path}\`,`), found?.message);
      t.true(isWhole());
    }
  });

test('the root of the host is refused', (t) => {
  // Not through the pool: a guard that fails must not cost the machine.
  const emptying = { below: ['/build/tmp', '/build'], except: [] };
  const order = orderIn('/build/tmp', shellWork(':'), { emptying, cleanDirectories: ['/'] });
  t.throws(() => refuseUnsafeEmptying(order), { message: /would empty `\/`, which holds .* \[unsafe-cleandirs\]/ });
});

test('folders below TMPDIR and in the build directory are emptied', async (t) => {
  using directory = temporaryDirectory();
  const { emptying } = project(directory.path);
  const build = join(directory.path, 'build');
  mkdirSync(join(build, 'elsewhere/old'), { recursive: true });
  const cleanDirectories = [`${build}/tmp/work/`, `${build}/elsewhere`];
  t.is(await run(directory.path, { emptying, cleanDirectories }), undefined);
  t.false(existsSync(join(build, 'tmp/work/precious')));
  t.false(existsSync(join(build, 'elsewhere/old')));
});

test('a task without a working directory is told the variable', async (t) => {
  using directory = temporaryDirectory();
  const found = await run(directory.path, { cwd: '' });
  t.is(found?.code, 'invalid-value');
  t.regex(found?.help ?? '', /the variable `B`/);
});
