import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'ava';
import { formatLockFile } from '../../../engine/base/lock-file.ts';
import type { LockRecord } from '../../../engine/base/lock-record.ts';
import { sha256 } from '../../../engine/base/sha256.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import { run } from '../../../engine/tasks/locked-repository/locked-repository.ts';
import { contextIn } from '../../support/task-contexts.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function rpm(name: string, roots: readonly string[], type: 'rpm' | 'srpm' = 'rpm'): LockRecord {
  const path = `Packages/${name}-1-1.el9.${type === 'rpm' ? 'x86_64' : 'src'}.rpm`;
  const sum = { sizeBytes: name.length, sha256: sha256(name) };
  return { name, type, version: '1-1.el9', architecture: 'x86_64', path, ...sum, roots, repository: 'baseos' };
}

function setUp(directory: string, records: readonly LockRecord[]) {
  const variables = {
    LOCK_FILE: join(directory, 'lock'),
    LOCK_ROOT: 'image image:run',
    DL_DIR: join(directory, 'dl'),
    LOCKED_REPOSITORY: join(directory, 'locked'),
  };
  mkdirSync(variables.DL_DIR);
  writeFileSync(variables.LOCK_FILE, formatLockFile(records));
  for (const each of records) writeFileSync(join(variables.DL_DIR, basename(each.path)), each.name);
  return { variables, make: () => run(contextIn(directory, { variables })) };
}

test('the binary packages of the roots lie in the folder under their names, and what was there before is gone', async (t) => {
  using folder = temporaryDirectory();
  const directory = folder.path;
  const records = [rpm('bash', ['image']), rpm('uuid', ['image:run']), rpm('gcc', ['build-root'])];
  const { variables, make } = setUp(directory, [...records, rpm('bash-source', ['image'], 'srpm')]);
  mkdirSync(variables.LOCKED_REPOSITORY);
  writeFileSync(join(variables.LOCKED_REPOSITORY, 'old-1-1.el9.x86_64.rpm'), '');
  const { artifacts } = await make();
  t.deepEqual(readdirSync(variables.LOCKED_REPOSITORY), ['bash-1-1.el9.x86_64.rpm', 'uuid-1-1.el9.x86_64.rpm']);
  t.deepEqual(artifacts, [{ path: variables.LOCKED_REPOSITORY }]);
  const [kept, linked] = [variables.DL_DIR, variables.LOCKED_REPOSITORY].map((folder) =>
    statSync(join(folder, 'bash-1-1.el9.x86_64.rpm')),
  );
  t.is(kept?.ino, linked?.ino);
});

test('a package of which two systems have one name is found by its sum', async (t) => {
  using folder = temporaryDirectory();
  const directory = folder.path;
  const record = rpm('bash', ['image']);
  const { variables, make } = setUp(directory, [record]);
  const name = basename(record.path);
  writeFileSync(join(variables.DL_DIR, name), 'another system');
  writeFileSync(join(variables.DL_DIR, `${record.sha256.slice(0, 8)}-${name}`), 'bash');
  await make();
  t.is(readFileSync(join(variables.LOCKED_REPOSITORY, name), 'utf8'), 'bash');
});

test('a file with another content stops the task, and the folder stays as it was', async (t) => {
  using folder = temporaryDirectory();
  const directory = folder.path;
  const { variables, make } = setUp(directory, [rpm('bash', ['image'])]);
  await make();
  const file = join(variables.DL_DIR, 'bash-1-1.el9.x86_64.rpm');
  writeFileSync(`${file}.new`, 'tampered');
  renameSync(`${file}.new`, file);
  const error = await t.throwsAsync(make, { instanceOf: StxError });
  t.is(error.diagnostics[0]?.code, 'bootstrap-failed');
  t.is(
    error.diagnostics[0]?.message,
    `\`bash-1-1.el9.x86_64.rpm\` in \`${variables.DL_DIR}\` is not the locked file, or is not there`,
  );
  t.is(readFileSync(join(variables.LOCKED_REPOSITORY, 'bash-1-1.el9.x86_64.rpm'), 'utf8'), 'bash');
});
