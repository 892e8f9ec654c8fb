import type { WorkerMessage } from '../../messages/worker-message.ts';

/** The thread's side of an order's port. */
export interface OrderChannel {
  send(message: WorkerMessage): void;
  readonly signal: AbortSignal;
}
