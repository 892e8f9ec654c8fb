import type { Recipe } from '../metadata/recipe.ts';

/** A recipe in a configuration: what tasks belong to. One object for each recipe that is looked at. */
export interface PlacedRecipe {
  readonly configuration: string;
  readonly recipe: Recipe;
}

/** A name that has no provider that can be built, and the name whose loss brought that about. */
export interface Loss {
  readonly name: string;
  readonly because: Loss | undefined;
}

/** Names of one kind (build-time or run-time) in one configuration: who provides them, who needs them, which are lost. */
export class NameTable {
  /** Name -> providers that can still be built, best first; empty while nobody was looked for, or nobody is left. */
  readonly #providers = new Map<string, PlacedRecipe[]>();
  readonly #dependents = new Map<string, Set<PlacedRecipe>>();
  readonly #names = new Map<PlacedRecipe, string[]>();
  readonly lost = new Map<string, Loss>();
  #waiting: string[] = [];

  /** Notes that a recipe needs the name; gives the loss when the name is known to be lost. */
  need(name: string, by: PlacedRecipe): Loss | undefined {
    const dependents = this.#dependents.get(name);
    if (dependents) dependents.add(by);
    else this.#dependents.set(name, new Set([by]));
    if (!this.#providers.has(name)) {
      this.#providers.set(name, []);
      this.#waiting.push(name);
    }
    return this.lost.get(name);
  }

  /** The names that came since the last call. */
  takeWaiting(): readonly string[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  has(name: string): boolean {
    return (this.#providers.get(name)?.length ?? 0) > 0;
  }

  set(name: string, providers: readonly PlacedRecipe[]): void {
    this.#providers.set(name, [...providers]);
    for (const each of providers) {
      const names = this.#names.get(each);
      if (names) names.push(name);
      else this.#names.set(each, [name]);
    }
  }

  /** The provider that is taken; `undefined` when there is none. */
  first(name: string): PlacedRecipe | undefined {
    return this.#providers.get(name)?.[0];
  }

  dependents(name: string): readonly PlacedRecipe[] {
    return [...(this.#dependents.get(name) ?? [])];
  }

  /** Takes a recipe that cannot be built out of all lists; gives the names that have no provider any more. */
  drop(recipe: PlacedRecipe): readonly string[] {
    return (this.#names.get(recipe) ?? []).filter((name) => {
      const left = (this.#providers.get(name) ?? []).filter((each) => each !== recipe);
      this.#providers.set(name, left);
      return left.length === 0;
    });
  }
}
