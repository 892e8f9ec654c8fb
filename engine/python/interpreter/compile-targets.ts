import type { Expression, Node, StatementNode } from '../parse-python.ts';
import { attributeOf, deleteAttribute, setAttribute } from '../values/attributes.ts';
import { spend } from '../values/meter.ts';
import { operateInPlace } from '../values/operators.ts';
import { PythonException, typeError, valueError } from '../values/python-error.ts';
import { assignItem, deleteItem, subscript } from '../values/subscript.ts';
import { iterate, PythonList, typeNameOf, type Value } from '../values/value.ts';
import { compileName, compileStore } from './compile-name.ts';
import type { CompileScope } from './compile-scope.ts';
import { type Compiler, type Exec, normal, type Store } from './compiler.ts';
import type { Frame } from './frame.ts';

/** Stores a value in a name, attribute, subscript, or in the parts of a tuple. Throws SyntaxError for other targets. */
export function compileTarget(compiler: Compiler, node: Expression, scope: CompileScope): Store {
  switch (node.nodeType) {
    case 'Name':
      return compileStore(node.id, scope);
    case 'Attribute': {
      const object = compiler.expression(node.value, scope);
      return (frame, value) => {
        const self = object(frame);
        frame.at = node;
        setAttribute(self, node.attr, value);
      };
    }
    case 'Subscript': {
      const object = compiler.expression(node.value, scope);
      const key = compiler.expression(node.slice, scope);
      return (frame, value) => {
        const self = object(frame);
        const index = key(frame);
        frame.at = node;
        assignItem(self, index, value);
      };
    }
    case 'Tuple':
    case 'List':
      return compileUnpacking(compiler, node, scope);
    default:
      throw new PythonException('SyntaxError', `cannot assign to ${shownKind(node)}`);
  }
}

function shownKind(node: Expression): string {
  if (node.nodeType === 'Call') return 'function call';
  return node.nodeType === 'Constant' ? 'literal' : 'expression';
}

function compileUnpacking(compiler: Compiler, node: Node<'Tuple'> | Node<'List'>, scope: CompileScope): Store {
  const starred = node.elts.findIndex((each) => each.nodeType === 'Starred');
  const stores = node.elts.map((each) => compiler.target(each.nodeType === 'Starred' ? each.value : each, scope));
  if (node.elts.filter((each) => each.nodeType === 'Starred').length > 1) {
    throw new PythonException('SyntaxError', 'multiple starred expressions in assignment');
  }
  return (frame, value) => {
    frame.at = node;
    const parts = unpack(value, stores.length, starred);
    for (const [index, store] of stores.entries()) store(frame, parts[index] ?? null);
  };
}

function unpack(value: Value, count: number, starred: number): readonly Value[] {
  const items = itemsOf(value, starred === -1 ? count : undefined);
  const least = starred === -1 ? count : count - 1;
  if (items.length < least) {
    const wanted = starred === -1 ? `${least}` : `at least ${least}`;
    throw valueError(`not enough values to unpack (expected ${wanted}, got ${items.length})`);
  }
  if (starred === -1) {
    if (items.length > least) throw valueError(`too many values to unpack (expected ${least})`);
    return items;
  }
  const extra = items.length - least;
  const middle = new PythonList(items.slice(starred, starred + extra));
  return [...items.slice(0, starred), middle, ...items.slice(starred + extra)];
}

/** All items, or one more than wanted of those that may never end. */
function itemsOf(value: Value, wanted: number | undefined): readonly Value[] {
  if (value === null || (typeof value !== 'object' && typeof value !== 'string')) {
    throw typeError(`cannot unpack non-iterable ${typeNameOf(value)} object`);
  }
  const items: Value[] = [];
  for (const item of iterate(value)) {
    spend(1);
    items.push(item);
    if (wanted !== undefined && items.length > wanted) break;
  }
  return items;
}

/** `target op= value`. */
export function compileAugmented(
  compiler: Compiler,
  node: StatementNode<'AugAssign'>,
  scope: CompileScope,
): (frame: Frame, value: Value) => void {
  const operator = node.op.nodeType;
  const { target } = node;
  if (target.nodeType === 'Name') {
    const load = compileName(target, scope);
    const store = compileStore(target.id, scope);
    return (frame, value) => {
      const before = load(frame);
      frame.at = node;
      store(frame, operateInPlace(operator, before, value));
    };
  }
  if (target.nodeType === 'Attribute') {
    const object = compiler.expression(target.value, scope);
    return (frame, value) => {
      const self = object(frame);
      frame.at = node;
      setAttribute(self, target.attr, operateInPlace(operator, attributeOf(self, target.attr), value));
    };
  }
  if (target.nodeType !== 'Subscript') {
    throw new PythonException(
      'SyntaxError',
      `'${shownKind(target)}' is an illegal expression for augmented assignment`,
    );
  }
  const object = compiler.expression(target.value, scope);
  const key = compiler.expression(target.slice, scope);
  return (frame, value) => {
    const self = object(frame);
    const index = key(frame);
    frame.at = node;
    assignItem(self, index, operateInPlace(operator, subscript(self, index), value));
  };
}

/** `del target`. */
export function compileDelete(compiler: Compiler, target: Expression, scope: CompileScope): Exec {
  if (target.nodeType === 'Name') {
    const load = compileName(target, scope);
    const store = compileStore(target.id, scope);
    return (frame) => {
      load(frame);
      store(frame, undefined);
      return normal;
    };
  }
  if (target.nodeType === 'Tuple' || target.nodeType === 'List') {
    const parts = target.elts.map((each) => compileDelete(compiler, each, scope));
    return (frame) => {
      for (const part of parts) part(frame);
      return normal;
    };
  }
  if (target.nodeType === 'Attribute') {
    const object = compiler.expression(target.value, scope);
    return (frame) => {
      const self = object(frame);
      frame.at = target;
      deleteAttribute(self, target.attr);
      return normal;
    };
  }
  if (target.nodeType !== 'Subscript') throw new PythonException('SyntaxError', `cannot delete ${shownKind(target)}`);
  const object = compiler.expression(target.value, scope);
  const key = compiler.expression(target.slice, scope);
  return (frame) => {
    const self = object(frame);
    const index = key(frame);
    frame.at = target;
    deleteItem(self, index);
    return normal;
  };
}
