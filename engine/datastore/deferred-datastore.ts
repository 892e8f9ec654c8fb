import type { Datastore, VariableEvent } from './datastore.ts';

/** What is known of a datastore without evaluating anything. */
export interface KnownOfDatastore {
  /** `null` for a variable that is not set; what is not listed is not known. */
  readonly values: Readonly<Record<string, string | null>>;
  /** The value of a flag; `null` for one that is not set, `undefined` for one that is not known. */
  flag?(name: string, flag: string): string | null | undefined;
  readonly history?: Readonly<Record<string, readonly VariableEvent[]>> | undefined;
}

/** A datastore that answers what is known, and makes the real one when it is asked for anything else. */
export class DeferredDatastore implements Datastore {
  readonly #known: KnownOfDatastore;
  readonly #real: () => Datastore;

  constructor(known: KnownOfDatastore, real: () => Datastore) {
    this.#known = known;
    this.#real = real;
  }

  /** The real one. */
  get real(): Datastore {
    return this.#real();
  }

  get attached(): object | undefined {
    return this.#real().attached;
  }

  get(name: string): string | undefined {
    const known = this.#known.values[name];
    return known === undefined ? this.#real().get(name) : (known ?? undefined);
  }

  getUnexpanded(name: string): string | undefined {
    return this.#real().getUnexpanded(name);
  }

  flag(name: string, flag: string): string | undefined {
    const known = this.#known.flag?.(name, flag);
    return known === undefined ? this.#real().flag(name, flag) : (known ?? undefined);
  }

  flagUnexpanded(name: string, flag: string): string | undefined {
    return this.#real().flagUnexpanded(name, flag);
  }

  flags(name: string): ReadonlyMap<string, string> {
    return this.#real().flags(name);
  }

  objectOf(name: string, flag?: string): unknown {
    return this.#real().objectOf(name, flag);
  }

  getStrong(name: string, expand: boolean): string | undefined {
    return this.#real().getStrong(name, expand);
  }

  hasOverrides(name: string): boolean {
    return this.#real().hasOverrides(name);
  }

  keys(): readonly string[] {
    return this.#real().keys();
  }

  names(): readonly string[] {
    return this.#real().names();
  }

  expand(text: string, where?: string): string {
    return this.#real().expand(text, where);
  }

  overrides(): readonly string[] {
    return this.#real().overrides();
  }

  history(name: string): readonly VariableEvent[] {
    return this.#known.history?.[name] ?? this.#real().history(name);
  }

  definition(name: string): ReturnType<Datastore['definition']> {
    return this.#real().definition(name);
  }
}
