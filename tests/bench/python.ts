import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import { createPythonRuntime } from '../../engine/python/python-runtime.ts';

/** `node tests/bench/python.ts`: microseconds for one evaluation. */
const runtime = createPythonRuntime();
const datastore = createDatastore({ evaluator: runtime, given: { A: 'alpha beta gamma', PV: '1.2.3' } }).seal();

const cases: readonly (readonly [string, string])[] = [
  ['no variable', "'a' + 'b'"],
  ['one getVar', "d.getVar('A')"],
  ['contains', "bb.utils.contains('A', 'beta', 'yes', 'no', d)"],
  ['getVar and conditional', "'x' if d.getVar('PV') == '1.2.3' else 'y'"],
  ['split and join', "' '.join([w + '-x' for w in d.getVar('A').split()])"],
  ['200-step loop', "''.join(str(i) for i in range(200))"],
];

for (const [name, code] of cases)
  console.log(`${name.padEnd(24)} ${measure(() => runtime.evaluate(code, datastore, 'BENCH')).toFixed(2)} us`);
let number = 0;
console.log(
  `${'new text'.padEnd(24)} ${measure(() => runtime.evaluate(`d.getVar('A') + '${number++}'`, datastore, 'BENCH'), 5000).toFixed(2)} us`,
);

/** Microseconds of one call, the best of five rounds. */
function measure(call: () => unknown, rounds = 50_000): number {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 5; repeat++) {
    const start = performance.now();
    for (let index = 0; index < rounds; index++) call();
    best = Math.min(best, ((performance.now() - start) * 1000) / rounds);
  }
  return best;
}
