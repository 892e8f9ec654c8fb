import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { withEmulation } from '../../engine/tasks/emulation.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

// Stands for a program of another architecture: it begins with a word of its own, and its emulator prints it.
const registration = ':stx-test:M::STX-FOREIGN::/bin/cat:F';

function foreignProgram(directory: string): string {
  const path = join(directory, 'program');
  writeFileSync(path, 'STX-FOREIGN says hello\n');
  chmodSync(path, 0o755);
  return path;
}

function run(command: string, args: readonly string[], line = registration, input = '') {
  const started = withEmulation({ command, args }, line);
  return spawnSync(started.command, started.args, { encoding: 'utf8', input });
}

test('a program of another architecture runs, and the host knows nothing of it', (t) => {
  using directory = temporaryDirectory();
  const path = foreignProgram(directory.path);
  const end = run(path, []);
  t.is(end.stdout, 'STX-FOREIGN says hello\n', end.stderr);
  t.is(end.status, 0);
  t.false(existsSync('/proc/sys/fs/binfmt_misc/stx-test'));
  t.not(spawnSync(path, []).status, 0);
});

test('the exit code, the standard input and the arguments are those of the program', (t) => {
  const end = run('sh', ['-c', 'cat; echo "$1"; exit 7', 'sh', 'a b'], registration, 'typed\n');
  t.is(end.stdout, 'typed\na b\n');
  t.is(end.status, 7);
});

test('an emulator that is not there is told by name', (t) => {
  const end = run('true', [], registration.replace('/bin/cat', '/no/emulator'));
  t.is(end.status, 97);
  t.is(end.stderr, 'stx-bake: there is no /no/emulator\n');
});

test('root keeps all ids, and nobody else may give files away', (t) => {
  using directory = temporaryDirectory();
  const path = join(directory.path, 'file');
  const end = run('sh', ['-c', `touch ${path} && chown 1234:70000 ${path}`]);
  const isRoot = process.getuid?.() === 0;
  t.is(end.status === 0, isRoot, end.stderr);
  if (isRoot) t.deepEqual([statSync(path).uid, statSync(path).gid], [1234, 70000]);
});
