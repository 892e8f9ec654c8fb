import type { Statement } from '../language/statements.ts';
import { type FormatContext, freeEdges } from './format-statement.ts';
import { isListVariable } from './list-variables.ts';

/**
 * A text that is the same for statements of the same meaning: of a list the words count, of a `def` what is not a comment
 * behind it, and places never.
 */
export function meaningOf(statement: Statement, context: Pick<FormatContext, 'joinedNames'>): string {
  return JSON.stringify(plainStatement(statement, context));
}

function plainStatement(statement: Statement, { joinedNames }: Pick<FormatContext, 'joinedNames'>): unknown {
  switch (statement.kind) {
    case 'assign':
    case 'assign-flag': {
      const { kind, name, operator, value } = statement;
      const flag = statement.kind === 'assign-flag' ? statement.flag : undefined;
      const exported = statement.kind === 'assign' && statement.exported;
      const text = isListVariable(name.text, flag) ? words(value.text, freeEdges(statement, joinedNames)) : value.text;
      return [kind, name.text, flag, operator, exported, text];
    }
    case 'function': {
      const { kind, name, language, fakeroot, anonymous, body } = statement;
      return [kind, name.text, language, fakeroot, anonymous, body];
    }
    case 'def':
      return [statement.kind, statement.name, withoutTail(statement.text)];
    case 'export':
      return [statement.kind, statement.name.text];
    case 'unset':
      return [statement.kind, statement.name.text, statement.flag];
    case 'include':
      return [statement.kind, statement.mode, statement.path.text.trim()];
    case 'inherit':
      return [statement.kind, statement.deferred, words(statement.classes.text)];
    case 'add-task':
      return [statement.kind, words(statement.names.text), statement.before, statement.after];
    case 'add-fragments':
      return [statement.kind, statement.words];
    case 'add-python-library':
      return [statement.kind, statement.directory, statement.name];
    default:
      return [statement.kind, words(statement.names.text)];
  }
}

function words(
  text: string,
  free: { readonly start: boolean; readonly end: boolean } = { start: true, end: true },
): string {
  const list = text.trim().replace(/\s+/g, ' ');
  return `${!free.start && /^\s/.test(text) ? ' ' : ''}${list}${!free.end && /\s$/.test(text) ? ' ' : ''}`;
}

/** The lines of a `def` without empty ones and comments in the first column at its end. */
export function withoutTail(text: string): string {
  return text.replace(/(?:\n(?:[^\S\n]*|#[^\n]*))+$/, '').trimEnd();
}
