import { systemClock } from '../base/clock.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { WorkerMessage } from '../messages/worker-message.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { RunningTask, TaskRunner } from '../runqueue/task-runner.ts';

/**
 * A runner that brings the result of a restored task from a mirror into the local store before the task is handed on,
 * and publishes the result of a task that ran. Threads know the local store alone.
 */
export function mirroredRunner(runner: TaskRunner, team: TeamCache): TaskRunner {
  return {
    start(order, onMessage) {
      const isMirrored = order.work.kind === 'restore' && team.knows(order.actionKey ?? '');
      const running = isMirrored ? afterFetch({ order, runner, team }, onMessage) : runner.start(order, onMessage);
      return { cancel: () => running.cancel(), done: running.done.then((outcome) => published(order, outcome, team)) };
    },
  };
}

interface Mirrored {
  readonly order: TaskOrder;
  readonly runner: TaskRunner;
  readonly team: TeamCache;
}

function afterFetch({ order, runner, team }: Mirrored, onMessage: (message: WorkerMessage) => void): RunningTask {
  let inner: RunningTask | undefined;
  let isCancelled = false;
  const cancelled = Promise.withResolvers<TaskOutcome>();
  const startMs = systemClock.monotonicMs();
  const elapsed = (): number => systemClock.monotonicMs() - startMs;
  const onProgress = (done: number, total: number): void =>
    onMessage({ kind: 'progress', text: `fetching ${megabytes(done)} of ${megabytes(total)}`, fraction: done / total });
  const restored = team
    .fetch(order.actionKey ?? '', onProgress)
    .then(async ({ bytes, problem }): Promise<TaskOutcome> => {
      if (isCancelled) return { status: 'cancelled', durationMs: elapsed() };
      if (problem !== undefined) return unfetched(problem, elapsed());
      inner = runner.start(order, onMessage);
      const outcome = await inner.done;
      return outcome.status === 'ok' && bytes > 0 ? { ...outcome, bytes, durationMs: elapsed() } : outcome;
    });
  return {
    done: Promise.race([restored, cancelled.promise]),
    cancel: () => {
      isCancelled = true;
      if (inner === undefined) cancelled.resolve({ status: 'cancelled', durationMs: elapsed() });
      else inner.cancel();
    },
  };
}

/** The runqueue decides the task anew, as for any result that cannot be restored. */
function unfetched(problem: string, durationMs: number): TaskOutcome {
  const message = `no mirror gave all of it: ${problem}`;
  const diagnostics = [{ code: 'result-incomplete', severity: 'error', message } as const];
  return { status: 'failed', durationMs, diagnostics, exitCode: undefined, logPath: '' };
}

function published(order: TaskOrder, outcome: TaskOutcome, team: TeamCache): TaskOutcome {
  const { actionKey, work } = order;
  const isNew = outcome.status === 'ok' && outcome.result !== undefined && work.kind !== 'restore';
  if (isNew && actionKey !== undefined) team.publish(actionKey);
  return outcome;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
