import test from 'ava';
import fc from 'fast-check';
import { StxError } from '../../engine/base/stx-error.ts';
import type { WritableDatastore } from '../../engine/datastore/datastore.ts';
import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { exportDatastore, importDatastore } from '../../engine/datastore/portable-datastore.ts';

const evaluator = {
  evaluate: (code: string) => `<${code}>`,
  filter: (code: string, value: string) => `${code}(${value})`,
};
const carried = (store: WritableDatastore): WritableDatastore =>
  importDatastore(structuredClone(exportDatastore(store)), evaluator);

const names = ['A', 'B', 'C', 'OVERRIDES', 'FILE'];
const name = fc
  .tuple(
    fc.constantFrom(...names),
    fc.constantFrom('', ':o', ':p', ':o:p', ':append', ':prepend:o', ':remove', ':remove:p'),
  )
  .map((parts) => parts.join(''));
const operator = fc.constantFrom('=', '?=', '??=', ':=', '+=', '=+', '.=', '=.');
const value = fc.constantFrom('a', 'b c', '${B}', '${@x}', 'o:p', 'o', '');
const step = fc.oneof(
  fc.record({ kind: fc.constant('assign' as const), name, operator, value }),
  fc.record({ kind: fc.constant('set' as const), name, value }),
  fc.record({ kind: fc.constant('unset' as const), name }),
  fc.record({ kind: fc.constant('flag' as const), name, operator, value }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Carries a step out; a write that is refused, because it cannot be expanded, changes nothing. */
function apply(store: WritableDatastore, each: Step): void {
  try {
    write(store, each);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
  }
}

function write(store: WritableDatastore, each: Step): void {
  if (each.kind === 'assign') store.assign(each.name, each.operator as '=', each.value);
  else if (each.kind === 'set') store.set(each.name, each.value);
  else if (each.kind === 'unset') store.unset(each.name);
  else store.assignFlag(each.name, 'f', each.operator as '=', each.value);
}

/** Everything that can be read; what fails is shown by its message. */
function reading(store: WritableDatastore): unknown {
  const tried = (read: () => unknown): unknown => {
    try {
      return read();
    } catch (error) {
      return (error as Error).message.replace(/ \(.*/, '');
    }
  };
  const all = ['A', 'B', 'C', 'OVERRIDES', 'A:o', 'B:p', 'C:o:p'];
  return [
    tried(() => store.keys()),
    ...all.map((each) => tried(() => [store.get(each), store.getUnexpanded(each), store.flag(each, 'f')])),
  ];
}

test('law: a datastore that was carried over reads the same, and goes on the same when it is written', (t) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.array(step, { maxLength: 4 }), (before, after) => {
      const store = createDatastore({ evaluator });
      for (const each of before) apply(store, each);
      const copy = carried(store);
      t.deepEqual(reading(copy), reading(store));
      for (const each of after) {
        apply(store, each);
        apply(copy, each);
      }
      t.deepEqual(reading(copy), reading(store));
    }),
    { numRuns: 300 },
  );
});

test('filters and values that are no text are carried, objects by the text that shows them', (t) => {
  const store = createDatastore({ evaluator });
  store.set('A', 'a');
  store.setFilter('A', 'up');
  store.setObject('B', 5n, '5');
  store.setObject('C', { own: 'class' }, 'shown');
  store.setObject('D', null, 'None');
  const copy = carried(store);
  t.is(copy.get('A'), 'up(a)');
  t.is(copy.objectOf('B'), 5n);
  t.is(copy.get('C'), 'shown');
  t.is(copy.objectOf('C'), undefined);
  t.is(copy.get('D'), undefined);
});
