import type { Node } from '../parse-python.ts';
import { PythonException } from '../values/python-error.ts';
import type { Value } from '../values/value.ts';
import type { CompileScope, Slot } from './compile-scope.ts';
import type { Eval } from './compiler.ts';
import type { Frame } from './frame.ts';

/** Reads a name: a slot of a frame, or whatever the context knows. */
export function compileName(node: Node<'Name'>, scope: CompileScope): Eval {
  const name = node.id;
  const slot = slotOf(name, scope);
  if (slot === undefined) return (frame) => globalValue(frame, node, scope);
  const { depth, index } = slot;
  const unbound = scope.kind === 'class' && depth === 0 ? outerName(node, scope) : unboundName(node, scope, slot);
  if (depth === 0) return (frame) => frame.slots[index] ?? ifUnbound(frame.slots[index], frame, unbound);
  return (frame) => {
    const value = frameAt(frame, depth).slots[index];
    return value ?? ifUnbound(value, frame, unbound);
  };
}

function ifUnbound(value: Value | undefined, frame: Frame, unbound: Eval): Value {
  return value === undefined ? unbound(frame) : value;
}

/** The frame so many scopes out. */
export function frameAt(frame: Frame, depth: number): Frame {
  let found = frame;
  for (let left = depth; left > 0 && found.outer !== undefined; left--) found = found.outer;
  return found;
}

function slotOf(name: string, scope: CompileScope): Slot | undefined {
  return scope.nonlocals.has(name) ? scope.resolveNonlocal(name) : scope.resolve(name);
}

/** A name of a class body that is not bound there yet is looked for outside. */
function outerName(node: Node<'Name'>, scope: CompileScope): Eval {
  const slot = scope.parent?.resolve(node.id);
  if (slot === undefined) return (frame) => globalValue(frame, node, scope);
  const depth = slot.depth + 1;
  return (frame) => {
    const value = frameAt(frame, depth).slots[slot.index];
    return value === undefined ? globalValue(frame, node, scope) : value;
  };
}

function globalValue(frame: Frame, node: Node<'Name'>, scope: CompileScope): Value {
  const { context } = frame;
  frame.at = node;
  const value = context.globals.get(node.id) ?? context.lookUp(node.id);
  if (value !== undefined) return value;
  if (context.globals.get(node.id) === null) return null;
  const error = new PythonException('NameError', `name '${node.id}' is not defined`);
  error.unknownName = { name: node.id, inReach: () => [...scope.namesInReach(), ...context.namesInReach()] };
  throw error;
}

function unboundName(node: Node<'Name'>, scope: CompileScope, slot: Slot): Eval {
  const home = scopeAt(scope, slot.depth);
  if (home.kind === 'module') return (frame) => globalValue(frame, node, scope);
  const message =
    slot.depth === 0
      ? `cannot access local variable '${node.id}' where it is not associated with a value`
      : `cannot access free variable '${node.id}' where it is not associated with a value in enclosing scope`;
  return (frame) => {
    frame.at = node;
    throw new PythonException(slot.depth === 0 ? 'UnboundLocalError' : 'NameError', message);
  };
}

function scopeAt(scope: CompileScope, depth: number): CompileScope {
  let found = scope;
  for (let left = depth; left > 0 && found.parent !== undefined; left--) found = found.parent;
  return found;
}

/** Writes a name; `undefined` takes its value away. */
export function compileStore(name: string, scope: CompileScope): (frame: Frame, value: Value | undefined) => void {
  const slot = slotOf(name, scope);
  if (slot === undefined) {
    return (frame, value) => {
      if (value === undefined) frame.context.globals.delete(name);
      else frame.context.globals.set(name, value);
    };
  }
  const { depth, index } = slot;
  if (depth === 0) {
    return (frame, value) => {
      frame.slots[index] = value;
    };
  }
  return (frame, value) => {
    frameAt(frame, depth).slots[index] = value;
  };
}
