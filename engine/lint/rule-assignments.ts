import { isListVariable } from '../format/list-variables.ts';
import type { Statement } from '../language/statements.ts';
import type { Finding } from './finding.ts';
import type { LintProject } from './lint-project.ts';

type Assign = Extract<Statement, { readonly kind: 'assign' }>;

/** Problems of single assignments and of two to one name. */
export function assignmentProblems(project: LintProject): readonly Finding[] {
  return project.files.flatMap(({ selected, parsed }) =>
    selected
      ? [
          ...overwritten(parsed.statements),
          ...parsed.statements.flatMap(joinedWords),
          ...discouraged(parsed.statements),
        ]
      : [],
  );
}

/** `A = "x"` and then `A = "y"`, with nothing between that could have read the first value. */
function overwritten(statements: readonly Statement[]): readonly Finding[] {
  const found: Finding[] = [];
  const open = new Map<string, Assign>();
  for (const statement of statements) {
    if (statement.kind !== 'assign') {
      if (readsAtOnce(statement)) open.clear();
      continue;
    }
    const earlier = open.get(statement.name.text);
    const replaces = replacesValue(statement);
    const isRead = statement.value.text.includes(`\${${statement.name.text}`);
    if (replaces && earlier !== undefined && !isRead) found.push(overwrittenBy(earlier, statement));
    if (statement.operator === ':=' && statement.value.text.includes('${')) open.clear();
    if (replaces) open.set(statement.name.text, statement);
  }
  return found;
}

function replacesValue({ name, operator }: Assign): boolean {
  return (operator === '=' || operator === ':=') && !/:(?:append|prepend|remove)(?=:|$)/.test(name.text);
}

function overwrittenBy(earlier: Assign, later: Assign): Finding {
  const message = `\`${earlier.name.text}\` is overwritten before anything reads this value`;
  const related = [{ span: later.name.span, message: 'it is overwritten here' }];
  const help = 'remove the first assignment, or the second one';
  return { code: 'overwritten-assignment', severity: 'warning', message, span: earlier.name.span, related, help };
}

/** Whether a statement can look at values where it stands. */
function readsAtOnce({ kind }: Statement): boolean {
  return ['inherit', 'include', 'function', 'def', 'add-fragments', 'unset'].includes(kind);
}

/** Words that are put to a list without a blank, so that they join the one that is there. */
function joinedWords(statement: Statement): readonly Finding[] {
  if (statement.kind !== 'assign' || !isListVariable(statement.name.text)) return [];
  const { name, operator, value } = statement;
  const appends = /:append(?=:|$)/.test(name.text) || operator === '.=';
  const prepends = /:prepend(?=:|$)/.test(name.text) || operator === '=.';
  if (appends && /^[^\s;:$]/.test(value.text) && (operator === '=' || operator === '.=')) {
    const at = value.span.start + 1;
    const fix = [{ start: at, end: at, text: ' ' }];
    const message = `\`${name.text}\` puts its first word to the last one of the list: no blank begins the value`;
    return [
      {
        code: 'missing-blank',
        severity: 'warning',
        message,
        span: value.span,
        help: 'begin the value with a blank',
        fix,
      },
    ];
  }
  if (prepends && /[^\s;:}]$/.test(value.text) && (operator === '=' || operator === '=.')) {
    const at = value.span.end - 1;
    const fix = [{ start: at, end: at, text: ' ' }];
    const message = `\`${name.text}\` puts its last word to the first one of the list: no blank ends the value`;
    return [
      {
        code: 'missing-blank',
        severity: 'warning',
        message,
        span: value.span,
        help: 'end the value with a blank',
        fix,
      },
    ];
  }
  return [];
}

/** `A:append += "x"`: the operator acts on the text that is appended, which is empty, so a blank at most is what it gives. */
function discouraged(statements: readonly Statement[]): readonly Finding[] {
  return statements.flatMap((statement): readonly Finding[] => {
    if (statement.kind !== 'assign' || !/^(?:\+=|=\+|\.=|=\.)$/.test(statement.operator)) return [];
    const { name, operator, value } = statement;
    const [, operation] = /:(append|prepend|remove)(?=:|$)/.exec(name.text) ?? [];
    if (operation === undefined) return [];
    const { source } = statement.span;
    const from = name.span.end;
    const at = source.text.indexOf(operator, from);
    const fix = [{ start: at, end: at + operator.length, text: '=' }];
    if (operator === '+=') fix.push({ start: value.span.start + 1, end: value.span.start + 1, text: ' ' });
    if (operator === '=+') fix.push({ start: value.span.end - 1, end: value.span.end - 1, text: ' ' });
    const message = `\`${name.text} ${operator}\` is not a recommended operator combination`;
    const help = `write \`${name.text} = ...\`; \`${operator}\` acts on the text of \`:${operation}\`, not on the variable`;
    const span = source.span(at, at + operator.length);
    return [{ code: 'discouraged-operator', severity: 'warning', message, span, help, fix }];
  });
}
