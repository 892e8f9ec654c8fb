import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { SourceText } from '../base/source-text.ts';
import { parseRecipeFile } from '../language/parse-recipe-file.ts';
import type { FileKind, ParsedFile, Statement } from '../language/statements.ts';
import { type FormatContext, formatStatement, type JoinedNames, trimLineEnds } from './format-statement.ts';
import { isListVariable } from './list-variables.ts';
import { meaningOf, withoutTail } from './same-meaning.ts';

/** A formatted text, or why there is none: what is wrong with the file. */
export type FormattedFile =
  | { readonly text: string; readonly diagnostics?: undefined }
  | { readonly text?: undefined; readonly diagnostics: readonly Diagnostic[] };

/**
 * A file in the style of docs/recipe-style.md. What it says stays: the result is parsed and compared, and every comment
 * is there. A file with errors is left alone: their diagnostics instead.
 */
export function formatFile(source: SourceText, kind: FileKind): FormattedFile {
  const text = source.text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  const file = parseRecipeFile(text === source.text ? source : new SourceText(source.path, text), kind);
  const errors = file.diagnostics.filter((each) => each.severity === 'error');
  if (errors.length > 0) return { diagnostics: errors };
  const context: FormatContext = { text: file.source.text, joinedNames: joinedNames(file.statements) };
  const keep = new Set<Statement>();
  // A statement whose meaning the layout would change keeps the one it has.
  for (let round = 0; round < 2; round++) {
    const written = writeFile(file, keep, context);
    const changed = changedStatements(file, written, context);
    if (changed?.length === 0 && sameComments(context.text, written)) return { text: written };
    for (const each of changed ?? file.statements) keep.add(each);
  }
  const message = 'formatting would change what the file says, so it was left alone';
  const span = source.span(0, 1);
  const help = 'this is a mistake of ours: please report it with the file';
  return { diagnostics: [errorDiagnostic('internal-error', message, { span, help })] };
}

/** The statements that the written text no longer says; `undefined` when it has others. */
function changedStatements(
  file: ParsedFile,
  written: string,
  context: FormatContext,
): readonly Statement[] | undefined {
  const again = parseRecipeFile(new SourceText(file.source.path, written), file.kind);
  const broken = again.diagnostics.some((each) => each.severity === 'error');
  if (broken || again.statements.length !== file.statements.length) return undefined;
  return file.statements.filter((each, index) => {
    const other = again.statements[index];
    return other === undefined || meaningOf(each, context) !== meaningOf(other, context);
  });
}

function sameComments(before: string, after: string): boolean {
  return commentLines(before) === commentLines(after);
}

function commentLines(text: string): string {
  return trimLineEnds(text)
    .split('\n')
    .filter((line) => line.startsWith('#'))
    .join('\n');
}

/** Names to which `.=`, `=.`, `:append` or `:prepend` of this file puts text without a blank. */
function joinedNames(statements: readonly Statement[]): JoinedNames {
  const atStart = new Set<string>();
  const atEnd = new Set<string>();
  for (const each of statements) {
    if (each.kind !== 'assign' || !isListVariable(each.name.text)) continue;
    const [base = ''] = each.name.text.split(':', 1);
    const appends = each.operator === '.=' || /:append(?=:|$)/.test(each.name.text);
    const prepends = each.operator === '=.' || /:prepend(?=:|$)/.test(each.name.text);
    if (appends && !/^\s/.test(each.value.text)) atEnd.add(base);
    if (prepends && !/\s$/.test(each.value.text)) atStart.add(base);
  }
  return { atStart, atEnd };
}

/** Lines of the result; at most one empty line in a row, none at the start. */
class LineWriter {
  readonly #lines: string[] = [];

  add(text: string): void {
    if (text !== '' || (this.#lines.length > 0 && this.#lines.at(-1) !== '')) this.#lines.push(text);
  }

  text(): string {
    const text = this.#lines.join('\n').trimEnd();
    return text === '' ? '' : `${text}\n`;
  }
}

function writeFile(file: ParsedFile, keep: ReadonlySet<Statement>, context: FormatContext): string {
  const { text } = context;
  const writer = new LineWriter();
  let done = 0;
  for (const [index, each] of file.statements.entries()) {
    // `export A[flag] = "x"` is two statements in one place: the second says it all.
    if (file.statements[index + 1]?.span.start === each.span.start) continue;
    writeBetween(text.slice(done, each.span.start), done > 0, writer);
    done = endOf(each, text);
    if (keep.has(each)) done = Math.max(done, lineEndOf(text, done));
    const isRaw = keep.has(each) || each.kind === 'def';
    writer.add(isRaw ? trimLineEnds(text.slice(each.span.start, done)) : formatStatement(each, context));
  }
  writeBetween(text.slice(done), done > 0, writer);
  return writer.text();
}

/** Comments and empty lines behind the last indented line of a `def` are not part of it. */
function endOf(statement: Statement, text: string): number {
  const { start, end } = statement.span;
  return statement.kind === 'def' ? start + withoutTail(text.slice(start, end)).length : end;
}

/** A backslash behind a statement that is kept as it is stays too. */
function lineEndOf(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline;
}

/** Comments, empty lines and what gives no statement, between two statements. */
function writeBetween(gap: string, afterStatement: boolean, writer: LineWriter): void {
  const lines = trimLineEnds(gap).split('\n');
  const [first = ''] = lines;
  if (afterStatement) lines.shift();
  if (afterStatement && first !== '' && first !== '\\') writer.add(first);
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) writer.add(line);
}
