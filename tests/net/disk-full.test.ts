import test from 'ava';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runWithMounts } from '../support/tiny-file-system.ts';

test('a full disk is named as such, and no file stands under the final name', (t) => {
  using directory = temporaryDirectory();
  const result = JSON.parse(runWithMounts('fill-disk.ts', 'download', directory.path));
  t.deepEqual(result, { code: 'disk-full', names: ['big.part'] });
});
