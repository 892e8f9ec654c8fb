import test from 'ava';
import { othersAtWork, type ProcessorTimes, watchOthers } from '../../engine/app/system-load.ts';

const before: ProcessorTimes = { atMs: 0, busyMs: 5000, ownMs: 100, threadMs: 100, waitedMs: 10 };

function after(more: Partial<ProcessorTimes>): ProcessorTimes {
  return { atMs: 1000, busyMs: 6000, ownMs: 1100, threadMs: 1100, waitedMs: 10, ...more };
}

test('others are counted by what they took, and by the share that everyone gets', (t) => {
  t.is(othersAtWork(before, after({})), 0);
  // One other program on a processor of its own.
  t.is(othersAtWork(before, after({ busyMs: 7000 })), 1);
  // Two processors, of which this thread had half of one: three others had as much each.
  t.is(othersAtWork(before, after({ busyMs: 7000, ownMs: 600, threadMs: 600, waitedMs: 510 })), 3);
});

test('too short a look and a thread that did not run tell nothing; clocks that disagree tell of nobody', (t) => {
  t.is(othersAtWork(before, after({ atMs: 50, busyMs: 7000 })), undefined);
  t.is(othersAtWork(before, after({ busyMs: 7000, threadMs: 100 })), undefined);
  t.is(watchOthers()(), undefined);
  t.is(othersAtWork(before, after({ ownMs: 1500 })), 0);
});
