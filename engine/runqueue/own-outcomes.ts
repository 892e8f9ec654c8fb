import { InternalError, StxError } from '../base/stx-error.ts';
import { type StoredDiagnostic, storeDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { RunningTask } from './task-runner.ts';

/** A task with nothing to be handed over: `noexec`. */
export const nothingToDo: RunningTask = {
  done: Promise.resolve({
    status: 'ok',
    durationMs: 0,
    output: undefined,
    result: undefined,
    artifacts: [],
    warnings: [],
  }),
  cancel: () => undefined,
};

/** What went wrong beside the work itself. */
export function asWarning(diagnostic: StoredDiagnostic): StoredDiagnostic {
  return { ...diagnostic, severity: 'warning' };
}

/** A failure outside the thread: metadata that cannot be expanded, a file system that refuses, a bug of ours. */
export function failure(error: unknown): Extract<TaskOutcome, { readonly status: 'failed' }> {
  const diagnostics: readonly StoredDiagnostic[] =
    error instanceof StxError
      ? error.diagnostics.map(storeDiagnostic)
      : [{ code: 'system-failure', severity: 'error', message: new InternalError(String(error)).message }];
  return { status: 'failed', durationMs: 0, diagnostics, exitCode: undefined, logPath: '' };
}
