import { StxError } from '../base/stx-error.ts';
import { taskName } from '../metadata/task-table.ts';

/** What the user asks for; without `task` the default task of the configuration. */
export interface Target {
  /** Empty for the default configuration. */
  readonly configuration: string;
  /** A recipe, something it provides, or a package. */
  readonly name: string;
  /** With its `do_` prefix. */
  readonly task?: string | undefined;
}

/** Reads `name`, `name:task`, `name:do_task` and the same behind `mc:CONFIGURATION:`. Throws StxError (`unknown-target`). */
export function parseTarget(text: string): Target {
  const parts = text.split(':');
  const configuration = parts[0] === 'mc' ? parts[1] : '';
  const [name, task, ...more] = parts[0] === 'mc' ? parts.slice(2) : parts;
  if (!name || configuration === undefined || task === '' || more.length > 0) {
    const help = 'a target is `name`, `name:task` or `mc:configuration:name:task`';
    throw StxError.of('unknown-target', `\`${text}\` is not a target`, { help });
  }
  return task === undefined ? { configuration, name } : { configuration, name, task: taskName(task) };
}
