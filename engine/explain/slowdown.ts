/**
 * How many times as long work takes as it would alone on the machine, when `others` tasks of other people want a processor
 * as well: everyone gets the same share. A build wants one for each of its slots and one for itself.
 */
export function slowdownBy(others: number, machine: { readonly slots: number; readonly processors: number }): number {
  const own = machine.slots + 1;
  return Math.max(machine.processors, own + others) / Math.max(machine.processors, own);
}

/**
 * What to expect of a build when a moment shows this: less, since many a load is soon over, and since threads that wait for
 * files and each other are served before those that only compute. The exponent was measured; history corrects it.
 */
export function foreseen(slowdown: number): number {
  return slowdown ** 0.6;
}

/** How long the load of a moment is taken to last. */
const lastsMs = 60_000;

/**
 * The time of a build that usually takes `usualMs` when all takes `ratio` times as long for now: only the first minute goes
 * at the pace of this moment, since nobody knows what others will do later.
 */
export function underLoad(usualMs: number, ratio: number): number {
  return usualMs * ratio <= lastsMs ? usualMs * ratio : lastsMs + usualMs - lastsMs / ratio;
}
