import type { CstNode, IToken } from 'chevrotain';
import { errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { type FileContext, spanTo, tokenIn, tokenSpan } from './file-context.ts';
import { joinLines, logicalLineEnd } from './lexical-patterns.ts';
import { checkDefName, checkOldName } from './statement-checks.ts';
import type { NameText, Statement } from './statements.ts';

interface Header {
  readonly python: boolean;
  readonly fakeroot: boolean;
  readonly name: NameText;
}

const headerParts = /^((?:(?:python(?=[\s(])|fakeroot(?=\s))\s*)*)([^\s(]*)/;

function readHeader(token: IToken, context: FileContext): Header {
  const [, words = '', name = ''] = headerParts.exec(joinLines(token.image)) ?? [];
  const image = token.image;
  const written = name === '' ? image.indexOf('(') : image.lastIndexOf(name, image.lastIndexOf('('));
  const start = token.startOffset + Math.max(written, 0);
  const span = context.source.span(start, start + Math.max(name.length, 1));
  return { python: words.includes('python'), fakeroot: words.includes('fakeroot'), name: { text: name, span } };
}

/** `name() { ... }`, also `python name() {`, `fakeroot name() {` and anonymous Python. */
export function buildFunction(node: CstNode, context: FileContext): readonly Statement[] {
  const headerToken = tokenIn(node, 'FunctionHeader');
  const end = tokenIn(node, 'FunctionEnd');
  if (headerToken === undefined || end === undefined) return [];
  const { python, fakeroot, name } = readHeader(headerToken, context);
  if (refusedInConfiguration(name.text === '' ? 'a function' : `function \`${name.text}\``, headerToken, context))
    return [];
  const anonymous = name.text === '' || name.text === '__anonymous';
  const renewed = (text: string) => tokenSpanText(headerToken).replace(name.text, text);
  if (!anonymous && !checkOldName(name, renewed, context)) return [];
  const image = tokenIn(node, 'FunctionBody')?.image ?? '';
  const start = headerToken.startOffset + headerToken.image.length;
  const bodySpan = context.source.span(start, end.startOffset);
  const language = python || anonymous ? 'python' : 'shell';
  if (language === 'python') warnTabs(image, start, context);
  const span = spanTo(context, headerToken, end);
  return [{ kind: 'function', name, language, fakeroot, anonymous, body: trimLines(image), bodySpan, span }];
}

function tokenSpanText(token: IToken): string {
  return joinLines(token.image).trimEnd();
}

/** A function without its `}`: the parser's error in words that name the header. */
export function explainUnclosedFunction(headerToken: IToken, context: FileContext): void {
  const { source } = context;
  const { name } = readHeader(headerToken, context);
  const start = headerToken.startOffset + headerToken.image.length;
  const indented = /\n[^\S\n]+\}[^\S\n]*(?=\n)/.exec(source.text.slice(start - 1));
  const related: { span: Span; message: string }[] = [];
  if (indented !== null) {
    const at = start - 1 + indented.index + indented[0].indexOf('}');
    related.push({ span: source.span(at, at + 1), message: 'this `}` is indented and belongs to the body' });
  }
  related.push({ span: source.span(source.text.length, source.text.length), message: 'the file ends here' });
  const what = name.text === '' ? 'the anonymous function' : `function \`${name.text}\``;
  context.report(
    errorDiagnostic(
      'unclosed-function',
      `${what} is never closed: expected \`}\` in the first column, got the end of the file`,
      {
        span: tokenSpan(context, headerToken),
        related,
        help: 'end the function with a line that is `}`, without blanks before it',
      },
    ),
  );
}

/** A `def` block. */
export function buildDef(token: IToken, context: FileContext): readonly Statement[] {
  const image = token.image.slice(0, context.source.text.length - 1 - token.startOffset);
  const headerEnd = logicalLineEnd(image, 0);
  const header = joinLines(image.slice(0, headerEnd)).trimEnd();
  const name = /^def\s+([\p{L}\p{N}_]+)/u.exec(header)?.[1] ?? '';
  if (refusedInConfiguration(`function \`${name}\``, token, context)) return [];
  const at = token.startOffset + Math.max(token.image.indexOf(name), 0);
  const nameText = { text: name, span: context.source.span(at, at + name.length) };
  if (!checkDefName(nameText, context)) return [];
  const body = image.slice(headerEnd);
  warnTabs(body, token.startOffset + headerEnd, context);
  const span = context.source.span(token.startOffset, token.startOffset + token.image.trimEnd().length);
  return [{ kind: 'def', name, text: header + trimLines(body), span }];
}

/** Blanks at the end of a line never count. */
function trimLines(text: string): string {
  return /[^\S\n]\n|[^\S\n]$/.test(text) ? text.replace(/[^\S\n]+(?=\n|$)/g, '') : text;
}

function warnTabs(body: string, offset: number, context: FileContext): void {
  if (!body.includes('\t')) return;
  for (const match of body.matchAll(/(?:^|\n)( *\t)(?=[^\n]*\S)/g)) {
    const start = offset + match.index + match[0].length - 1;
    context.report({
      code: 'python-tabs',
      severity: 'warning',
      message: 'python should use 4 spaces indentation, but found tabs',
      span: context.source.span(start, start + 1),
      help: 'replace the tab by blanks',
    });
  }
}

function refusedInConfiguration(what: string, token: IToken, context: FileContext): boolean {
  if (context.kind !== 'configuration') return false;
  const end = token.startOffset + logicalLineEnd(token.image.trimEnd(), 0);
  context.report(
    errorDiagnostic(
      'misplaced-statement',
      `expected an assignment or an include, got ${what} in a configuration file`,
      {
        span: context.source.span(token.startOffset, end),
        help: 'functions belong into recipes and classes',
      },
    ),
  );
  return true;
}
