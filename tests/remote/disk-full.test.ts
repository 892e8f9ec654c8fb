import test from 'ava';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runWithMounts } from '../support/tiny-file-system.ts';

test('a disk that is full while a blob comes is named as such, asked of once, and left as free as before', (t) => {
  using directory = temporaryDirectory();
  const result = JSON.parse(runWithMounts('fill-store.ts', 'receive', directory.path));
  t.deepEqual(result, { code: 'disk-full', requests: 1, left: [] });
});

test('a server whose disk is full says so, keeps no part, and takes what still fits', (t) => {
  using directory = temporaryDirectory();
  const result = JSON.parse(runWithMounts('fill-store.ts', 'serve', directory.path));
  t.deepEqual(result, { tooMuch: 507, small: 200, left: 1 });
});
