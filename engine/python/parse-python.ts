import { createRequire } from 'node:module';
import type * as PyAst from 'py-ast';
import { LimitReached, PythonException } from './values/python-error.ts';

/** An expression of the tree, shaped as in CPython's `ast`. */
export type Expression = PyAst.ExprNode;
/** A node of one kind: `Node<'Call'>`. */
export type Node<K extends Expression['nodeType']> = Extract<Expression, { readonly nodeType: K }>;
/** One `for ... in ... if ...` of a comprehension. */
export type ComprehensionClause = PyAst.Comprehension;
/** The parameters of a lambda or function. */
export type Parameters = PyAst.Arguments;
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

/** Reads statements; an indented text is read as the body it is. Throws PythonException `SyntaxError`. */
export function parseStatements(code: string): ModuleTree {
  const indented = /^(?:[ \t]*\n)*[ \t]+\S/.test(code);
  return remembered(modules, code, () => parseTree(indented ? `if 1:\n${code}` : code));
}

function parseTree(code: string): ModuleTree {
  const { parse } = load('py-ast') as typeof PyAst;
  try {
    return parse(code);
  } catch (error) {
    if (error instanceof RangeError) throw new LimitReached('nests too deep');
    throw new PythonException('SyntaxError', (error as Error).message.replace(/^[A-Z](?=[a-z])/, lowerCase));
  }
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
