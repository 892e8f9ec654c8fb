import { BuildRecorder, type RecordingOptions } from '../../engine/history/build-recorder.ts';
import type { BuildEvent } from '../../engine/messages/build-event.ts';
import type { TaskOutcome } from '../../engine/messages/task-outcome.ts';

/** One task of a build that a test makes up. */
export interface MadeTask {
  readonly task: string;
  readonly ms?: number;
  readonly action?: 'run' | 'restore';
  readonly status?: 'ok' | 'failed';
  readonly outcome?: Partial<Extract<TaskOutcome, { readonly status: 'ok' }>>;
  readonly signature?: string;
  readonly output?: string;
}

/** A clock that moves when it is told to. */
export class ManualClock {
  ms = 0;
  readonly epochMs: number;

  constructor(epochMs = Date.UTC(2026, 0, 1)) {
    this.epochMs = epochMs;
  }

  nowMs(): number {
    return this.epochMs + this.ms;
  }

  monotonicMs(): number {
    return this.ms;
  }
}

/** A recorder with everything given that a test does not care about. */
export function recorderFor(buildDirectory: string, more: Partial<RecordingOptions> = {}): BuildRecorder {
  return new BuildRecorder({
    buildDirectory,
    clock: new ManualClock(),
    limits: { builds: 100, days: 100 },
    targets: ['app'],
    slots: { processor: 2, network: 2 },
    preludeMs: 100,
    expectedMs: undefined,
    upToDate: 0,
    usual: new Map(),
    slowdown: () => 1,
    graph: () => ({ tasks: [], needs: [] }),
    play: () => 0,
    pool: (task) => (task.endsWith(':do_fetch') ? 'network' : 'processor'),
    onNote: (text) => {
      throw new Error(text);
    },
    ...more,
  });
}

/** Records a build whose tasks run one after the other. */
export function recordTasks(
  buildDirectory: string,
  tasks: readonly MadeTask[],
  more: Partial<RecordingOptions> = {},
): void {
  const clock = new ManualClock();
  const recorder = recorderFor(buildDirectory, { clock, ...more });
  for (const task of tasks) recordTask(recorder, task, clock);
  const failed = tasks.filter(({ status }) => status === 'failed').length;
  recorder.take({ kind: 'finished', ran: tasks.length - failed, restored: 0, failed, durationMs: clock.ms });
  recorder.finish(failed > 0 ? 'failed' : 'ok');
}

/** Has one task start and end. */
export function recordTask(recorder: BuildRecorder, made: MadeTask, clock: ManualClock): void {
  const { task, ms = 1000, action = 'run', status = 'ok', signature = `signature of ${task}`, output } = made;
  recorder.take({ kind: 'task-started', task, action, reason: { kind: 'no-stamp' } });
  clock.ms += ms;
  if (status === 'ok') {
    const texts = [{ hash: signature, text: `inputs ${signature}` }];
    recorder.done(
      { task, signature, output },
      () => ({ base: `base of ${task}`, own: `own ${signature}`, texts }),
      false,
    );
  }
  recorder.take({ kind: 'task-finished', task, action, outcome: outcomeOf(status, ms, made) } satisfies BuildEvent);
}

function outcomeOf(status: 'ok' | 'failed', durationMs: number, { outcome }: MadeTask): TaskOutcome {
  if (status === 'failed') return { status, durationMs, diagnostics: [], exitCode: 1, logPath: '' };
  return { status, durationMs, output: undefined, result: undefined, artifacts: [], warnings: [], ...outcome };
}
