import type { MessagePort } from 'node:worker_threads';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskOutcome } from '../../messages/task-outcome.ts';
import type { ControlMessage, WorkerMessage } from '../../messages/worker-message.ts';
import { runOrder } from './run-order.ts';

/** What a task thread is started with; the port carries WorkerMessage out and ControlMessage in. */
export interface ThreadInput {
  readonly order: TaskOrder;
  readonly port: MessagePort;
}

/** Thread entry: carries out one order. Never rejects: every failure is an outcome. */
export default async function main({ order, port }: ThreadInput): Promise<TaskOutcome> {
  const cancelled = new AbortController();
  port.on('message', (message: ControlMessage) => {
    if (message.kind === 'cancel') cancelled.abort();
  });
  const send = (message: WorkerMessage): void => port.postMessage(message);
  try {
    return await runOrder(order, { send, signal: cancelled.signal });
  } finally {
    port.close();
  }
}
