import { systemClock } from '../base/clock.ts';
import { exitCodes } from './exit-codes.ts';

const stopping = '\nstx-bake: stopping the running tasks; once more to end at once\n';

/** Aborts when the process is asked to stop (Ctrl-C, SIGTERM, SIGHUP); a second request ends it at once. */
export function abortOnSignals(notice = stopping): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  // The launcher tells of a hang-up that is to be ignored (nohup): Node itself forgets it.
  const hangUp = process.env['STX_BAKE_NOHUP'] === '1' ? [] : (['SIGHUP'] as const);
  const signals = ['SIGINT', 'SIGTERM', ...hangUp] as const;
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    // A view of a terminal makes room first.
    controller.abort();
    process.stderr.write(notice);
  };
  const ignore = (): void => undefined;
  if (hangUp.length === 0) process.on('SIGHUP', ignore);
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, onSignal);
      process.off('SIGHUP', ignore);
    },
  };
}

/** What a promise gives, or `undefined` as soon as the signal is aborted; what it does then is of no interest any more. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const given = promise.then((value) => ({ value }));
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const onAbort = (): void => resolve(undefined);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return (await Promise.race([given, aborted]))?.value;
  } finally {
    signal.removeEventListener('abort', onAbort);
    given.catch(() => undefined);
  }
}

/** The last words of a call that was stopped; gives its exit code. `startMs` is `systemClock.monotonicMs()` at its start. */
export function sayInterrupted(startMs: number): number {
  const seconds = ((systemClock.monotonicMs() - startMs) / 1000).toFixed(1);
  process.stderr.write(`stx-bake: interrupted after ${seconds} s; the next call goes on from here\n`);
  return exitCodes.interrupted;
}
