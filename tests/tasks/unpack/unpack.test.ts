import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/unpack/unpack.ts';
import { taskContext } from '../../support/task-context.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { runWithMounts } from '../../support/tiny-file-system.ts';

/** A download folder with `a.tar.gz` (holding a-1/file), a layer with a file and a folder, and a work folder. */
function setUp(directory: string) {
  for (const name of ['dl', 'layer/conf.d', 'work/temp', 'in/a-1'])
    mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, 'in/a-1/file'), 'one');
  execFileSync('tar', ['-czf', join(directory, 'dl/a.tar.gz'), '-C', join(directory, 'in'), 'a-1']);
  writeFileSync(join(directory, 'layer/x.conf'), 'x');
  writeFileSync(join(directory, 'layer/conf.d/y'), 'y');
  writeFileSync(join(directory, 'work/temp/log'), 'log');
  const local = (name: string) => ({ uri: `file://${name}`, path: join(directory, 'layer', name), name });
  const WORKDIR = join(directory, 'work');
  return {
    DL_DIR: join(directory, 'dl'),
    WORKDIR,
    S: join(WORKDIR, 'a-1'),
    LOCAL_SOURCES: JSON.stringify([local('x.conf'), local('conf.d')]),
    SRC_URI: 'http://h/a.tar.gz file://x.conf file://conf.d',
  };
}

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof StxError ? error.diagnostics[0]?.code : String(error)),
  );

test('archives are unpacked, files and folders copied', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  await run(taskContext(variables));
  const read = (name: string) => readFileSync(join(variables.WORKDIR, name), 'utf8');
  t.deepEqual(['a-1/file', 'x.conf', 'conf.d/y', 'temp/log'].map(read), ['one', 'x', 'y', 'log']);
  t.deepEqual(readdirSync(variables.WORKDIR).sort(), ['.unpacked', 'a-1', 'conf.d', 'temp', 'x.conf']);
});

test('subdir, destsuffix and unpack=0 decide where and whether', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  const SRC_URI = 'http://h/a.tar.gz;unpack=0 file://x.conf;subdir=sub/deep file://conf.d;destsuffix=other';
  await run(taskContext({ ...variables, SRC_URI }));
  for (const name of ['a.tar.gz', 'sub/deep/x.conf', 'other/y'])
    t.true(existsSync(join(variables.WORKDIR, name)), name);
  t.false(existsSync(join(variables.WORKDIR, 'a-1')));
});

test('what an earlier unpack left is replaced, what other tasks wrote stays', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  await run(taskContext(variables));
  writeFileSync(join(variables.S, 'built'), '');
  writeFileSync(join(variables.WORKDIR, '.patches-applied'), 'applied\n');
  await run(taskContext({ ...variables, SRC_URI: 'http://h/a.tar.gz' }));
  t.deepEqual(readdirSync(variables.WORKDIR).sort(), ['.unpacked', 'a-1', 'temp']);
  t.deepEqual(readdirSync(variables.S), ['file']);
});

test('an archive is merged into a folder that is there, and taken out of it again', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  mkdirSync(join(directory.path, 'in/temp'));
  writeFileSync(join(directory.path, 'in/temp/extra'), '');
  execFileSync('tar', ['-cf', join(variables.DL_DIR, 'b.tar'), '-C', join(directory.path, 'in'), 'temp']);
  await run(taskContext({ ...variables, SRC_URI: 'http://h/b.tar' }));
  t.deepEqual(readdirSync(join(variables.WORKDIR, 'temp')).sort(), ['extra', 'log']);
  await run(taskContext({ ...variables, SRC_URI: 'http://h/a.tar.gz' }));
  t.deepEqual(readdirSync(join(variables.WORKDIR, 'temp')), ['log']);
});

test('a corrupt archive leaves WORKDIR as it was', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  await run(taskContext(variables));
  truncateSync(join(variables.DL_DIR, 'a.tar.gz'), 60);
  const before = readdirSync(variables.WORKDIR);
  t.is(await codeOf(run(taskContext(variables))), 'corrupt-archive');
  t.deepEqual(readdirSync(variables.WORKDIR), before);
  t.is(readFileSync(join(variables.S, 'file'), 'utf8'), 'one');
});

test('sources cannot be laid out above WORKDIR', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  for (const params of ['subdir=../x', 'subdir=/etc', 'destsuffix=a/../../b', 'destsuffix=/etc']) {
    t.is(
      await codeOf(run(taskContext({ ...variables, SRC_URI: `file://x.conf;${params}` }))),
      'bad-source-uri',
      params,
    );
  }
});

test('a download that is gone is told as such', async (t) => {
  using directory = temporaryDirectory();
  const variables = setUp(directory.path);
  t.is(await codeOf(run(taskContext({ ...variables, SRC_URI: 'http://h/none.tar' }))), 'missing-input');
});

test('a full disk is named as such and nothing half unpacked is left', (t) => {
  using directory = temporaryDirectory();
  t.deepEqual(JSON.parse(runWithMounts('fill-disk.ts', 'unpack', directory.path)), { code: 'disk-full', names: [] });
});
