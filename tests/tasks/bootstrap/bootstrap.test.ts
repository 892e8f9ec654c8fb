import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import type { TaskOrder } from '../../../engine/messages/task-order.ts';
import { run } from '../../../engine/tasks/bootstrap/bootstrap.ts';
import type { TaskContext } from '../../../engine/tasks/builtin-task.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const locked = {
  name: 'hello',
  version: '1',
  architecture: 'all',
  path: 'pool/hello_1_all.deb',
  sizeBytes: 5,
  sha256: '0'.repeat(64),
  roots: ['base'],
};

async function context(directory: string, variables: Record<string, string>): Promise<TaskContext> {
  const output = join(directory, 'output');
  for (const each of [output, join(directory, 'downloads'), join(directory, 'tmp')]) await mkdir(each);
  await writeFile(join(directory, 'x.lock'), formatLockFile([locked]));
  const order = {
    task: { configuration: '', recipe: 'base', task: 'do_bootstrap' },
    outputs: [{ from: output, to: output }],
    temporaryDirectory: join(directory, 'tmp'),
    logPath: join(directory, 'log'),
    variables: {
      PN: 'base',
      LOCK_ROOT: 'base',
      LOCK_FILE: join(directory, 'x.lock'),
      DL_DIR: join(directory, 'downloads'),
      BOOTSTRAP_ARCH: 'all',
      ...variables,
    },
  } as unknown as TaskOrder;
  const signal = new AbortController().signal;
  return { order, log: () => undefined, progress: () => undefined, signal };
}

test('a download that is not the locked file stops the bootstrap with both sums', async (t) => {
  await using directory = await temporaryDirectory();
  const given = await context(directory.path, {});
  await writeFile(join(directory.path, 'downloads/hello_1_all.deb'), 'hello');
  const error = await t.throwsAsync(run(given), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'bootstrap-failed');
  t.regex(error?.message ?? '', /expected 0{64}, got 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824/);
});

test('a root that the lock does not know is an error that names the command that locks it', async (t) => {
  await using directory = await temporaryDirectory();
  const error = await t.throwsAsync(run(await context(directory.path, { LOCK_ROOT: 'other' })), {
    instanceOf: StxError,
  });
  t.regex(error?.message ?? '', /locks no package for `other`/);
  t.regex(error?.diagnostics[0]?.help ?? '', /lock update/);
});

test('a package that is asked for and not locked is an error', async (t) => {
  await using directory = await temporaryDirectory();
  const given = await context(directory.path, { BOOTSTRAP_PACKAGES: 'hello vim' });
  const error = await t.throwsAsync(run(given), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'package-not-locked');
  t.regex(error?.message ?? '', /`vim`/);
});

test('a failed bootstrap leaves no temporary files', async (t) => {
  await using directory = await temporaryDirectory();
  const given = await context(directory.path, {});
  await t.throwsAsync(run(given), { instanceOf: StxError });
  t.deepEqual(await readdir(join(directory.path, 'tmp')), []);
});
