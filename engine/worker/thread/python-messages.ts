import type { StoredDiagnostic, StoredPlace } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { OrderChannel } from './order-channel.ts';

const most = 100;

/** What a Python task says by bb.warn, bb.error and bb.plain, for the person in front of the screen. */
export class PythonMessages {
  readonly diagnostics: StoredDiagnostic[] = [];
  readonly #order: Pick<TaskOrder, 'task'>;
  readonly #channel: Pick<OrderChannel, 'send'>;

  constructor(order: Pick<TaskOrder, 'task'>, channel: Pick<OrderChannel, 'send'>) {
    this.#order = order;
    this.#channel = channel;
  }

  /** Takes one message; a flood is cut off. */
  take(level: 'plain' | 'warning' | 'error', text: string, place: StoredPlace | undefined): void {
    if (level === 'plain') {
      this.#channel.send({ kind: 'note', text });
      return;
    }
    if (this.diagnostics.length > most) return;
    if (this.diagnostics.length === most) {
      this.diagnostics.push({ code: 'task-message', severity: 'warning', message: 'more messages are in the log' });
      return;
    }
    const { recipe, task } = this.#order.task;
    const message = `\`${recipe}\`: \`${task}\`: ${text}`;
    this.diagnostics.push({ code: 'task-message', severity: level, message, place });
  }
}
