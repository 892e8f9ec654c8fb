import { MessageChannel, type MessagePort, parentPort, threadId } from 'node:worker_threads';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { TaskOutcome } from '../../messages/task-outcome.ts';
import type { ControlMessage, WorkerMessage } from '../../messages/worker-message.ts';
import { runOrder } from './run-order.ts';

/** An order for a task thread; the numbers of orders are never used again. */
export interface ThreadInput {
  readonly number: number;
  readonly order: TaskOrder;
}

/** What a thread says when it is ready: the port for all its orders. SpokenMessage comes out of it, ControlMessage goes in. */
export interface ThreadGreeting {
  readonly thread: number;
  readonly port: MessagePort;
}

/** A message of the task that carries out an order. */
export interface SpokenMessage {
  readonly number: number;
  readonly message: WorkerMessage;
}

/** How an order ended; all messages of it were sent before. */
export interface ThreadOutcome {
  readonly thread: number;
  readonly outcome: TaskOutcome;
}

const { port1: port, port2: theirs } = new MessageChannel();
let current: { readonly number: number; readonly cancelled: AbortController } | undefined;
/** Orders that were cancelled before they came. */
const early = new Set<number>();

port.on('message', ({ number }: ControlMessage) => {
  if (current?.number === number) current.cancelled.abort();
  else early.add(number);
});
parentPort?.postMessage({ thread: threadId, port: theirs } satisfies ThreadGreeting, [theirs]);

/** Thread entry: carries out one order. Never rejects: every failure is an outcome. */
export default async function main({ number, order }: ThreadInput): Promise<ThreadOutcome> {
  const cancelled = new AbortController();
  current = { number, cancelled };
  if (early.has(number)) cancelled.abort();
  const send = (message: WorkerMessage): void => port.postMessage({ number, message } satisfies SpokenMessage);
  return { thread: threadId, outcome: await runOrder(order, { send, signal: cancelled.signal }) };
}
