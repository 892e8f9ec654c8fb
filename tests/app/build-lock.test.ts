import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { takeBuildLock } from '../../engine/app/build-lock.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import { processSpace } from '../../engine/net/process-mark.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const stale = `4194304 1 ${processSpace()}\n`;

function refusal(directory: string): StxError | undefined {
  try {
    takeBuildLock(directory)[Symbol.dispose]();
    return undefined;
  } catch (error) {
    return error as StxError;
  }
}

test('a build directory has one holder at a time, and nothing is left afterwards', (t) => {
  using home = temporaryDirectory();
  const lock = takeBuildLock(home.path);
  t.is(refusal(home.path)?.diagnostics[0]?.code, 'build-directory-busy');
  lock[Symbol.dispose]();
  t.is(refusal(home.path), undefined);
  t.deepEqual(readdirSync(home.path), []);
});

test('the lock of a process that is gone does not count', (t) => {
  using home = temporaryDirectory();
  writeFileSync(join(home.path, 'stx-bake.lock'), stale);
  t.is(refusal(home.path), undefined);
});

test('the lock of another container counts, and the help says how to remove it', (t) => {
  using home = temporaryDirectory();
  const path = join(home.path, 'stx-bake.lock');
  writeFileSync(path, '4194304 1 00000000\n');
  const error = refusal(home.path);
  t.true(error instanceof StxError);
  t.true(error?.diagnostics[0]?.help?.endsWith(`remove \`${path}\``));
  t.is(readFileSync(path, 'utf8'), '4194304 1 00000000\n');
});

test('the lock of another boot, older than this one, does not count', (t) => {
  using home = temporaryDirectory();
  const path = join(home.path, 'stx-bake.lock');
  writeFileSync(path, '4194304 1 00000000\n');
  utimesSync(path, 1000, 1000);
  t.is(refusal(home.path), undefined);
});

test('a holder whose lock was taken over leaves the lock of the other', (t) => {
  using home = temporaryDirectory();
  const path = join(home.path, 'stx-bake.lock');
  const lock = takeBuildLock(home.path);
  writeFileSync(path, 'of another\n');
  lock[Symbol.dispose]();
  t.is(readFileSync(path, 'utf8'), 'of another\n');
});

test('of two that find the same stale lock at once one gets the directory', async (t) => {
  using home = temporaryDirectory();
  const module = new URL('../../engine/app/build-lock.ts', import.meta.url).href;
  const count = 200;
  const directory = (index: number) => join(home.path, String(index));
  for (let index = 0; index < count; index++) {
    mkdirSync(directory(index));
    writeFileSync(join(directory(index), 'stx-bake.lock'), stale);
  }
  const program = `
    import { takeBuildLock } from ${JSON.stringify(module)};
    const taken = [];
    console.log('up');
    process.stdin.once('data', () => {
      for (let index = 0; index < ${count}; index++) {
        try {
          takeBuildLock(${JSON.stringify(home.path)} + '/' + index);
          taken.push(index);
        } catch {}
      }
      console.log(JSON.stringify(taken));
    });`;
  const starters = [1, 2].map(() =>
    spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const lines = starters.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]());
  await Promise.all(lines.map((each) => each.next()));
  for (const { stdin } of starters) stdin.write('go');
  const answers = await Promise.all(lines.map((each) => each.next()));
  for (const { stdin } of starters) stdin.end();
  const taken = answers.flatMap(({ value }) => JSON.parse(value ?? '') as number[]);
  t.deepEqual(
    taken.sort((a, b) => a - b),
    Array.from({ length: count }, (_, index) => index),
  );
});
