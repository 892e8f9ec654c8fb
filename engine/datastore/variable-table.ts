import type { BaseReads } from './base-reads.ts';
import type { Variable } from './variable.ts';

/**
 * Records by name. Copies share their records until one of them is written to. A table laid over a base holds only what
 * was written since, and notes in its `BaseReads` what it took from the base, which must not change any more.
 */
export class VariableTable {
  #own: Map<string, Variable>;
  #ownsMap = true;
  readonly #base: VariableTable | undefined;
  readonly #reads: BaseReads | undefined;
  #references: readonly string[] | undefined;
  /** Name without override parts -> names with some. */
  #forms: Map<string, string[]> | undefined;

  constructor(base?: VariableTable, reads?: BaseReads) {
    this.#own = new Map();
    this.#base = base;
    this.#reads = reads;
  }

  /** An independent copy; over the same base, with the same notes. */
  copy(): VariableTable {
    const copy = new VariableTable(this.#base, this.#reads);
    copy.#own = this.#own;
    copy.#ownsMap = false;
    this.#ownsMap = false;
    return copy;
  }

  get(name: string): Variable | undefined {
    const own = this.#own.get(name);
    if (own !== undefined || this.#base === undefined) return own;
    this.#reads?.names.add(name);
    return this.#base.get(name);
  }

  /** As `get`, for a write that puts another value in place. */
  getToOverwrite(name: string): Variable | undefined {
    const own = this.#own.get(name);
    if (own !== undefined || this.#base === undefined) return own;
    this.#reads?.overwritten.add(name);
    return this.#base.get(name);
  }

  set(name: string, variable: Variable): void {
    if (!this.#ownsMap) {
      this.#own = new Map(this.#own);
      this.#ownsMap = true;
    }
    if (!this.#own.has(name)) {
      this.#references = undefined;
      this.#forms = undefined;
    }
    this.#own.set(name, variable);
  }

  /** All records, those of the base first. The names count as read only by `noteAll`. */
  *[Symbol.iterator](): IterableIterator<readonly [string, Variable]> {
    if (this.#base === undefined) {
      yield* this.#own;
      return;
    }
    const left = new Map(this.#own);
    for (const entry of this.#base) {
      const own = left.get(entry[0]);
      yield own === undefined ? entry : [entry[0], own];
      left.delete(entry[0]);
    }
    yield* left;
  }

  /** The names of all records, as the iteration gives them. */
  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  /** Notes that every name of the base was asked for. */
  noteAll(): void {
    if (this.#reads !== undefined) this.#reads.all = true;
  }

  /** The names that begin with `name` and a colon; not noted as read. */
  formsOf(name: string): readonly string[] {
    const stem = stemOf(name);
    const own = this.#ownForms().get(stem) ?? [];
    const below = this.#base?.formsOf(name) ?? [];
    const found = own.filter((each) => each.startsWith(`${name}:`) && !below.includes(each));
    return [...below, ...found];
  }

  /** The record of a name; not noted as read. */
  peek(name: string): Variable | undefined {
    return this.#own.get(name) ?? this.#base?.peek(name);
  }

  /** The names that hold a reference, which `expandNames` looks at. */
  namesWithReferences(): readonly string[] {
    const own = this.#ownReferences();
    if (this.#base === undefined) return own;
    const below = this.#base.namesWithReferences();
    return [...below, ...own.filter((name) => !below.includes(name))];
  }

  #ownForms(): ReadonlyMap<string, readonly string[]> {
    if (this.#forms === undefined) {
      this.#forms = new Map();
      for (const name of this.#own.keys()) {
        if (!name.includes(':')) continue;
        const known = this.#forms.get(stemOf(name));
        if (known === undefined) this.#forms.set(stemOf(name), [name]);
        else known.push(name);
      }
    }
    return this.#forms;
  }

  #ownReferences(): readonly string[] {
    this.#references ??= [...this.#own.keys()].filter((name) => name.includes('${'));
    return this.#references;
  }
}

function stemOf(name: string): string {
  const at = name.indexOf(':');
  return at === -1 ? name : name.slice(0, at);
}
