import test from 'ava';
import { buildLimits } from '../../engine/app/build-limits.ts';
import { StxError } from '../../engine/base/stx-error.ts';
import type { PressureTotals } from '../../engine/runqueue/pressure-gate.ts';
import { datastoreOf, type Settings } from '../support/graph-of.ts';

const quiet = { pressureTotals: (): PressureTotals | undefined => ({ cpu: 0, io: 0, memory: 0 }), loadFactor: () => 0 };

function messageOf(settings: Settings): string | undefined {
  try {
    buildLimits(datastoreOf(settings), quiet);
    return undefined;
  } catch (error) {
    return error instanceof StxError ? error.diagnostics[0]?.message : String(error);
  }
}

test('without settings there is one slot, `speed`, and no limit of pressure', (t) => {
  const { limits, scheduler, warnings } = buildLimits(datastoreOf({}), quiet);
  t.deepEqual([limits.slots.processor, scheduler, limits.pressure, warnings], [1, 'speed', undefined, []]);
  t.is(limits.atOnce?.('do_compile'), undefined);
  t.true((limits.memory?.budgetBytes ?? 0) > 2 ** 20);
});

test('the flag number_threads of the configuration limits the tasks of that name', (t) => {
  const { limits } = buildLimits(datastoreOf({ 'do_compile[number_threads]': '3' }), quiet);
  t.is(limits.atOnce?.('do_compile'), 3);
  t.is(limits.atOnce?.('do_install'), undefined);
  const wrong = buildLimits(datastoreOf({ 'do_x[number_threads]': 'few' }), quiet).limits;
  t.is(
    t.throws(() => wrong.atOnce?.('do_x'), { instanceOf: StxError })?.diagnostics[0]?.message,
    'the flag `number_threads` of `do_x` is `few`, not a number from 1 to 9999',
  );
});

test('settings that cannot be meant are refused with their names', (t) => {
  t.is(messageOf({ BB_SCHEDULER: 'sped' }), '`BB_SCHEDULER` is `sped`, which is none of basic, speed, completion');
  t.is(messageOf({ BB_PRESSURE_MAX_CPU: '0.5' }), '`BB_PRESSURE_MAX_CPU` is `0.5`, not a number of 1 or more');
  t.is(messageOf({ BB_PRESSURE_MAX_IO: 'much' }), '`BB_PRESSURE_MAX_IO` is `much`, not a number of 1 or more');
  t.is(messageOf({ BB_LOADFACTOR_MAX: '0' }), '`BB_LOADFACTOR_MAX` is `0`, not a number above 0');
  t.is(messageOf({ BB_LOADFACTOR_MAX: '1.5', BB_SCHEDULER: 'completion' }), undefined);
});

test('limits of pressure that have no effect are told', (t) => {
  const warned = (settings: Settings, load = quiet) =>
    buildLimits(datastoreOf(settings), load).warnings.map(({ code, message }) => `${message} [${code}]`);
  t.deepEqual(warned({ BB_PRESSURE_MAX_CPU: '2000000' }), [
    '`BB_PRESSURE_MAX_CPU` is `2000000`: a second has a million microseconds, so nothing is held up [invalid-value]',
  ]);
  t.deepEqual(warned({ BB_PRESSURE_MAX_CPU: '15000' }, { ...quiet, pressureTotals: () => undefined }), [
    'this kernel does not tell its pressure (/proc/pressure): BB_PRESSURE_MAX_* has no effect [pressure-unknown]',
  ]);
});
