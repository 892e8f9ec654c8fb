import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { copyWorkTree } from '../../../engine/tasks/work-tree/copy-work-tree.ts';
import { listWorkTree } from '../../../engine/tasks/work-tree/list-work-tree.ts';
import { workTreeDigest } from '../../../engine/tasks/work-tree/work-tree-digest.ts';
import { GitFixture } from '../../support/git-fixture.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const names = async (folder: string): Promise<readonly string[]> =>
  (await listWorkTree(folder)).map(({ name }) => name);

test('a git work tree counts by what git lists: submodules, work trees in it, links in place of folders, conflicts', async (t) => {
  using directory = temporaryDirectory();
  const inner = new GitFixture(join(directory.path, 'inner'));
  inner.commit({ 'lib.c': 'x\n', '.gitignore': '*.o\n' });
  const tree = new GitFixture(join(directory.path, 'tree'));
  tree.commit({ 'a.c': 'a\n', 'dir/b.c': 'b\n', 'part/c.c': 'c\n', '.gitignore': 'out/\n' });
  tree.git('submodule', '--quiet', 'add', inner.path, 'sub');
  tree.commit({});
  const at = (name: string): string => join(tree.path, name);
  writeFileSync(at('sub/made.o'), 'x');
  writeFileSync(at('sub/new.c'), 'x');
  mkdirSync(at('out/deep'), { recursive: true });
  writeFileSync(at('out/deep/x'), 'x');
  new GitFixture(at('other')).commit({ 'o.c': 'o\n' });
  rmSync(at('dir'), { recursive: true });
  symlinkSync('part', at('dir'));
  const expected = [
    '.gitignore',
    '.gitmodules',
    'a.c',
    'dir',
    'other/o.c',
    'part/c.c',
    'sub/.gitignore',
    'sub/lib.c',
    'sub/new.c',
  ];
  t.deepEqual(await names(tree.path), expected);
  t.deepEqual(await names(at('part')), ['c.c']);
  symlinkSync(at('sub'), join(directory.path, 'to-sub'));
  t.deepEqual(await names(join(directory.path, 'to-sub')), ['.gitignore', 'lib.c', 'new.c']);
  // Both sides of a conflict are one file.
  tree.git('checkout', '--quiet', '-b', 'side');
  tree.commit({ 'a.c': 'side\n' });
  tree.git('checkout', '--quiet', '-');
  tree.commit({ 'a.c': 'main\n' });
  t.throws(() => tree.git('merge', '--quiet', 'side'));
  t.deepEqual(
    (await names(tree.path)).filter((each) => each === 'a.c'),
    ['a.c'],
  );
});

test('equal contents have equal digests, in git and outside; each difference shows', async (t) => {
  using directory = temporaryDirectory();
  const tree = new GitFixture(join(directory.path, 'tree'));
  tree.commit({ 'a.c': 'a\n', 'dir/b.c': 'b\n' });
  const plain = join(directory.path, 'plain');
  mkdirSync(join(plain, 'dir'), { recursive: true });
  writeFileSync(join(plain, 'a.c'), 'a\n', { mode: 0o600 });
  writeFileSync(join(plain, 'dir/b.c'), 'b\n');
  const first = await workTreeDigest(tree.path);
  t.is(await workTreeDigest(plain), first);
  const seen = new Set([first]);
  const changes: (() => void)[] = [
    () => writeFileSync(join(plain, 'a.c'), 'A\n'),
    () => chmodSync(join(plain, 'a.c'), 0o700),
    () => writeFileSync(join(plain, 'new'), ''),
    () => symlinkSync('new', join(plain, 'link')),
    () => mkdirSync(join(plain, 'empty')),
    () => rmSync(join(plain, 'dir'), { recursive: true }),
  ];
  for (const [index, change] of changes.entries()) {
    change();
    seen.add(await workTreeDigest(plain));
    t.is(seen.size, index + 2);
  }
});

test('a copy has contents, links and empty folders, even modes, and one time for all', async (t) => {
  using directory = temporaryDirectory();
  const from = join(directory.path, 'from');
  mkdirSync(join(from, 'dir/empty'), { recursive: true });
  writeFileSync(join(from, 'dir/tool'), 'run\n', { mode: 0o711 });
  writeFileSync(join(from, 'text'), 'text\n', { mode: 0o600 });
  symlinkSync('/nowhere', join(from, 'link'));
  const to = join(directory.path, 'to');
  await copyWorkTree(from, to, new AbortController().signal);
  t.deepEqual(readdirSync(to, { recursive: true, encoding: 'utf8' }).sort(), [
    'dir',
    'dir/empty',
    'dir/tool',
    'link',
    'text',
  ]);
  const found = (name: string) => lstatSync(join(to, name));
  t.deepEqual(
    ['dir', 'dir/tool', 'text'].map((name) => found(name).mode & 0o777),
    [0o755, 0o755, 0o644],
  );
  t.is(readlinkSync(join(to, 'link')), '/nowhere');
  t.is(readFileSync(join(to, 'dir/tool'), 'utf8'), 'run\n');
  t.is(new Set(['dir', 'dir/empty', 'dir/tool', 'link', 'text'].map((name) => found(name).mtimeMs)).size, 1);
  await t.throwsAsync(copyWorkTree(from, join(directory.path, 'never'), AbortSignal.abort()));
});

test('what git cannot read is told, and so is what is no file', async (t) => {
  using directory = temporaryDirectory();
  const tree = new GitFixture(join(directory.path, 'tree'));
  tree.commit({ 'a.c': 'a\n' });
  writeFileSync(join(tree.path, '.git/index'), 'no index');
  await t.throwsAsync(listWorkTree(tree.path), {
    message: /git cannot read the work tree `\S+tree`: .*\[unreadable-source\]/s,
  });
});
