import { StxError } from '../base/stx-error.ts';
import type { TaskOrder } from '../messages/task-order.ts';

/** The value of a variable that a task cannot do without. */
export function requiredVariable(order: TaskOrder, name: string): string {
  const value = order.variables[name]?.trim() ?? '';
  if (value !== '') return value;
  throw StxError.of('missing-input', `\`${name}\` is not set, and \`${order.task.task}\` needs it`, {
    setting: { variable: name },
    help: `set \`${name}\` in the class that binds the task`,
  });
}

/** Where a task that captures writes: its first output directory. */
export function outputDirectory(order: TaskOrder): string {
  const directory = order.outputs[0]?.from;
  if (directory !== undefined) return directory;
  throw StxError.of('missing-input', `\`${order.task.task}\` has no output directory`, {
    help: `give the task the flag \`sstate-outputdirs\``,
  });
}
