import {
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { copyEntry } from '../../engine/sstate/copy-entry.ts';
import { systemCalls } from '../../engine/sstate/system-calls.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('copied entries are what they were, links among them too, and a second copy touches nothing', (t) => {
  using home = temporaryDirectory();
  const [from, to] = [join(home.path, 'from'), join(home.path, 'to')];
  mkdirSync(from);
  mkdirSync(to);
  writeFileSync(join(from, 'a'), 'a', { mode: 0o750 });
  linkSync(join(from, 'a'), join(from, 'b'));
  symlinkSync('a', join(from, 'l'));
  systemCalls()?.makeNode(join(from, 'p'), 0o010600, 0);
  systemCalls()?.setAttribute(join(from, 'a'), 'user.note', Buffer.from('x'));
  const names = ['a', 'b', 'l', 'p'];
  const copy = (): void => {
    const copied = new Map<string, string>();
    for (const name of names) copyEntry(join(from, name), join(to, name), copied);
  };
  const state = () => names.map((name) => [lstatSync(join(to, name)).ino, lstatSync(join(to, name)).mtimeMs]);
  copy();
  t.is(lstatSync(join(to, 'a')).ino, lstatSync(join(to, 'b')).ino);
  t.not(lstatSync(join(to, 'a')).ino, lstatSync(join(from, 'a')).ino);
  t.is(lstatSync(join(to, 'a')).mode & 0o777, 0o750);
  t.is(readlinkSync(join(to, 'l')), 'a');
  t.true(lstatSync(join(to, 'p')).isFIFO());
  t.is(systemCalls()?.attributes(join(to, 'b')).get('user.note')?.toString(), 'x');
  utimesSync(join(to, 'a'), 1000, 1000);
  const before = state();
  copy();
  t.deepEqual(state(), before);
  writeFileSync(join(from, 'a'), 'b');
  copy();
  t.is(readFileSync(join(to, 'b'), 'utf8'), 'b');
  t.is(lstatSync(join(to, 'a')).ino, lstatSync(join(to, 'b')).ino);
});
