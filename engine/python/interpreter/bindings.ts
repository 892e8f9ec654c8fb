import type { Expression, Parameters, Statement } from '../parse-python.ts';
import { PythonException } from '../values/python-error.ts';
import type { CompileScope } from './compile-scope.ts';

/** A node of any kind, for walking. */
type AnyNode = { readonly nodeType: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as AnyNode).nodeType === 'string';
}

/** The nodes directly below a node. */
export function* childrenOf(node: object): Generator<AnyNode> {
  for (const value of Object.values(node)) {
    if (isNode(value)) yield value;
    else if (Array.isArray(value)) for (const each of value) if (isNode(each)) yield each;
  }
}

const ownScope = new Set(['FunctionDef', 'AsyncFunctionDef', 'ClassDef', 'Lambda']);

/** Whether code of this function, not of one inside it, has a `yield`. */
export function hasYield(node: object): boolean {
  for (const child of childrenOf(node)) {
    if (child.nodeType === 'Yield' || child.nodeType === 'YieldFrom') return true;
    if (!ownScope.has(child.nodeType) && hasYield(child)) return true;
  }
  return false;
}

/** Makes every name that statements bind known to their scope. */
export function declareBindings(statements: readonly Statement[], scope: CompileScope): void {
  for (const each of statements) declareNames(each as unknown as AnyNode, scope, 'names');
  for (const each of statements) visit(each as unknown as AnyNode, scope);
}

/** Makes the names that `:=` binds in an expression known to its scope. */
export function declareInExpression(node: Expression, scope: CompileScope): void {
  visit(node as unknown as AnyNode, scope);
}

function declareNames(node: AnyNode, scope: CompileScope, key: string): void {
  if (node.nodeType === 'Global') for (const name of node[key] as readonly string[]) scope.globals.add(name);
  else if (node.nodeType === 'Nonlocal') for (const name of node[key] as readonly string[]) scope.nonlocals.add(name);
  else if (!ownScope.has(node.nodeType)) for (const child of childrenOf(node)) declareNames(child, scope, key);
}

function visit(node: AnyNode, scope: CompileScope): void {
  const bind = binders[node.nodeType];
  bind?.(node, scope);
  if (ownScope.has(node.nodeType)) {
    // Defaults, decorators and bases are evaluated outside, and may hold `:=`.
    for (const child of childrenOf(node)) if (child.nodeType !== 'Arg') visitOutside(child, scope);
  } else for (const child of childrenOf(node)) visit(child, scope);
}

function visitOutside(node: AnyNode, scope: CompileScope): void {
  if (node.nodeType === 'NamedExpr') visit(node, scope);
}

const binders: Readonly<Record<string, (node: AnyNode, scope: CompileScope) => void>> = {
  Assign: (node, scope) => {
    for (const each of node['targets'] as readonly AnyNode[]) bindTarget(each, scope);
  },
  AugAssign: (node, scope) => bindTarget(node['target'] as AnyNode, scope),
  AnnAssign: (node, scope) => bindTarget(node['target'] as AnyNode, scope),
  For: (node, scope) => bindTarget(node['target'] as AnyNode, scope),
  NamedExpr: (node, scope) => bindTarget(node['target'] as AnyNode, scope),
  Delete: (node, scope) => {
    for (const each of node['targets'] as readonly AnyNode[]) bindTarget(each, scope);
  },
  With: (node, scope) => {
    for (const each of node['items'] as readonly AnyNode[]) {
      if (isNode(each['optional_vars'])) bindTarget(each['optional_vars'], scope);
    }
  },
  ExceptHandler: bindName,
  MatchAs: bindName,
  MatchStar: bindName,
  MatchMapping: (node, scope) => {
    if (typeof node['rest'] === 'string') scope.declare(node['rest']);
  },
  FunctionDef: (node, scope) => scope.declare(String(node['name'])),
  AsyncFunctionDef: (node, scope) => scope.declare(String(node['name'])),
  ClassDef: (node, scope) => scope.declare(String(node['name'])),
  Import: (node, scope) => {
    for (const { name, asname } of node['names'] as readonly { name: string; asname?: string }[]) {
      scope.declare(asname ?? name.split('.')[0] ?? name);
    }
  },
  ImportFrom: (node, scope) => {
    for (const { name, asname } of node['names'] as readonly { name: string; asname?: string }[]) {
      if (name !== '*') scope.declare(asname ?? name);
    }
  },
};

function bindName(node: AnyNode, scope: CompileScope): void {
  if (typeof node['name'] === 'string') scope.declare(node['name']);
}

function bindTarget(node: AnyNode, scope: CompileScope): void {
  if (node.nodeType === 'Name') scope.declare(String(node['id']));
  else if (node.nodeType === 'Starred') bindTarget(node['value'] as AnyNode, scope);
  else if (node.nodeType === 'Tuple' || node.nodeType === 'List') {
    for (const each of node['elts'] as readonly AnyNode[]) bindTarget(each, scope);
  }
}

/** The names of a comprehension's targets. */
export function declareTarget(node: Expression, scope: CompileScope): void {
  bindTarget(node as unknown as AnyNode, scope);
}

/** The names of parameters, in the order of their slots. Throws SyntaxError for one that comes twice. */
export function parameterNames(parameters: Parameters): readonly string[] {
  const { posonlyargs, args, vararg, kwonlyargs, kwarg } = parameters;
  const all = [...posonlyargs, ...args, ...(vararg ? [vararg] : []), ...kwonlyargs, ...(kwarg ? [kwarg] : [])];
  const names = all.map((each) => each.arg);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new PythonException('SyntaxError', `duplicate argument '${twice}' in function definition`);
  }
  return names;
}
