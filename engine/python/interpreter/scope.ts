import type { Value } from '../values/value.ts';

/** Local names of a function, lambda or comprehension, with the scope around it. */
export class Scope {
  readonly #values = new Map<string, Value>();
  readonly #outer: Scope | undefined;

  constructor(outer?: Scope) {
    this.#outer = outer;
  }

  /** Nearest value of a name; `undefined` when only the globals can know it. */
  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#around(name);
  }

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  #around(name: string): Value | undefined {
    return this.#values.has(name) ? (this.#values.get(name) ?? null) : this.#outer?.get(name);
  }
}
