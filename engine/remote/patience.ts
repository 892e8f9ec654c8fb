/** How long mirrors are waited for, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  /** Without a byte. */
  readonly stallMs: number;
  /** For all questions of one planning step together. */
  readonly answerMs: number;
  /** A mirror that sends less than `leastBytes` in this time, all transfers together, is given up. */
  readonly slowMs: number;
  readonly leastBytes: number;
}

/** What is waited for when nothing else is said: half a minute at worst, whatever a mirror does. */
export const usualPatience: Patience = {
  connectMs: 5_000,
  stallMs: 10_000,
  answerMs: 15_000,
  slowMs: 15_000,
  leastBytes: 64 << 10,
};
