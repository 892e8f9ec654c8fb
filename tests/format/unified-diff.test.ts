import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { unifiedDiff } from '../../engine/format/unified-diff.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

test('a diff shows three lines around a change', (t) => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
  t.is(
    unifiedDiff('x', before, before.replace('e', 'E')),
    '--- x\n+++ x\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
  );
  t.is(unifiedDiff('x', before, before), '');
});

test('patch makes the one text of the other', (t) => {
  using directory = temporaryDirectory();
  const text = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const path = join(directory.path, 'x');
      writeFileSync(path, before);
      const diff = unifiedDiff('x', before, after);
      if (diff === '' || after === '') return;
      spawnSync('patch', ['-s', 'x'], { cwd: directory.path, input: diff });
      t.is(readFileSync(path, 'utf8'), after);
    }),
    { numRuns: 40 },
  );
});
