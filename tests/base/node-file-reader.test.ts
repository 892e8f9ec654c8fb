import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { nodeFileReader } from '../../engine/base/node-file-reader.ts';
import { StxError } from '../../engine/base/stx-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'stx-reader-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test('a path that leads nowhere, for whatever reason, is missing', (t) => {
  symlinkSync('gone', join(folder, 'dead'));
  symlinkSync('circle', join(folder, 'circle'));
  writeFileSync(join(folder, 'file'), 'text');
  for (const name of ['none', 'dead', 'circle', 'file/below', 'x'.repeat(5000), 'a\0b']) {
    const path = `${folder}/${name}`;
    t.is(nodeFileReader.kind(path), 'missing', name);
    t.is(nodeFileReader.readText(path), undefined, name);
    t.deepEqual(nodeFileReader.list(path), [], name);
  }
});

test('a file is read through a link, and a folder cannot be read as a text', (t) => {
  writeFileSync(join(folder, 'real'), 'é\n');
  symlinkSync('real', join(folder, 'link'));
  t.is(nodeFileReader.kind(join(folder, 'link')), 'file');
  t.is(nodeFileReader.readText(join(folder, 'link')), 'é\n');
  t.is(nodeFileReader.kind(folder), 'directory');
  const error = t.throws(() => nodeFileReader.readText(folder), { instanceOf: StxError });
  t.is(error?.diagnostics[0]?.code, 'file-not-readable');
});

test('a named pipe that nobody writes to is read as empty, without waiting', (t) => {
  const path = join(folder, 'pipe');
  t.is(spawnSync('mkfifo', [path]).status, 0);
  t.is(nodeFileReader.readText(path), '');
});
