/** One task of one recipe in one configuration; the default configuration's name is the empty string. */
export interface TaskId {
  readonly configuration: string;
  /** The recipe's PN, class extension included (`linux`, `linux-rt`). */
  readonly recipe: string;
  /** With its prefix: `do_compile`. */
  readonly task: string;
}

/** The only text form of a TaskId: `recipe:do_task`, with `mc:NAME:` in front outside the default configuration. */
export function formatTaskId(id: TaskId): string {
  const local = `${id.recipe}:${id.task}`;
  return id.configuration === '' ? local : `mc:${id.configuration}:${local}`;
}

/** The same as tasks of a configuration name each other: that of the task itself is left out. */
export function relativeTaskId(id: TaskId, from: TaskId): string {
  return formatTaskId(id.configuration === from.configuration ? { ...id, configuration: '' } : id);
}

/** Reads what `formatTaskId` wrote; `undefined` when the text is not of that form. */
export function parseTaskId(text: string): TaskId | undefined {
  const parts = text.split(':');
  if (parts[0] === 'mc' && parts.length === 4) {
    const [, configuration = '', recipe = '', task = ''] = parts;
    return { configuration, recipe, task };
  }
  if (parts.length !== 2) return undefined;
  const [recipe = '', task = ''] = parts;
  return { configuration: '', recipe, task };
}
