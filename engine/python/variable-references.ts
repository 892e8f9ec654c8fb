import { StxError } from '../base/stx-error.ts';
import { parseExpansion } from '../language/expansion.ts';
import { type Expression, parseStatements } from './parse-python.ts';
import { PythonException } from './values/python-error.ts';

/** What Python code refers to, read from its tree: nothing is run. */
export interface PythonReferences {
  /** Names of variables, and `VAR[flag]` for flags. */
  readonly variables: ReadonlySet<string>;
  /** Variables of which a flag is read whose name is no literal: any of their flags. */
  readonly flagsOf: ReadonlySet<string>;
  /** Dotted names of called functions, and names given to `bb.build.exec_func`. */
  readonly functions: ReadonlySet<string>;
  /** Items that the code tests for, by variable: these stand for the variable in a signature. */
  readonly contains: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether it reads a variable whose name is no literal. */
  readonly isComputed: boolean;
}

interface Found {
  isComputed: boolean;
  readonly variables: Set<string>;
  readonly flagsOf: Set<string>;
  readonly functions: Set<string>;
  readonly contains: Map<string, Set<string>>;
}

type CallNode = Extract<Expression, { readonly nodeType: 'Call' }>;

const cache = new Map<string, PythonReferences>();
const maxCached = 50_000;

/** The references of an expression or of statements. BitBake: codeparser.py. Throws StxError `python-syntax`. */
export function pythonReferences(code: string): PythonReferences {
  const known = cache.get(code);
  if (known !== undefined) return known;
  const names = { variables: new Set<string>(), flagsOf: new Set<string>(), functions: new Set<string>() };
  const found: Found = { ...names, contains: new Map(), isComputed: false };
  if (code.trim() !== '') visitCode(code, found);
  if (cache.size >= maxCached) cache.clear();
  cache.set(code, found);
  return found;
}

function visitCode(code: string, found: Found): void {
  try {
    visit(parseStatements(/\n/.test(code.trim()) ? code : code.trim()), found);
  } catch (error) {
    if (!(error instanceof PythonException)) throw error;
    const shown = code.trim().split('\n', 1)[0] ?? '';
    throw StxError.of('python-syntax', `\`${shown}\` is not valid Python: ${error.message}`, { cause: error });
  }
}

/** Walks everything below a node with a stack of its own: bodies may be long. */
function visit(root: object, found: Found): void {
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (Array.isArray(node)) open.push(...node);
    else if (typeof node === 'object' && node !== null) {
      if ('nodeType' in node && node.nodeType === 'Call') visitCall(node as CallNode, found);
      open.push(...Object.values(node));
    }
  }
}

const readers = ['.getVar', '.appendVar', '.prependVar', 'oe.utils.conditional'];
const flagReaders = ['.getVarFlag', '.appendVarFlag', '.prependVarFlag'];
const containsFunctions = new Set(['bb.utils.contains', 'base_contains']);
const containsAnyFunctions = new Set(['bb.utils.contains_any', 'bb.utils.filter']);
const runners = new Set(['bb.build.exec_func', 'bb.build.exec_task']);

function visitCall(call: CallNode, found: Found): void {
  const name = dottedName(call.func);
  if (name === undefined) return;
  if (readsVariable(name)) {
    const variable = textConstant(call.args[0]);
    if (variable === undefined) found.isComputed = true;
    else visitRead(name, { variable, second: call.args[1] }, found);
  } else if (name.endsWith('.expand')) {
    const text = textConstant(call.args[0]);
    if (text === undefined) found.isComputed = true;
    else visitText(text, found);
  } else if (runners.has(name)) {
    const run = textConstant(call.args[0]);
    if (run !== undefined) found.functions.add(run);
  } else found.functions.add(name);
}

function readsVariable(name: string): boolean {
  if (containsFunctions.has(name) || containsAnyFunctions.has(name)) return true;
  return readers.some((each) => name.endsWith(each)) || flagReaders.some((each) => name.endsWith(each));
}

/** A test of items that are no literal depends on the whole variable. */
function visitRead(
  name: string,
  read: { readonly variable: string; readonly second: Expression | undefined },
  found: Found,
): void {
  const item = textConstant(read.second);
  const items = containsFunctions.has(name) ? [item ?? ''] : (item ?? '').split(/\s+/).filter(Boolean);
  const isTest = containsFunctions.has(name) || containsAnyFunctions.has(name);
  if (isTest && item !== undefined) addItems(found, read.variable, items);
  else if (!flagReaders.some((each) => name.endsWith(each))) found.variables.add(read.variable);
  else if (item !== undefined) found.variables.add(`${read.variable}[${item}]`);
  else found.flagsOf.add(read.variable);
}

/** The literal of `d.expand("...")`. */
function visitText(text: string, found: Found): void {
  for (const part of parseExpansion(text)) {
    if (part.kind === 'reference') found.variables.add(part.name);
    else if (part.kind === 'inline') visitCode(part.code, found);
  }
}

function addItems(found: Found, variable: string, items: readonly string[]): void {
  const known = found.contains.get(variable) ?? new Set();
  for (const item of items) known.add(item);
  found.contains.set(variable, known);
}

function dottedName(node: Expression): string | undefined {
  if (node.nodeType === 'Name') return node.id;
  if (node.nodeType !== 'Attribute') return undefined;
  const before = dottedName(node.value);
  return before === undefined ? undefined : `${before}.${node.attr}`;
}

function textConstant(node: Expression | undefined): string | undefined {
  return node?.nodeType === 'Constant' && typeof node.value === 'string' ? node.value : undefined;
}
