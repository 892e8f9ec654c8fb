import type { TaskOrder } from '../messages/task-order.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { WorkerMessage } from '../messages/worker-message.ts';

/** A task that was handed over. */
export interface RunningTask {
  /** How it ended; also after `cancel`, once nothing of it is left running. */
  readonly done: Promise<TaskOutcome>;
  cancel(): void;
}

/** Where tasks are carried out: worker threads, or a fake in tests. */
export interface TaskRunner {
  start(order: TaskOrder, onMessage: (message: WorkerMessage) => void): RunningTask;
}
