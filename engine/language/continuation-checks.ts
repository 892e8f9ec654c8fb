import type { IToken } from 'chevrotain';
import { type Diagnostic, errorDiagnostic, type RelatedPlace } from '../base/diagnostic.ts';
import type { FileContext } from './file-context.ts';
import type { LexedFile } from './lexer.ts';
import { logicalLineEnd } from './lexical-patterns.ts';
import type { Statement } from './statements.ts';
import { tokens as t } from './tokens.ts';

const jointBeforeComment = /\\[^\S\n]*\n(?=#)/g;
const jointBeforeOther = /\\[^\S\n]*\n(?!#)/;

/** What was read of a file: statements and what was reported so far. */
export interface Reading {
  readonly statements: readonly Statement[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Adds what is wrong with backslashes at line ends, and drops what was reported only in consequence. */
export function checkContinuations(reading: Reading, lexed: LexedFile, context: FileContext): Reading {
  const { text } = context;
  if (!/\\[^\S\n]*\n/.test(text)) return reading;
  const opaque = opaqueRanges(lexed);
  const broken = [
    ...lexed.comments.flatMap((each) => brokenComment(each, context)),
    ...(context.kind === 'configuration' ? [] : commentsInStatements(opaque, context)),
    ...unfinishedStatement(opaque, context),
  ];
  const fileEndsAt = context.source.text.length;
  const covered = (start: number) =>
    broken.some((each) => each.start <= start && (start < each.end || each.end >= fileEndsAt));
  return {
    statements: reading.statements.filter((each) => !covered(each.span.start)),
    diagnostics: [
      ...reading.diagnostics
        .filter((each) => each.span === undefined || !covered(each.span.start))
        .map((each) => addStatementEnd(each, context)),
      ...broken.map((each) => each.diagnostic),
    ],
  };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A logical line that cannot be read. */
interface BrokenLine extends Range {
  readonly diagnostic: Diagnostic;
}

function rangeOf(token: IToken): Range {
  return { start: token.startOffset, end: token.startOffset + token.image.length };
}

/** Where a backslash at a line end joins nothing: functions and comments. */
function opaqueRanges({ tokens, comments }: LexedFile): readonly Range[] {
  const functions = tokens.filter((each) => each.tokenType === t.functionBody || each.tokenType === t.def);
  return [...functions, ...comments].map(rangeOf);
}

function brokenComment(comment: IToken, context: FileContext): readonly BrokenLine[] {
  if (!jointBeforeOther.test(comment.image)) return [];
  const { start, end } = rangeOf(comment);
  const lineEnd = context.text.indexOf('\n', start);
  const message =
    'a comment that ends in a backslash goes on in a line that is no comment: confusing multiline comment';
  const help = 'begin the next line with `#`, or remove the backslash';
  const span = context.source.span(start, lineEnd);
  const related = end < context.source.text.length ? [] : [fileEnd(context)];
  return [{ start, end, diagnostic: errorDiagnostic('syntax-error', message, { span, help, related }) }];
}

function commentsInStatements(opaque: readonly Range[], context: FileContext): readonly BrokenLine[] {
  const { text } = context;
  const found: BrokenLine[] = [];
  for (const match of text.matchAll(jointBeforeComment)) {
    if (match.index < (found.at(-1)?.end ?? 0)) continue;
    if (opaque.some((each) => each.start <= match.index && match.index < each.end)) continue;
    const start = logicalLineStart(text, match.index);
    const hash = match.index + match[0].length;
    const message =
      'a comment in the middle of a multiline statement is invalid: expected the rest of the statement, got `#`';
    const help = 'move the comment above the statement';
    const span = context.source.span(hash, text.indexOf('\n', hash));
    const end = logicalLineEnd(text, start);
    found.push({ start, end, diagnostic: errorDiagnostic('syntax-error', message, { span, help }) });
  }
  return found;
}

function unfinishedStatement(opaque: readonly Range[], context: FileContext): readonly BrokenLine[] {
  const { text } = context;
  const at = text.lastIndexOf('\\');
  const unfinished = context.kind !== 'configuration' && at !== -1 && /^\s*$/.test(text.slice(at + 1));
  if (!unfinished || text.indexOf('\n', at) !== text.length - 1) return [];
  if (opaque.some((each) => each.start <= at && at < each.end)) return [];
  const message = 'expected the rest of the statement after the backslash, got the end of the file';
  const help = 'remove the backslash, or add the missing line';
  const related = [fileEnd(context)];
  const span = context.source.span(at, at + 1);
  const diagnostic = errorDiagnostic('syntax-error', message, { span, help, related });
  return [{ start: logicalLineStart(text, at), end: text.length, diagnostic }];
}

function fileEnd({ source }: FileContext): RelatedPlace {
  return { span: source.span(source.text.length, source.text.length), message: 'the file ends here' };
}

function logicalLineStart(text: string, at: number): number {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!text.slice(previous, start).trimEnd().endsWith('\\')) break;
    start = previous;
  }
  return start;
}

const notOfOneStatement = new Set(['python-tabs', 'unclosed-function']);

/** A problem in a statement of several lines also names the last one, which is the line that BitBake reports. */
function addStatementEnd(diagnostic: Diagnostic, context: FileContext): Diagnostic {
  const { span, related = [] } = diagnostic;
  if (span === undefined || related.length > 0 || notOfOneStatement.has(diagnostic.code)) return diagnostic;
  const { text } = context;
  const end = logicalLineEnd(text, span.start);
  const lastLine = text.lastIndexOf('\n', end - 1) + 1;
  if (lastLine <= span.start) return diagnostic;
  return { ...diagnostic, related: [{ span: context.source.span(lastLine, end), message: 'the statement ends here' }] };
}
