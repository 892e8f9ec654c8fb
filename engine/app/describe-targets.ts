import { openDescribed } from './described/open-described.ts';
import type { DescribedTargets, FoundTargets, TargetChoice } from './found-targets.ts';
import { isLockMissing } from './missing-locks.ts';
import { sayAgain } from './say-diagnostics.ts';

/** Describes the tasks of targets as a build would, without taking the build directory. Throws StxError. */
export async function describeTargets(targets: readonly string[], options: TargetChoice): Promise<DescribedTargets> {
  const found = await describe(targets, options);
  found.keep();
  return found;
}

/** An earlier call may have described them; what that said is said again. */
export async function describe(targets: readonly string[], options: TargetChoice): Promise<FoundTargets> {
  const { force = false, clearStamp } = options;
  const kept = force || clearStamp !== undefined || options.allOs ? undefined : await openKept(targets, options);
  if (kept === undefined) return (await import('./describe-anew.ts')).describeAnew(targets, options);
  sayAgain(kept.said);
  return { ...kept, kept, forced: new Set(), keep: () => undefined };
}

/** A lock that is gone since then is told by reading everything anew, with all others that are. */
async function openKept(...asked: Parameters<typeof openDescribed>): ReturnType<typeof openDescribed> {
  try {
    return await openDescribed(...asked);
  } catch (error) {
    if (isLockMissing(error)) return undefined;
    throw error;
  }
}
