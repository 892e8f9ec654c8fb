import { PythonException } from '../values/python-error.ts';

/** What a scope belongs to. `body` is a function without parameters, `module` keeps its names for others. */
export type ScopeKind = 'body' | 'module' | 'function' | 'class' | 'comprehension';

/** Where a name lives: so many frames out, at that slot. */
export interface Slot {
  readonly depth: number;
  readonly index: number;
}

/** The names of a function, class body, comprehension or module while it is compiled. */
export class CompileScope {
  readonly kind: ScopeKind;
  readonly parent: CompileScope | undefined;
  /** `Outer.method`, `f.<locals>`: stands before the names of functions in messages. */
  readonly prefix: string;
  readonly slots = new Map<string, number>();
  readonly globals = new Set<string>();
  readonly nonlocals = new Set<string>();
  /** Inside of a loop, where `break` and `continue` may stand. */
  loops = 0;

  constructor(kind: ScopeKind, parent?: CompileScope, prefix = '') {
    this.kind = kind;
    this.parent = parent;
    this.prefix = prefix;
  }

  /** How many slots a frame of this scope needs. */
  get size(): number {
    return this.slots.size;
  }

  /** Makes a name local, unless a `global` or `nonlocal` statement says otherwise. */
  declare(name: string): void {
    if (this.globals.has(name) || this.nonlocals.has(name)) return;
    if (!this.slots.has(name)) this.slots.set(name, this.slots.size);
  }

  /** Where a name is read from; `undefined` when it is global. */
  resolve(name: string): Slot | undefined {
    let depth = 0;
    for (let scope: CompileScope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.globals.has(name)) return this.#ofModule(name);
      const index = depth > 0 && scope.kind === 'class' ? undefined : scope.slots.get(name);
      if (index !== undefined) return { depth, index };
      depth += 1;
    }
    return undefined;
  }

  /** The names of this scope and of those around it. */
  namesInReach(): readonly string[] {
    return [...this.slots.keys(), ...(this.parent?.namesInReach() ?? [])];
  }

  /** Where a `nonlocal` name lives. Throws SyntaxError. */
  resolveNonlocal(name: string): Slot {
    const found = this.parent?.resolve(name);
    if (found === undefined) throw new PythonException('SyntaxError', `no binding for nonlocal '${name}' found`);
    return { depth: found.depth + 1, index: found.index };
  }

  /** The scope that `:=` writes to. */
  get holder(): CompileScope {
    return this.kind === 'comprehension' && this.parent !== undefined ? this.parent.holder : this;
  }

  #ofModule(name: string): Slot | undefined {
    let depth = 0;
    let scope: CompileScope = this;
    while (scope.parent !== undefined) {
      scope = scope.parent;
      depth += 1;
    }
    if (scope.kind !== 'module') return undefined;
    scope.declare(name);
    return { depth, index: scope.slots.get(name) ?? 0 };
  }
}
