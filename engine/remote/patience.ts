/** How long mirrors are waited for, in milliseconds. */
export interface Patience {
  readonly connectMs: number;
  /** Without a byte. */
  readonly stallMs: number;
  /** For all questions of planning together; each answer may take `questionMs` besides. */
  readonly answerMs: number;
  /** A mirror is given up when transfers have waited for it this long beyond what `leastBytes` in this time would take. */
  readonly slowMs: number;
  readonly leastBytes: number;
}

/** The way to a mirror and back is not its fault. */
export const questionMs = 100;

/** What is waited for when nothing else is said. */
export const usualPatience: Patience = {
  connectMs: 5_000,
  stallMs: 10_000,
  answerMs: 15_000,
  slowMs: 15_000,
  leastBytes: 15 * (256 << 10),
};
