import type { TaskOrder } from '../../engine/messages/task-order.ts';
import type { TaskContext } from '../../engine/tasks/builtin-task.ts';
import { orderIn } from './task-orders.ts';

/** A context for a built-in task with everything below `directory`; `said` collects its log. */
export function contextIn(
  directory: string,
  over: Partial<TaskOrder>,
  signal: AbortSignal = new AbortController().signal,
): TaskContext & { readonly said: string[] } {
  const said: string[] = [];
  const order = orderIn(directory, { kind: 'nothing' }, over);
  return { order, log: (text) => said.push(text), progress: () => undefined, signal, said };
}
