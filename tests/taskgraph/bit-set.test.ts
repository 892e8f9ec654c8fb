import test from 'ava';
import fc from 'fast-check';
import { BitSet } from '../../engine/taskgraph/bit-set.ts';

test('a bit set is a set of small numbers', (t) => {
  const numbers = fc.uniqueArray(fc.integer({ min: 0, max: 99 }));
  const bitSet = (values: readonly number[]): BitSet => {
    const made = new BitSet(100);
    for (const value of values) made.add(value);
    return made;
  };
  fc.assert(
    fc.property(numbers, numbers, numbers, (own, given, within) => {
      const joined = bitSet(own);
      const added = given.filter((value) => within.includes(value));
      const isNew = joined.addAll(bitSet(given), bitSet(within));
      t.is(
        isNew,
        added.some((value) => !own.includes(value)),
      );
      t.deepEqual(
        [...joined.values()],
        [...new Set([...own, ...added])].sort((a, b) => a - b),
      );
      t.true(own.every((value) => joined.has(value)));
    }),
  );
});
