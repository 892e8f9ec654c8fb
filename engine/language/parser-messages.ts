import {
  EOF,
  type IParserErrorMessageProvider,
  type IRecognitionException,
  type IToken,
  type TokenType,
} from 'chevrotain';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { SourceText } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import { countUpTo, joinLines } from './lexical-patterns.ts';
import { assignOperators, tokens as t } from './tokens.ts';

/** The words a line of a recipe may begin with. */
const keywords = [
  'addfragments',
  'addhandler',
  'addpylib',
  'addtask',
  'def',
  'deltask',
  'export',
  'EXPORT_FUNCTIONS',
  'fakeroot',
  'include',
  'include_all',
  'inherit',
  'inherit_defer',
  'python',
  'require',
  'unset',
];

const statementHelp = `a statement is an assignment (\`NAME = "value"\`), a function or begins with one of ${keywords.join(', ')}`;

const expectations: ReadonlyMap<TokenType, string> = new Map([
  [t.operator, 'an assignment operator'],
  [t.value, 'a quoted value'],
  [t.name, 'a variable name'],
  [t.newline, 'the end of the line'],
  [t.functionEnd, '`}` in the first column'],
]);

const wordsAfter: Readonly<Record<string, string>> = {
  include: 'a file name',
  include_all: 'a file name',
  require: 'a file name',
  inherit: 'a class name',
  inherit_defer: 'a class name',
  addtask: 'a task name',
  deltask: 'a task name',
  addhandler: 'a function name',
  EXPORT_FUNCTIONS: 'a function name',
  addfragments: 'four words',
  addpylib: 'a directory and a name',
};

/** Chevrotain's message hooks in our words. Only the first can be reached: every other choice has an error token. */
export const messageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual, previous }) =>
    `expected ${describeExpected(expected, previous)}, got ${describeToken(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) => `expected a statement, got ${describeToken(firstRedundant)}`,
  buildNoViableAltMessage: ({ actual }) => `expected a statement, got ${describeToken(actual[0])}`,
  buildEarlyExitMessage: ({ actual }) => `expected a statement, got ${describeToken(actual[0])}`,
};

function describeExpected(expected: TokenType, previous: IToken): string {
  if (expected === t.words) return `${wordsAfter[previous.image] ?? 'a word'} after \`${previous.image}\``;
  return expectations.get(expected) ?? 'a statement';
}

function describeToken(token: IToken | undefined): string {
  if (token === undefined || token.tokenType === EOF) return 'the end of the file';
  return token.tokenType === t.newline ? 'the end of the line' : `\`${firstLine(token.image)}\``;
}

function firstLine(text: string): string {
  const line = joinLines(text).trimEnd();
  return line.length > 40 ? `${line.slice(0, 40)}...` : line;
}

/** A parser error with its exact place and a way out. */
export function explainParserError(error: IRecognitionException, source: SourceText): Diagnostic {
  const { token, previousToken: previous } = error as IRecognitionException & { readonly previousToken?: IToken };
  const start = token.tokenType === EOF ? source.text.length : token.startOffset;
  const end = token.tokenType === EOF || token.tokenType === t.newline ? start : start + token.image.trimEnd().length;
  const rule = error.context.ruleStack.at(-1);
  if (token.tokenType === t.wrongValue && isAssignment(rule)) return explainValue(token, source);
  const help = helpFor({ token, previous, rule });
  return errorDiagnostic('syntax-error', error.message, { span: source.span(start, end), help });
}

function isAssignment(rule: string | undefined): boolean {
  return rule === 'assignment' || rule === 'export';
}

interface Failure {
  readonly token: IToken;
  readonly previous: IToken | undefined;
  readonly rule: string | undefined;
}

function helpFor({ token, previous, rule }: Failure): string {
  const type = token.tokenType;
  if (type === t.wrongFlag) return flagHelp;
  if (rule === 'unset') return '`unset` takes one name: `unset NAME` or `unset NAME[flag]`';
  if (rule === 'command') return `write ${wordsAfter[previous?.image ?? ''] ?? 'a word'} on the same line`;
  if (type === t.wrongOperator) {
    const meant = assignOperators.find((each) => sameCharacters(each, token.image));
    return meant ? `did you mean \`${meant}\`?` : `the operators are ${assignOperators.join(' ')}`;
  }
  if (previous?.tokenType === t.operator) {
    return type === t.newline ? 'an empty value is written `""`' : `write the value in quotes: \`"${token.image}"\``;
  }
  if (rule === 'export') return '`export` takes one name: `export NAME` or `export NAME = "value"`';
  return previous?.tokenType === t.firstName
    ? firstWordHelp(previous, token)
    : 'an assignment is `NAME[flag] = "value"`';
}

function sameCharacters(a: string, b: string): boolean {
  const sorted = (text: string) => [...text].sort().join('');
  return sorted(a) === sorted(b) || (a === '=' && b === '==');
}

const flagHelp =
  'a flag directly follows the name, `NAME[flag]`; it holds letters, digits, `-`, `_`, `+`, `.`, and behind the first character `@` and `/`';

function firstWordHelp(word: IToken, next: IToken): string {
  const name = word.image;
  if (name === '}') return 'this `}` closes no function';
  if (name === 'def') return 'a `def` line ends in a colon: `def name(arguments):`';
  if (next.image.startsWith('(')) return `a function begins with \`${name}() {\`, the brace on the same line`;
  if (next.tokenType === t.junk && !next.image.startsWith('{')) {
    return 'a name holds letters, digits, `-`, `_`, `+`, `.`, `/`, `~`, `:` and references';
  }
  const needed = wordsAfter[name];
  if (needed !== undefined) return `\`${name}\` needs ${needed} behind it`;
  const known = keywords.includes(name) ? undefined : didYouMean(name, keywords);
  return known ?? statementHelp;
}

/** What is wrong with a text that begins with a quote and is no value. */
export function explainValue(token: IToken, source: SourceText): Diagnostic {
  const { image, startOffset: start } = token;
  const quote = image.charAt(0);
  const other = quote === '"' ? "'" : '"';
  const last = image.lastIndexOf(quote);
  if (last === 0) {
    const wrongQuote = image.length > 1 && image.endsWith(other) && countUpTo(image, other, 2) === 1;
    const at = wrongQuote ? start + image.length - 1 : start;
    return errorDiagnostic(
      'unterminated-value',
      `expected \`${quote}\` at the end of the value, got ${wrongQuote ? `\`${other}\`` : 'the end of the line'}`,
      {
        span: source.span(at, at + 1),
        help: `close the value with \`${quote}\`; a line that goes on ends in a backslash`,
      },
    );
  }
  if (last === image.length - 1) {
    const inner = start + image.indexOf(quote, 1);
    return errorDiagnostic('syntax-error', `expected the end of the line after the value, got a third \`${quote}\``, {
      span: source.span(inner, inner + 1),
      help: `put the value between \`${other}\` when it holds a \`${quote}\``,
    });
  }
  return explainTextAfterValue({ image, start, last }, source);
}

function explainTextAfterValue(
  { image, start, last }: { readonly image: string; readonly start: number; readonly last: number },
  source: SourceText,
): Diagnostic {
  const after = image.slice(last + 1);
  const text = after.replace(/^(?:\s|\\[^\S\n]*\n)+/, '');
  const at = start + image.length - (text === '' ? after.trimStart().length : text.length);
  const got = text === '' ? 'a backslash' : `\`${firstLine(text)}\``;
  const help = text.startsWith('#') ? 'a comment stands on a line of its own' : 'nothing may follow the closing quote';
  return errorDiagnostic('syntax-error', `expected the end of the line after the value, got ${got}`, {
    span: source.span(at, Math.max(at + 1, start + image.length)),
    help: text === '' ? 'take the backslash away: no line follows it' : help,
  });
}

/** What is wrong with a line that begins like no statement. */
export function explainUnreadable(token: IToken, source: SourceText): Diagnostic {
  const { image, startOffset: start } = token;
  if (start === 0 && image.startsWith('\ufeff')) {
    return errorDiagnostic('syntax-error', 'the file begins with a byte order mark', {
      span: source.span(0, 1),
      help: 'save it as UTF-8 without a byte order mark',
    });
  }
  const indent = image.length - image.trimStart().length;
  if (indent > 0) {
    const comment = image[indent] === '#';
    return errorDiagnostic(
      'syntax-error',
      `expected ${comment ? 'a comment' : 'a statement'} in the first column, got a blank`,
      {
        span: source.span(start, start + indent),
        help: 'remove the blanks at the start of the line; only function bodies and continued lines are indented',
      },
    );
  }
  if (token.tokenType === t.nameless) {
    const operator = /^[^\s'"\\]+/.exec(image)?.[0] ?? '=';
    return errorDiagnostic('syntax-error', `expected a variable name, got \`${operator}\``, {
      span: source.span(start, start + operator.length),
      help: 'an assignment is `NAME = "value"`',
    });
  }
  return errorDiagnostic('syntax-error', `expected a statement, got \`${firstLine(image) || '\\'}\``, {
    span: source.span(start, start + image.trimEnd().length),
    help: statementHelp,
  });
}
