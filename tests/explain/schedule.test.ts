import test from 'ava';
import fc from 'fast-check';
import { playBuild, workBehind } from '../../engine/explain/schedule.ts';

interface Made {
  readonly tasks: readonly string[];
  readonly needs: readonly (readonly number[])[];
  readonly costs: readonly { readonly ms: number; readonly pool: 'processor' | 'network' }[];
}

const builds: fc.Arbitrary<Made> = fc
  .array(fc.record({ ms: fc.nat(50), isFetch: fc.boolean(), picks: fc.array(fc.nat(1000), { maxLength: 4 }) }), {
    maxLength: 25,
  })
  .map((made) => ({
    tasks: made.map((_, index) => `t${index}`),
    needs: made.map(({ picks }, index) => [...new Set(index === 0 ? [] : picks.map((pick) => pick % index))]),
    costs: made.map(({ ms, isFetch }) => ({ ms, pool: isFetch ? 'network' : 'processor' }) as const),
  }));

const slotCount = fc.integer({ min: 1, max: 3 });

function play(made: Made, slots: { readonly processor: number; readonly network: number }) {
  const costOf = (index: number) => made.costs[index] ?? ({ ms: 0, pool: 'processor' } as const);
  const { starts, totalMs } = playBuild(made, costOf, slots);
  const spans = starts.map((start, index) => ({ start, end: start + costOf(index).ms, pool: costOf(index).pool }));
  return { spans, totalMs };
}

test('no task starts before what it needs has ended', (t) => {
  fc.assert(
    fc.property(builds, slotCount, slotCount, (made, processor, network) => {
      const { spans, totalMs } = play(made, { processor, network });
      for (const [index, needs] of made.needs.entries()) {
        for (const need of needs) if ((spans[need]?.end ?? 0) > (spans[index]?.start ?? 0)) return false;
      }
      return totalMs === Math.max(0, ...spans.map(({ end }) => end));
    }),
  );
  t.pass();
});

test('no pool runs more tasks at once than it has slots', (t) => {
  fc.assert(
    fc.property(builds, slotCount, slotCount, (made, processor, network) => {
      const working = play(made, { processor, network }).spans.filter(({ start, end }) => end > start);
      return working.every(({ start, pool }) => {
        const atOnce = working.filter((each) => each.pool === pool && each.start <= start && each.end > start);
        return atOnce.length <= { processor, network }[pool];
      });
    }),
  );
  t.pass();
});

test('a build takes at least its longest chain, and at most all its work', (t) => {
  fc.assert(
    fc.property(builds, (made) => {
      const { totalMs } = playBuild(made, (index) => made.costs[index] ?? { ms: 0, pool: 'processor' }, {
        processor: 2,
        network: 2,
      });
      const longest = Math.max(0, ...workBehind(made, made.costs));
      return longest <= totalMs && totalMs <= made.costs.reduce((sum, { ms }) => sum + ms, 0);
    }),
  );
  t.pass();
});

test('the task with the most work behind it starts first, and downloads do not take its slot', (t) => {
  const tasks = ['fetch', 'short', 'long', 'end'];
  const needs = [[], [], [], [2]];
  const costs = [
    { ms: 40, pool: 'network' },
    { ms: 10, pool: 'processor' },
    { ms: 10, pool: 'processor' },
    { ms: 20, pool: 'processor' },
  ] as const;
  const { starts, totalMs } = playBuild({ tasks, needs }, (index) => costs[index] ?? costs[0], {
    processor: 1,
    network: 1,
  });
  t.deepEqual(starts, [0, 30, 0, 10]);
  t.is(totalMs, 40);
});
