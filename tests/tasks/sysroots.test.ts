import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import type { DependencyOutput } from '../../engine/messages/task-order.ts';
import { run as populate } from '../../engine/tasks/populate-sysroot/populate-sysroot.ts';
import { run as assemble } from '../../engine/tasks/recipe-sysroot/recipe-sysroot.ts';
import { contextIn } from '../support/task-contexts.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function handsOn(recipe: string, directory: string, task = 'do_populate_sysroot'): DependencyOutput {
  return { task: { configuration: '', recipe, task }, directories: [directory] };
}

test('populate-sysroot copies the chosen folders with modes and links, and nothing else', async (t) => {
  using directory = temporaryDirectory();
  const d = join(directory.path, 'image');
  const out = join(directory.path, 'out');
  write({
    [`${d}/usr/include/a.h`]: 'a',
    [`${d}/usr/lib/liba.so.1`]: 'lib',
    [`${d}/usr/lib/debug/x`]: 'x',
    [`${d}/usr/bin/a`]: '',
  });
  symlinkSync('liba.so.1', `${d}/usr/lib/liba.so`);
  symlinkSync('/usr/include/a.h', `${d}/usr/lib/far.h`);
  const variables = {
    D: d,
    SYSROOT_DIRS: '/usr/include /usr/lib /usr/lib/pkgconfig /usr/share/nothing',
    SYSROOT_DIRS_IGNORE: '/usr/lib/debug',
  };
  await populate(contextIn(directory.path, { variables, outputs: [{ from: out, to: out }] }));
  t.deepEqual(readdirSync(join(out, 'usr')).sort(), ['include', 'lib']);
  t.deepEqual(readdirSync(join(out, 'usr/lib')).sort(), ['far.h', 'liba.so', 'liba.so.1']);
  t.is(readlinkSync(join(out, 'usr/lib/liba.so')), 'liba.so.1');
  t.is(readFileSync(join(out, 'usr/lib/far.h'), 'utf8'), 'a', 'an absolute link stays inside');
  write({ [`${out}/usr/include/a.h`]: 'edited' });
  t.is(readFileSync(`${d}/usr/include/a.h`, 'utf8'), 'a', 'a copy, not a hard link');
});

test('recipe-sysroot merges the sysroots of all dependencies and replaces the old one', async (t) => {
  using directory = temporaryDirectory();
  const at = (path: string) => join(directory.path, path);
  write({ [at('a/usr/include/a.h')]: 'a', [at('b/usr/include/b.h')]: 'b', [at('c/image.iso')]: 'c' });
  write({ [at('a/usr/share/same')]: 'same', [at('b/usr/share/same')]: 'same', [at('sysroot/usr/include/old.h')]: '' });
  symlinkSync('a.h', at('a/usr/include/link.h'));
  const dependencies = [handsOn('b', at('b')), handsOn('a', at('a')), handsOn('c', at('c'), 'do_deploy')];
  await assemble(contextIn(directory.path, { variables: { RECIPE_SYSROOT: at('sysroot') }, dependencies }));
  t.deepEqual(readdirSync(at('sysroot/usr/include')).sort(), ['a.h', 'b.h', 'link.h']);
  t.deepEqual(readdirSync(at('sysroot')), ['usr']);
  t.true(lstatSync(at('sysroot/usr/include/link.h')).isSymbolicLink());
});

test('recipe-sysroot names both recipes that hand on different files of one path, and keeps the old sysroot', async (t) => {
  using directory = temporaryDirectory();
  const at = (path: string) => join(directory.path, path);
  write({ [at('a/usr/x.h')]: 'one', [at('b/usr/x.h')]: 'two', [at('sysroot/old')]: '' });
  const dependencies = [handsOn('bee', at('b')), handsOn('ay', at('a'))];
  const context = contextIn(directory.path, { variables: { RECIPE_SYSROOT: at('sysroot') }, dependencies });
  await t.throwsAsync(async () => assemble(context), {
    message: /`ay` and `bee` both hand on `\/usr\/x\.h` \[sysroot-conflict\]/,
  });
  t.deepEqual(readdirSync(at('sysroot')), ['old']);
  t.deepEqual(readdirSync(directory.path).sort(), ['a', 'b', 'sysroot']);
});

test('recipe-sysroot names both recipes when one hands on a folder and the other a file', async (t) => {
  using directory = temporaryDirectory();
  const at = (path: string) => join(directory.path, path);
  write({ [at('a/usr/x')]: 'one', [at('b/usr/x/y')]: 'two' });
  const dependencies = [handsOn('ay', at('a')), handsOn('bee', at('b'))];
  const context = contextIn(directory.path, { variables: { RECIPE_SYSROOT: at('sysroot') }, dependencies });
  await t.throwsAsync(async () => assemble(context), { message: /`ay` and `bee` both hand on `\/usr\/x`/ });
});

test('recipe-sysroot of a recipe without dependencies is an empty folder', async (t) => {
  using directory = temporaryDirectory();
  const target = join(directory.path, 'sysroot');
  await assemble(contextIn(directory.path, { variables: { RECIPE_SYSROOT: target } }));
  t.deepEqual(readdirSync(target), []);
});
