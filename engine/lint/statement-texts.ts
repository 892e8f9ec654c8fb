import type { Statement } from '../language/statements.ts';

/** A text of a statement, with where it begins when it stands in the file as it is. */
export interface StatementText {
  readonly kind: 'value' | 'name' | 'shell' | 'python';
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Every text in which a statement can refer to variables. */
export function statementTexts(statement: Statement): readonly StatementText[] {
  switch (statement.kind) {
    case 'assign':
    case 'assign-flag': {
      const { name, value } = statement;
      return [
        { kind: 'name', text: name.text, ...range(name) },
        { kind: 'value', text: value.span.source.text.slice(value.span.start, value.span.end), ...range(value) },
      ];
    }
    case 'export':
      return [{ kind: 'name', text: statement.name.text, ...range(statement.name) }];
    case 'include':
      return [{ kind: 'value', text: statement.path.text, ...range(statement.path) }];
    case 'inherit':
      return [{ kind: 'value', text: statement.classes.text, ...range(statement.classes) }];
    case 'function': {
      const kind = statement.language;
      const { start, end } = statement.bodySpan;
      const text = statement.bodySpan.source.text.slice(start, end);
      return [
        { kind: 'name', text: statement.name.text, ...range(statement.name) },
        { kind, text, start, end },
      ];
    }
    case 'def':
      return [{ kind: 'python', text: statement.text, start: statement.span.start, end: statement.span.end }];
    default:
      return [];
  }
}

function range({ span }: { readonly span: { readonly start: number; readonly end: number } }) {
  return { start: span.start, end: span.end };
}
