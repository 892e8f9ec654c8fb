import { systemClock } from '../base/clock.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { PressureGate, type PressureLimits, type SystemLoad } from '../runqueue/pressure-gate.ts';
import type { SchedulerLimits } from '../runqueue/scheduler.ts';
import { type SchedulerName, schedulerNames } from '../runqueue/start-order.ts';
import { numberOfThreads } from './number-of-threads.ts';
import { memoryGauge, systemLoad } from './system-load.ts';

/** Downloads wait more than they work: they have slots of their own. */
const downloadsAtOnce = 2;
const leastPressure = 1;
const mostPressure = 1_000_000;

/** How a build is scheduled, and what is to be said about the settings. */
export interface BuildLimits {
  readonly limits: SchedulerLimits;
  readonly scheduler: SchedulerName;
  readonly warnings: readonly Diagnostic[];
}

/**
 * Reads BB_NUMBER_THREADS, BB_SCHEDULER, BB_PRESSURE_MAX_CPU, _IO and _MEMORY, BB_LOADFACTOR_MAX and the flags
 * `number_threads` of the configuration. Throws StxError `invalid-value`.
 */
export function buildLimits(datastore: Datastore, load: SystemLoad = systemLoad): BuildLimits {
  const warnings: Diagnostic[] = [];
  const slots = { processor: numberOfThreads(datastore), network: downloadsAtOnce };
  const pressure = pressureGate(datastore, load, warnings);
  const limits = { slots, atOnce: atOnce(datastore), memory: memoryGauge(systemClock), pressure };
  return { limits, scheduler: schedulerOf(datastore), warnings };
}

function schedulerOf(datastore: Datastore): SchedulerName {
  const text = (datastore.get('BB_SCHEDULER') ?? '').trim();
  const known = schedulerNames.find((name) => name === text);
  if (text === '' || known !== undefined) return known ?? 'speed';
  const names = schedulerNames.join(', ');
  const suggestion = didYouMean(text, schedulerNames);
  throw StxError.of('invalid-value', `\`BB_SCHEDULER\` is \`${text}\`, which is none of ${names}`, {
    span: datastore.definition('BB_SCHEDULER'),
    help: suggestion ?? 'BB_SCHEDULERS, classes in Python, has no effect; take the line out to have `speed`',
  });
}

/** BitBake, too, takes this flag from the configuration, not from recipes. */
function atOnce(datastore: Datastore): (name: string) => number | undefined {
  const known = new Map<string, number | undefined>();
  return (name) => {
    if (!known.has(name)) known.set(name, threadsFlag(datastore, name));
    return known.get(name);
  };
}

function threadsFlag(datastore: Datastore, name: string): number | undefined {
  const text = (datastore.flag(name, 'number_threads') ?? '').trim();
  if (text === '') return undefined;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  const message = `the flag \`number_threads\` of \`${name}\` is \`${text}\`, not a number from 1 to 9999`;
  throw StxError.of('invalid-value', message, { help: 'it says how many tasks of that name may run at once' });
}

function pressureGate(datastore: Datastore, load: SystemLoad, warnings: Diagnostic[]): PressureGate | undefined {
  const pressure: { cpu?: number; io?: number; memory?: number } = {};
  for (const kind of ['cpu', 'io', 'memory'] as const) {
    const name = `BB_PRESSURE_MAX_${kind.toUpperCase()}`;
    const limit = numberAbove(datastore, name, leastPressure);
    if (limit !== undefined) pressure[kind] = limit;
    if (limit === undefined || limit <= mostPressure) continue;
    const message = `\`${name}\` is \`${limit}\`: a second has a million microseconds, so nothing is held up`;
    warnings.push({ code: 'invalid-value', severity: 'warning', message, span: datastore.definition(name) });
  }
  const loadFactor = numberAbove(datastore, 'BB_LOADFACTOR_MAX', 0);
  if (Object.keys(pressure).length === 0 && loadFactor === undefined) return undefined;
  const limits: PressureLimits = { pressure, loadFactor };
  if (Object.keys(pressure).length > 0 && load.pressureTotals() === undefined) {
    const message = 'this kernel does not tell its pressure (/proc/pressure): BB_PRESSURE_MAX_* has no effect';
    warnings.push({ code: 'pressure-unknown', severity: 'warning', message });
  }
  return new PressureGate(limits, load, systemClock);
}

function numberAbove(datastore: Datastore, name: string, least: number): number | undefined {
  const text = (datastore.get(name) ?? '').trim();
  if (text === '') return undefined;
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && (least === 0 ? value > 0 : value >= least)) return value;
  const wanted = least === 0 ? 'a number above 0' : `a number of ${least} or more`;
  throw StxError.of('invalid-value', `\`${name}\` is \`${text}\`, not ${wanted}`, {
    span: datastore.definition(name),
    help: 'set it in conf/local.conf, or take the line out: then it limits nothing',
  });
}
