import { StxError } from '../base/stx-error.ts';
import { taskName } from '../metadata/task-table.ts';

/** What the user asks for; without `task` the default task. */
export interface Target {
  /** Empty for the default configuration; `*` for all of them. */
  readonly configuration: string;
  /** A recipe or something it provides; in the default configuration also `world` and `universe`. */
  readonly name: string;
  /** With its `do_` prefix; with `-` behind it only what the task needs is meant. */
  readonly task?: string | undefined;
}

/** Reads `name`, `name:task`, `name:do_task` and the same behind `mc:CONFIGURATION:`. Throws StxError (`unknown-target`). */
export function parseTarget(text: string): Target {
  const parts = text.split(':');
  const isPlaced = parts[0] === 'mc' || parts[0] === 'multiconfig';
  const configuration = isPlaced ? parts[1] : '';
  const [name, task, ...more] = isPlaced ? parts.slice(2) : parts;
  if (!name || configuration === undefined || task === '' || more.length > 0) {
    const help = 'a target is `name`, `name:task` or `mc:configuration:name:task`';
    throw StxError.of('unknown-target', `\`${text}\` is not a target`, { help });
  }
  return task === undefined ? { configuration, name } : { configuration, name, task: taskName(task) };
}
