import type { Clock } from '../base/clock.ts';

/** Between two plans of a build this many times as long passes as the last one took. */
const share = 4;

/** When a build is planned again: planning reads the whole graph, and news may come with every task that ends. */
export class ReplanPace {
  readonly #clock: Pick<Clock, 'monotonicMs'> | undefined;
  #endedMs = 0;
  #tookMs = 0;
  /** Something has become known since the last plan. */
  isWanted = false;

  constructor(clock: Pick<Clock, 'monotonicMs'> | undefined) {
    this.#clock = clock;
  }

  /** `isIdle`: there is nothing better to do. */
  isDue(isIdle: boolean): boolean {
    if (!this.isWanted) return false;
    return isIdle || this.#nowMs() - this.#endedMs >= share * this.#tookMs;
  }

  /** Plans; what becomes known meanwhile is wanted again. */
  async measure<Result>(plan: () => Promise<Result>): Promise<Result> {
    this.isWanted = false;
    const startMs = this.#nowMs();
    const result = await plan();
    this.#endedMs = this.#nowMs();
    this.#tookMs = this.#endedMs - startMs;
    return result;
  }

  #nowMs(): number {
    return this.#clock?.monotonicMs() ?? 0;
  }
}
