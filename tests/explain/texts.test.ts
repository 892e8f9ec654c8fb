import test from 'ava';
import { bytesText, countText, durationText, listText } from '../../engine/explain/texts.ts';

test('counts, lists, times and sizes are written for people', (t) => {
  t.deepEqual([countText(1, 'task'), countText(1000, 'task')], ['1 task', '1,000 tasks']);
  t.deepEqual([listText(['a', 'b'], 2), listText(['a', 'b', 'c'], 2)], ['a, b', 'a, b and 1 more']);
  t.deepEqual([0, 994, 999, 59_949, 59_960, 3_599_400, 7_260_000].map(durationText), [
    ...['0 ms', '994 ms', '1.0 s', '59.9 s', '1 min 0 s', '59 min 59 s', '2 h 1 min'],
  ]);
  t.deepEqual([0, 999, 1500, 12_345_678, 999_600_000].map(bytesText), ['0 B', '999 B', '1.5 kB', '12 MB', '1.0 GB']);
});
