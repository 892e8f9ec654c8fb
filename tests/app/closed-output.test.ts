import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test from 'ava';
import { TestProject, toyLayer } from '../support/test-project.ts';

const program = join(import.meta.dirname, '../../engine/app/main.ts');

test('when nobody reads the output any more, the program ends without a word', async (t) => {
  await using project = new TestProject(toyLayer);
  const args = [program, '--build-dir', join(project.path, 'build'), '-n', 'app'];
  const child = spawn(process.execPath, args, { cwd: project.path, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  t.is(said, '');
  t.is(status, 141);
});

test('an output that cannot be written is an error without a stack trace', async (t) => {
  await using project = new TestProject(toyLayer);
  const full = openSync('/dev/full', 'w');
  const args = [program, '--build-dir', join(project.path, 'build'), '-n', 'app'];
  const child = spawn(process.execPath, args, { cwd: project.path, stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  if (child.stderr === null) return t.fail();
  const [said, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  t.regex(said, /^stx-bake: error: writing standard output failed: ENOSPC.*\n$/);
  t.is(status, 3);
});
