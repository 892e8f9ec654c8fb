const stopping = '\nstx-bake: stopping the running tasks; once more to end at once\n';

/** Aborts when the process is asked to stop (Ctrl-C, SIGTERM, SIGHUP); a second request ends it at once. */
export function abortOnSignals(notice = stopping): { readonly signal: AbortSignal; [Symbol.dispose](): void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    // A view of a terminal makes room first.
    controller.abort();
    process.stderr.write(notice);
  };
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}
