import type { IToken } from 'chevrotain';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { renewOldName } from './assignment-target.ts';
import { type FileContext, tokenSpan } from './file-context.ts';
import { joinLines } from './lexical-patterns.ts';
import type { AssignOperator, NameText, ValueText } from './statements.ts';

/** An assignment as the checks need it. */
export interface CheckedAssignment {
  readonly name: NameText;
  readonly operator: AssignOperator;
  readonly value: ValueText;
  /** The token before the operator. */
  readonly left: IToken;
  readonly operatorToken: IToken;
  readonly valueToken: IToken;
  readonly isFlag: boolean;
}

/** Warns of what works by accident, and refuses the old override syntax. False: no statement. */
export function checkAssignment(assignment: CheckedAssignment, context: FileContext): boolean {
  warnMissingBlanks(assignment, context);
  const { name, operator, value, isFlag } = assignment;
  if (!isFlag && operator !== '??=') {
    const quote = joinLines(assignment.valueToken.image).charAt(0);
    const line = (renewed: string) => `${renewed} ${operator} ${quote}${value.text}${quote}`;
    if (!checkOldName(name, line, context)) return false;
  }
  if (/[+.]/.test(operator) && /:(?:append|prepend|remove)/.test(name.text)) {
    context.report({
      code: 'discouraged-operator',
      severity: 'warning',
      message: `\`${name.text} ${operator}\` is not a recommended operator combination`,
      span: tokenSpan(context, assignment.operatorToken),
      help: `write \`${name.text} = ...\`; \`${operator}\` acts on the text that is appended, not on the variable`,
    });
  }
  return true;
}

/** Refuses `def f_append(d):`: such a function cannot be appended to. */
export function checkDefName(name: NameText, context: FileContext): boolean {
  if (renewOldName(name.text) === undefined) return true;
  const message = `\`${name.text}\` contains an operation in the old override syntax`;
  const help = 'a `def` function knows no operations: give it another name, here and where it is called';
  context.report(errorDiagnostic('old-override-syntax', message, { span: name.span, help }));
  return false;
}

/** Refuses `A_append`; the help shows the line in today's syntax. */
export function checkOldName(name: NameText, line: (renewed: string) => string, context: FileContext): boolean {
  const renewed = name.text.startsWith('__anon_') ? undefined : renewOldName(name.text);
  if (renewed === undefined) return true;
  const message = `\`${name.text}\` contains an operation in the old override syntax`;
  context.report(
    errorDiagnostic('old-override-syntax', message, {
      span: name.span,
      help: `write \`${line(renewed)}\`; \`stx-bake convert-syntax ${context.source.path}\` rewrites the whole file`,
    }),
  );
  return false;
}

function warnMissingBlanks({ name, left, operatorToken, valueToken }: CheckedAssignment, context: FileContext): void {
  const before = operatorToken.startOffset > left.startOffset + left.image.length;
  const after = valueToken.startOffset > operatorToken.startOffset + operatorToken.image.length;
  if (before && after) return;
  context.report({
    code: 'assignment-whitespace',
    severity: 'warning',
    message: `a lack of whitespace around the assignment to \`${name.text}\``,
    span: tokenSpan(context, operatorToken),
    help: `put a blank before and behind \`${operatorToken.image}\``,
  });
}

/** `export A:b` without a value is no statement. */
export function checkExportedName(name: NameText, context: FileContext): boolean {
  return checkNoColon(name, 'export', context);
}

/** `unset` knows no overrides, and fewer flag names than an assignment. */
export function checkUnset(name: NameText, flag: IToken | undefined, context: FileContext): boolean {
  if (!checkNoColon(name, 'unset', context)) return false;
  if (flag === undefined || /^\[[^/]{2,}\]$/.test(joinLines(flag.image))) return true;
  const message = `expected a flag of two or more characters without \`/\`, got \`${flag.image}\``;
  const help = `set it instead: \`${name.text}${flag.image} = ""\``;
  context.report(errorDiagnostic('syntax-error', message, { span: tokenSpan(context, flag), help }));
  return false;
}

function checkNoColon(name: NameText, keyword: string, context: FileContext): boolean {
  const colon = name.text.indexOf(':');
  if (colon === -1) return true;
  const at = name.span.start + name.span.source.text.slice(name.span.start, name.span.end).indexOf(':');
  const message = `expected the end of the line, got \`${name.text.slice(colon)}\``;
  const help = `\`${keyword}\` takes a name without overrides: \`${keyword} ${name.text.slice(0, colon)}\``;
  context.report(errorDiagnostic('syntax-error', message, { span: context.source.span(at, name.span.end), help }));
  return false;
}
