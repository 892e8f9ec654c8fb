import type { Expression, Node } from '../parse-python.ts';
import { PythonException, UnsupportedConstruct, valueError } from '../values/python-error.ts';
import { iterate, PythonList, PythonTuple, type Value } from '../values/value.ts';
import type { Limits } from './limits.ts';
import type { Scope } from './scope.ts';

/** Finds names that no scope has: modules, builtins, variables of the datastore. */
export type GlobalNames = (name: string) => Value | undefined;

/** Walks the tree. What a kind of node means is a row of a table; statements will be a second table. */
export class Interpreter {
  readonly #limits: Limits;
  readonly #globals: GlobalNames;
  readonly #handlers: ExpressionHandlers;
  /** The text that the tree was read from: tells `1.0` from `1`. */
  readonly code: string;

  constructor(options: {
    readonly limits: Limits;
    readonly globals: GlobalNames;
    readonly handlers: ExpressionHandlers;
    readonly code: string;
  }) {
    this.#limits = options.limits;
    this.#globals = options.globals;
    this.#handlers = options.handlers;
    this.code = options.code;
  }

  /** Value of an expression. Throws PythonException, UnsupportedConstruct, LimitReached. */
  evaluate(node: Expression, scope: Scope): Value {
    const handler = this.#handlers[node.nodeType];
    if (handler === undefined) throw unsupportedNode(node);
    this.#limits.enter();
    try {
      return handler(this, node, scope);
    } finally {
      this.#limits.leave();
    }
  }

  /** Value of a name. Throws NameError. */
  lookUp(name: string, scope: Scope): Value {
    const value = scope.get(name) ?? this.#globals(name);
    if (value !== undefined) return value;
    if (scope.get(name) === null) return null;
    throw new PythonException('NameError', `name '${name}' is not defined`);
  }

  /** Gives the names of a target their values: `a`, `a, b`, `(a, (b, *c))`. */
  bind(target: Expression, value: Value, scope: Scope): void {
    if (target.nodeType === 'Name') scope.set(target.id, value);
    else if (target.nodeType === 'Tuple' || target.nodeType === 'List')
      this.#unpack(target, [...iterate(value)], scope);
    else throw unsupportedNode(target);
  }

  #unpack(target: Node<'Tuple'> | Node<'List'>, values: readonly Value[], scope: Scope): void {
    const starred = target.elts.findIndex((each) => each.nodeType === 'Starred');
    const least = starred === -1 ? target.elts.length : target.elts.length - 1;
    if (values.length < least) {
      const wanted = starred === -1 ? `${least}` : `at least ${least}`;
      throw valueError(`not enough values to unpack (expected ${wanted}, got ${values.length})`);
    }
    if (starred === -1 && values.length > least) throw valueError(`too many values to unpack (expected ${least})`);
    const extra = values.length - least;
    let next = 0;
    for (const element of target.elts) {
      if (element.nodeType === 'Starred') {
        this.bind(element.value, new PythonList(values.slice(next, next + extra)), scope);
        next += extra;
      } else {
        this.bind(element, values[next] ?? null, scope);
        next += 1;
      }
    }
  }

  /** Values of a list of expressions, `*x` spread out. */
  evaluateAll(nodes: readonly Expression[], scope: Scope): Value[] {
    const values: Value[] = [];
    for (const node of nodes) {
      if (node.nodeType === 'Starred') values.push(...iterate(this.evaluate(node.value, scope)));
      else values.push(this.evaluate(node, scope));
    }
    return values;
  }

  /** A tuple of the values. */
  tuple(nodes: readonly Expression[], scope: Scope): PythonTuple {
    return new PythonTuple(this.evaluateAll(nodes, scope));
  }
}

/** What each kind of node means; a kind that is absent is outside the subset. */
export type ExpressionHandlers = Readonly<Partial<Record<string, ExpressionHandler>>>;

/** What one kind of node means. */
export type ExpressionHandler = (interpreter: Interpreter, node: Expression, scope: Scope) => Value;

const adviceByKind: Readonly<Record<string, string>> = {
  Await: 'write it without `await`',
  Yield: 'use a list or a generator expression',
  YieldFrom: 'use a list or a generator expression',
};

function unsupportedNode(node: Expression): UnsupportedConstruct {
  return new UnsupportedConstruct(
    `\`${node.nodeType}\``,
    adviceByKind[node.nodeType] ?? 'use names, calls, operators, conditional expressions and comprehensions',
  );
}
