import test from 'ava';
import fc from 'fast-check';
import { foreseen, slowdownBy, underLoad } from '../../engine/explain/slowdown.ts';

test('alone on the machine nothing is slow, and who has processors enough does not feel others', (t) => {
  t.is(slowdownBy(0, { slots: 2, processors: 2 }), 1);
  t.is(slowdownBy(3, { slots: 2, processors: 2 }), 2);
  t.is(slowdownBy(3, { slots: 4, processors: 8 }), 1);
  t.is(foreseen(1), 1);
  t.true(foreseen(3) > 1 && foreseen(3) < 3);
});

test('the load of the moment counts in full for a short build, and for one minute of a long one', (t) => {
  t.is(underLoad(10_000, 2), 20_000);
  t.is(underLoad(10_000, 0.5), 5000);
  t.is(underLoad(3_600_000, 2), 3_630_000);
  t.is(underLoad(3_600_000, 0.5), 3_540_000);
});

test('a longer build never ends sooner, and more load never makes it shorter', (t) => {
  const ms = fc.integer({ min: 0, max: 10_000_000 });
  const ratio = fc.double({ min: 0.1, max: 20, noNaN: true });
  t.notThrows(() =>
    fc.assert(
      fc.property(ms, ms, ratio, ratio, (one, other, light, heavy) => {
        const [short, long] = one < other ? [one, other] : [other, one];
        const [less, more] = light < heavy ? [light, heavy] : [heavy, light];
        const slack = 1e-6 * (1 + long);
        return (
          underLoad(short, less) <= underLoad(long, less) + slack &&
          underLoad(long, less) <= underLoad(long, more) + slack
        );
      }),
    ),
  );
});
