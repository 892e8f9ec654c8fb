import { joinLines } from '../language/lexical-patterns.ts';
import type { Statement } from '../language/statements.ts';
import type { Edges } from './layout-words.ts';
import { layoutList, layoutWords, physicalLines } from './layout-words.ts';
import { isListVariable } from './list-variables.ts';

/** What a statement is formatted with: the text that it stands in, and names whose values are put together without a blank. */
export interface FormatContext {
  readonly text: string;
  readonly joinedNames: JoinedNames;
}

/** Variables (without overrides) to which the same file adds text with no blank between. */
export interface JoinedNames {
  readonly atStart: ReadonlySet<string>;
  readonly atEnd: ReadonlySet<string>;
}

type Assign = Extract<Statement, { readonly kind: 'assign' | 'assign-flag' }>;

/** A statement in the style of docs/recipe-style.md, without a newline at its end. */
export function formatStatement(statement: Statement, context: FormatContext): string {
  const raw = trimLineEnds(context.text.slice(statement.span.start, statement.span.end));
  switch (statement.kind) {
    case 'assign':
    case 'assign-flag':
      return formatAssignment(statement, context);
    case 'export':
      return `export ${statement.name.text}`;
    case 'unset':
      return `unset ${statement.name.text}${statement.flag === undefined ? '' : `[${statement.flag}]`}`;
    case 'function':
      return formatFunction(statement, context);
    case 'def':
      return raw;
    case 'add-task':
      return formatTask(raw);
    case 'include':
      return formatCommand(raw, (rest) => (rest.includes('\n') ? undefined : rest.trim()));
    default:
      return formatCommand(raw, layoutWords);
  }
}

/** The text with the blanks at the ends of its lines taken away, which never count. */
export function trimLineEnds(text: string): string {
  return text.replace(/[^\S\n]+(?=\n|$)/g, '');
}

/** Which edges of a list may get a blank: all but those where text is put on without one. */
export function freeEdges(statement: Assign, { atStart, atEnd }: JoinedNames): Edges {
  const { operator } = statement;
  const operation = statement.kind === 'assign' ? /:(append|prepend|remove)(?=:|$)/.exec(statement.name.text)?.[1] : '';
  const [base = ''] = statement.name.text.split(':', 1);
  const joins = operation === 'append' || operation === 'prepend' || operator === '.=' || operator === '=.';
  return { start: !joins && !atStart.has(base), end: !joins && !atEnd.has(base) };
}

function formatAssignment(statement: Assign, context: FormatContext): string {
  const { text } = context;
  const { name, operator, value, span } = statement;
  const exported = /^export[\s\\]/.test(text.slice(span.start, name.span.start)) ? 'export ' : '';
  const flag = statement.kind === 'assign-flag' ? `[${statement.flag}]` : '';
  const raw = text.slice(value.span.start, value.span.end);
  return `${exported}${name.text}${flag} ${operator} ${formatValue(raw, statement, context)}`;
}

function formatValue(raw: string, statement: Assign, context: FormatContext): string {
  const quote = raw.slice(1, -1).includes('"') ? raw.charAt(0) : '"';
  const inner = raw.slice(1, -1);
  const isList = isListVariable(statement.name.text, statement.kind === 'assign-flag' ? statement.flag : undefined);
  const wanted =
    isList && inner.includes('\n') ? layoutList(inner, freeEdges(statement, context.joinedNames)) : undefined;
  return `${quote}${wanted ?? physicalLines(inner).join('\\\n')}${quote}`;
}

function formatCommand(raw: string, layout: (rest: string) => string | undefined): string {
  const [, keyword = '', rest = ''] = /^(\w+)((?:[^\S\n]|\\[^\S\n]*\n)[\s\S]*)$/.exec(raw) ?? [];
  const words = layout(rest);
  return words === undefined || words === '' ? raw : `${keyword} ${words}`;
}

/** Only blanks part `after` and `before` from the names, so a line with other white space stays. */
function formatTask(raw: string): string {
  const hash = raw.indexOf('#');
  const [line, comment] = hash === -1 ? [raw, ''] : [raw.slice(0, hash), raw.slice(hash)];
  if (/[^\S ]/.test(raw)) return raw;
  const words = line.trim().replace(/ +/g, ' ');
  return comment === '' ? words : `${words} ${comment}`;
}

function formatFunction(statement: Extract<Statement, { readonly kind: 'function' }>, { text }: FormatContext): string {
  const { span, bodySpan, name } = statement;
  const header = joinLines(text.slice(span.start, bodySpan.start));
  const words = header
    .slice(0, header.indexOf(name.text === '' ? '(' : name.text))
    .split(/\s+/)
    .filter(Boolean);
  const first = [...words, `${name.text}() {`].join(' ');
  return `${first}\n${trimLineEnds(text.slice(bodySpan.start, bodySpan.end))}}`;
}
