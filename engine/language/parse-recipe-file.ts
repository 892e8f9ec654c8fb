import type { IRecognitionException, IToken } from 'chevrotain';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { SourceText } from '../base/source-text.ts';
import { explainUnclosedFunction } from './build-functions.ts';
import { buildStatements } from './build-statements.ts';
import { checkContinuations } from './continuation-checks.ts';
import type { FileContext } from './file-context.ts';
import { RecipeParser } from './grammar.ts';
import { createLexer } from './lexer.ts';
import { explainParserError } from './parser-messages.ts';
import type { FileKind, ParsedFile } from './statements.ts';
import { tokens as t } from './tokens.ts';

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Made when the first file is parsed; holds nothing of a file after its parse. */
const frontEnd = once(() => ({ lex: createLexer(), parser: new RecipeParser() }));

/** Reads a recipe, class, include or configuration file. Never throws: every syntax error is in `diagnostics`. */
export function parseRecipeFile(source: SourceText, kind: FileKind): ParsedFile {
  const { lex, parser } = frontEnd();
  const diagnostics: Diagnostic[] = [];
  const text = lineEnds(source.text);
  const context: FileContext = { source, text, kind, report: (each) => diagnostics.push(each) };
  const lexed = lex(finished(text), kind);
  parser.input = lexed.tokens;
  const file = parser.file();
  const errors = parser.errors;
  parser.input = [];
  for (const each of errors) explainError(each, lexed.tokens, context);
  const reading = { statements: buildStatements(file, context), diagnostics };
  const checked = checkContinuations(reading, lexed, context);
  return { source, kind, statements: checked.statements, diagnostics: inOrder(checked.diagnostics) };
}

/** A piece of a file as the lexer cuts it: a name, flag, operator, value, keyword, function header, body or comment. */
export interface FilePiece {
  /** The name of the token: `FirstName`, `Name`, `Flag`, `Value`, `FunctionHeader`, `FunctionBody`, `Def`, `Words`, `Comment`... */
  readonly type: string;
  /** As it stands in the file, line ends as `\n`. */
  readonly text: string;
  readonly start: number;
}

/** The pieces of a file in order, comments too; what is wrong with it does not matter. For tools that rewrite text in place. */
export function scanRecipeFile(source: SourceText, kind: FileKind): readonly FilePiece[] {
  const { tokens, comments } = frontEnd().lex(finished(lineEnds(source.text)), kind);
  return [...tokens, ...comments]
    .map((each) => ({ type: each.tokenType.name, text: each.image, start: each.startOffset }))
    .sort((a, b) => a.start - b.start);
}

function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
}

/** Every line end as `\n`; offsets stay the same. */
function lineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', ' \n').replaceAll('\r', '\n') : text;
}

/** A backslash at the end of the file gets an empty line to join. */
function finished(text: string): string {
  return /\\[^\S\n]*\n$/.test(text.slice(-256)) ? `${text}\n` : text;
}

function explainError(error: IRecognitionException, tokens: readonly IToken[], context: FileContext): void {
  if (error.context.ruleStack.at(-1) !== 'function') {
    context.report(explainParserError(error, context.source));
    return;
  }
  const header = tokens.findLast((each) => each.tokenType === t.functionHeader);
  if (header !== undefined) explainUnclosedFunction(header, context);
}
