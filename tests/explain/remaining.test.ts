import test from 'ava';
import fc from 'fast-check';
import { Remaining } from '../../engine/explain/remaining.ts';
import { playBuild, type TaskCost } from '../../engine/explain/schedule.ts';

/** A chain of tasks of these milliseconds. */
function chain(costsMs: readonly number[]) {
  const graph = {
    tasks: costsMs.map((_, index) => `t${index}`),
    needs: costsMs.map((_, index) => (index ? [index - 1] : [])),
  };
  const costs = costsMs.map((ms): TaskCost => ({ ms, pool: 'processor' }));
  const schedule = playBuild(graph, (index) => costs[index] ?? { ms: 0, pool: 'processor' }, {
    processor: 1,
    network: 1,
  });
  return new Remaining(graph, { schedule, costs, expectedMs: schedule.totalMs });
}

test('a build that goes as planned has left what the plan has left', (t) => {
  const remaining = chain([1000, 3000, 6000]);
  t.is(remaining.ended('t0', 1000), 9000);
  t.is(remaining.ended('t1', 4000), 6000);
  t.is(remaining.ended('t2', 10_000), 0);
});

test('what is left of a build that is slower or faster than planned comes nearer to what it will take', (t) => {
  const ended = (pace: number): readonly number[] => {
    const remaining = chain(Array.from({ length: 10 }, () => 1000));
    return Array.from({ length: 10 }, (_, index) => remaining.ended(`t${index}`, pace * 1000 * (index + 1)));
  };
  for (const pace of [0.5, 2, 4]) {
    const errors = ended(pace).map((left, index) => Math.abs(left - pace * 1000 * (9 - index)));
    for (const [index, error] of errors.entries()) t.true(error <= (errors[index - 1] ?? Number.POSITIVE_INFINITY));
    t.is(errors.at(-1), 0);
  }
});

test('tasks in another order than planned, told twice or unknown: what is left ends at nothing and is never negative', (t) => {
  const times = fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 });
  t.notThrows(() =>
    fc.assert(
      fc.property(times, fc.infiniteStream(fc.nat(100)), (costsMs, picks) => {
        const remaining = chain(costsMs);
        const open = costsMs.map((_, index) => `t${index}`);
        let nowMs = 0;
        let left = remaining.ended('another', nowMs);
        while (open.length > 0) {
          const [task = ''] = open.splice((picks.next().value ?? 0) % open.length, 1);
          nowMs += 10;
          left = remaining.ended(task, nowMs);
          if (left < 0 || remaining.ended(task, nowMs) !== left) return false;
        }
        return left < 1e-3;
      }),
    ),
  );
});
