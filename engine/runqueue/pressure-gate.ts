import type { Clock } from '../base/clock.ts';
import type { HoldReason } from '../messages/hold-reason.ts';

/** How busy the machine is. */
export interface SystemLoad {
  /** `total` of the first line of each file in /proc/pressure, in microseconds; `undefined` when one cannot be read. */
  pressureTotals(): PressureTotals | undefined;
  /** Load of the last minute for each processor. */
  loadFactor(): number;
}

/** Microseconds since boot in which some task waited, by what it waited for. */
export type PressureTotals = Readonly<Record<Kind, number>>;

type Kind = 'cpu' | 'io' | 'memory';
const kinds = ['cpu', 'io', 'memory'] as const;

/** BB_PRESSURE_MAX_CPU, _IO and _MEMORY in microseconds of waiting per second, and BB_LOADFACTOR_MAX. */
export interface PressureLimits {
  readonly pressure: Readonly<Partial<Record<Kind, number>>>;
  readonly loadFactor?: number | undefined;
}

const windowMs = 1000;
const leastMs = 20;

/**
 * Says whether the machine is too busy to start another task: when the pressure since the last look, or for at least a
 * second, is above a limit; where no pressure is limited or it cannot be read, when the load is. BitBake: exceeds_max_pressure.
 */
export class PressureGate {
  readonly #limits: PressureLimits;
  readonly #load: SystemLoad;
  readonly #clock: Clock;
  readonly #limitsPressure: boolean;
  #last: { readonly totals: PressureTotals; readonly atMs: number } | undefined;
  #answer: HoldReason | undefined;

  constructor(limits: PressureLimits, load: SystemLoad, clock: Clock) {
    this.#limits = limits;
    this.#load = load;
    this.#clock = clock;
    const totals = Object.keys(limits.pressure).length > 0 ? load.pressureTotals() : undefined;
    this.#limitsPressure = totals !== undefined;
    if (totals !== undefined) this.#last = { totals, atMs: clock.monotonicMs() };
  }

  /** Why nothing more should start now. */
  exceeded(): HoldReason | undefined {
    if (this.#limitsPressure) return this.#pressure();
    const limit = this.#limits.loadFactor;
    const value = limit === undefined ? 0 : this.#load.loadFactor();
    return limit !== undefined && value > limit ? { kind: 'load', value, limit } : undefined;
  }

  #pressure(): HoldReason | undefined {
    const atMs = this.#clock.monotonicMs();
    const last = this.#last;
    const elapsed = atMs - (last?.atMs ?? 0);
    if (last !== undefined && elapsed < leastMs) return this.#answer;
    const totals = this.#load.pressureTotals();
    if (totals === undefined || last === undefined) return undefined;
    this.#answer = undefined;
    for (const of of kinds) {
      const limit = this.#limits.pressure[of];
      const value = ((totals[of] - last.totals[of]) / elapsed) * 1000;
      if (limit !== undefined && value > limit) this.#answer ??= { kind: 'pressure', of, value, limit };
    }
    if (elapsed > windowMs) this.#last = { totals, atMs };
    return this.#answer;
  }
}
