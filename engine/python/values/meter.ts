import { LimitReached } from './python-error.ts';

/** What one run of Python code may use up. */
export interface Budget {
  readonly steps: number;
  /** Roughly bytes, summed over everything that is made. */
  readonly memory: number;
}

/** Largest text or collection that code may build. */
export const maxSize = 10_000_000;

const maxDepth = 300;
let steps = Number.POSITIVE_INFINITY;
let memory = Number.POSITIVE_INFINITY;
let depth = 0;
let allowed: Budget = { steps, memory };

/** Counts `work` against a budget of its own; runs may nest, and then share the limit of depth. */
export function metered<T>(budget: Budget, work: () => T): T {
  const outer = { steps, memory, depth, allowed };
  allowed = budget;
  ({ steps, memory } = budget);
  try {
    return work();
  } finally {
    ({ steps, memory, depth, allowed } = outer);
  }
}

/** Counts work. Throws LimitReached. */
export function spend(amount: number): void {
  steps -= amount;
  if (steps < 0) throw new LimitReached(`takes more than ${allowed.steps} steps`);
}

/** How many of these are one step, where the engine goes through them itself. */
const perStep = { characters: 256, items: 16, hashes: 4 } as const;

/** Counts work on so many elements that one step of code sets going. Throws LimitReached. */
export function spendOn(count: number, what: keyof typeof perStep): void {
  if (count >= perStep[what]) spend(Math.floor(count / perStep[what]));
}

/** Counts what is about to be made, in bytes, before it is made. Throws LimitReached. */
export function reserve(bytes: number): void {
  memory -= bytes;
  if (memory < 0) throw new LimitReached(`makes more than ${allowed.memory} bytes of values`);
}

/** Counts a text or collection of `size` elements that is about to be made. Throws LimitReached. */
export function reserveItems(size: number, bytesEach: number): void {
  if (size > maxSize) throw new LimitReached(`makes something longer than ${maxSize}`);
  reserve(size * bytesEach);
}

/** Before a call of a function; `leave` comes after it, whatever happened. Throws LimitReached. */
export function enter(): void {
  depth += 1;
  spend(1);
  if (depth > maxDepth) throw new LimitReached(`nests deeper than ${maxDepth} levels`);
}

/** After a call. */
export function leave(): void {
  depth -= 1;
}
