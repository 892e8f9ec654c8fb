import { createRequire } from 'node:module';
import type * as PyAst from 'py-ast';
import { mixedIndentation } from './mixed-indentation.ts';
import { unclosedBracket } from './unclosed-bracket.ts';
import { LimitReached, PythonException } from './values/python-error.ts';

/** An expression of the tree, shaped as in CPython's `ast`. */
export type Expression = PyAst.ExprNode;
/** A node of one kind: `Node<'Call'>`. */
export type Node<K extends Expression['nodeType']> = Extract<Expression, { readonly nodeType: K }>;
/** One `for ... in ... if ...` of a comprehension. */
export type ComprehensionClause = PyAst.Comprehension;
/** The parameters of a lambda or function. */
export type Parameters = PyAst.Arguments;
/** A statement of the tree. */
export type Statement = PyAst.StmtNode;
/** A statement of one kind: `StatementNode<'For'>`. */
export type StatementNode<K extends Statement['nodeType']> = Extract<Statement, { readonly nodeType: K }>;
/** A whole text of statements. */
export type ModuleTree = PyAst.Module;

/** An expression with the text it was read from. */
export interface ParsedExpression {
  readonly code: string;
  readonly tree: Expression;
}

const load = createRequire(import.meta.url);
const expressions = new Map<string, ParsedExpression | PythonException>();
const modules = new Map<string, ModuleTree | PythonException>();
const maxCached = 50_000;

/**
 * Reads one expression, remembered by its text. Throws PythonException `SyntaxError`.
 * py-ast is loaded when the first text comes: most commands of the program evaluate no Python.
 */
export function parseExpression(code: string): ParsedExpression {
  const text = code.trim();
  return remembered(expressions, text, () => {
    const module = parseTree(text);
    const [only, ...others] = module.body;
    if (only === undefined || only.nodeType !== 'Expr' || others.length > 0) {
      throw new PythonException('SyntaxError', only === undefined ? 'an expression is missing' : 'not an expression');
    }
    return { code: text, tree: only.value };
  });
}

/** Statements with the text whose lines and columns their nodes count. */
export interface ParsedBody {
  readonly code: string;
  /** How many lines stand in `code` before the first line of the given text. */
  readonly linesBefore: number;
  readonly statements: readonly Statement[];
}

const bodies = new Map<string, ParsedBody | PythonException>();

/** Reads statements, remembered by their text; an indented text is read as the body it is. Throws PythonException `SyntaxError`. */
export function parseBody(code: string): ParsedBody {
  return remembered(bodies, code, () => {
    const indented = /^(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]+[^\s#]/.test(code);
    if (!indented) return { code, linesBefore: 0, statements: parseTree(code).body };
    const text = `if 1:\n${code}`;
    const [only, ...more] = withLinesShifted(() => parseTree(text)).body.filter((each) => each.nodeType !== 'Comment');
    if (only?.nodeType !== 'If' || more.length > 0)
      throw new PythonException('SyntaxError', 'unindent does not match any outer indentation level');
    return { code: text, linesBefore: 1, statements: only.body };
  });
}

function withLinesShifted<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PythonException) for (const place of error.trace) place.line -= 1;
    throw error;
  }
}

/** Reads statements; an indented text is read as the body it is. Throws PythonException `SyntaxError`. */
export function parseStatements(code: string): ModuleTree {
  return remembered(modules, code, () => ({ ...emptyModule, body: [...parseBody(code).statements] }));
}

const emptyModule: Omit<ModuleTree, 'body'> = { nodeType: 'Module', lineno: 1, col_offset: 0 };

/** Deeper nesting than this is not given to the parser, which calls itself for each level. */
const maxNesting = 200;
const maxLength = 2_000_000;

function parseTree(code: string): ModuleTree {
  if (code.length > maxLength) throw new LimitReached(`is longer than ${maxLength} characters`);
  checkNesting(code);
  checkIndentation(code);
  const { parse } = load('py-ast') as typeof PyAst;
  try {
    return parse(code);
  } catch (error) {
    if (error instanceof RangeError) throw new LimitReached('nests too deep');
    const { message } = error as Error;
    // A string that is never closed hides brackets: it comes first.
    throw (/unterminated/i.test(message) ? undefined : unclosedError(code)) ?? syntaxError(message);
  }
}

function checkIndentation(code: string): void {
  const line = mixedIndentation(code);
  if (line === undefined) return;
  const error = new PythonException('SyntaxError', 'TabError: inconsistent use of tabs and spaces in indentation');
  error.trace.push({ name: '', line, column: 0, source: undefined });
  throw error;
}

function checkNesting(code: string): void {
  if (code.length < maxNesting) return;
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    const char = code.charCodeAt(at);
    if (char === 40 || char === 91 || char === 123) depth += 1;
    else if ((char === 41 || char === 93 || char === 125) && depth > 0) depth -= 1;
    if (depth > maxNesting * 2) throw new LimitReached('nests too deep');
  }
}

/** A bracket that is never closed makes the parser complain somewhere behind it: the bracket is what people must see. */
function unclosedError(code: string): PythonException | undefined {
  const found = unclosedBracket(code);
  if (found === undefined) return undefined;
  const error = new PythonException('SyntaxError', `\`${found.bracket}\` is never closed`);
  error.trace.push({ name: '', line: found.line, column: found.column, source: undefined });
  return error;
}

/** The parser's message without its place, which goes into the trace. */
function syntaxError(message: string): PythonException {
  const match = /^([\s\S]*?) at line (\d+)(?:, column (\d+))?$/.exec(message);
  const error = new PythonException('SyntaxError', (match?.[1] ?? message).replace(/^[A-Z](?=[a-z])/, lowerCase));
  if (match !== null) {
    error.trace.push({ name: '', line: Number(match[2]), column: Number(match[3] ?? 0), source: undefined });
  }
  return error;
}

function lowerCase(letter: string): string {
  return letter.toLowerCase();
}

function remembered<T extends object>(cache: Map<string, T | PythonException>, text: string, make: () => T): T {
  let known = cache.get(text);
  if (known === undefined) {
    known = attempt(make);
    if (cache.size >= maxCached) cache.clear();
    cache.set(text, known);
  }
  if (known instanceof PythonException) throw known;
  return known;
}

function attempt<T>(make: () => T): T | PythonException {
  try {
    return make();
  } catch (error) {
    if (error instanceof PythonException) return error;
    throw error;
  }
}
