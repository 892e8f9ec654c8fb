import { utimesSync } from 'node:fs';
import { systemClock } from '../base/clock.ts';
import { systemCalls } from './system-calls.ts';

/**
 * Sets the time of modification, by which a collection of garbage sees what is of use. Whoever may write a file may do so,
 * not only its owner. False when it is gone; where it is not allowed, it is as if it had not been used.
 */
export function markAsUsed(path: string): boolean {
  const now = systemClock.nowMs() / 1000;
  try {
    utimesSync(path, now, now);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The owner alone may set any time; the present one whoever may write.
    if (code === 'EPERM') systemCalls()?.touch(path);
    return code !== 'ENOENT';
  }
  return true;
}
