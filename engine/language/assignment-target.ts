/** The left side of an assignment: `A:append:board` changes `A` when `board` is in OVERRIDES. */
export interface AssignmentTarget {
  /** The name without the operation; may end in overrides (`A:board` in `A:board:append`). */
  readonly base: string;
  readonly operation?: 'append' | 'prepend' | 'remove';
  /** Overrides that must all be in force, separated by colons. */
  readonly condition?: string;
}

const operationInName = /^(.*?):(append|prepend|remove)(?::([^A-Z]*))?$/s;

/** Splits the operation off a name; a condition holds no capital letters, else the whole text is a plain name. */
export function splitAssignmentName(name: string): AssignmentTarget {
  if (!name.includes(':')) return { base: name };
  const match = operationInName.exec(name);
  if (match === null) return { base: name };
  const [, base = '', operation, condition] = match;
  if (operation !== 'append' && operation !== 'prepend' && operation !== 'remove') return { base: name };
  return condition ? { base, operation, condition } : { base, operation };
}

const oldOperation = /_(append|prepend|remove)/;

/** The name in today's syntax when it carries `_append`, `_prepend` or `_remove`, else `undefined`. */
export function renewOldName(name: string): string | undefined {
  const match = oldOperation.exec(name);
  if (match === null) return undefined;
  const rest = name.slice(match.index + match[0].length);
  return `${name.slice(0, match.index)}:${match[1]}${rest.startsWith('_') ? `:${rest.slice(1)}` : rest}`;
}
