import type { Diagnostic } from '../base/diagnostic.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { BaseConfiguration, ProviderChoice, RecipeCatalog } from '../metadata/workspace.ts';
import { assumedNames } from './assumed-names.ts';
import { type Loss, NameTable, type PlacedRecipe } from './name-table.ts';
import { nothingProvides, severalProviders } from './provider-messages.ts';
import { type McDependency, namesInFlags } from './task-flags.ts';

/** What is to happen to names that nobody provides. */
export interface ResolutionOptions {
  /** Build-time names that nobody provides are left out; otherwise what needs them cannot be built. */
  readonly incomplete: boolean;
}

/** Which space of names is meant. */
export type NameKind = 'build' | 'runtime';

/**
 * Finds out in one configuration which recipes answer to the names that are needed, directly or not. All providers of a
 * name are followed, not only the best: when that turns out to be unbuildable, the next one takes its place. BitBake: TaskData.
 */
export class NameResolver {
  readonly configuration: string;
  readonly catalog: RecipeCatalog;
  readonly base: BaseConfiguration;
  readonly mcdepends = new Map<string, McDependency>();
  /** Remarks about choices: several providers, versions that are missing. */
  readonly remarks: Diagnostic[] = [];
  readonly #options: ResolutionOptions;
  readonly #tables: Readonly<Record<NameKind, NameTable>> = { build: new NameTable(), runtime: new NameTable() };
  readonly #recipes = new Map<Recipe, PlacedRecipe>();
  readonly #unbuildable = new Set<PlacedRecipe>();
  /** Recipes whose needs are noted. */
  readonly #seen = new Set<PlacedRecipe>();
  readonly #missing: { readonly kind: NameKind; readonly name: string }[] = [];
  readonly #isAssumed: (name: string) => boolean;
  readonly #isVendors: (name: string) => boolean;

  constructor(
    loaded: { readonly base: BaseConfiguration; readonly catalog: RecipeCatalog },
    options: ResolutionOptions,
  ) {
    this.configuration = loaded.base.name;
    this.base = loaded.base;
    this.catalog = loaded.catalog;
    this.#options = options;
    this.#isAssumed = assumedNames(loaded.base, 'ASSUME_PROVIDED');
    this.#isVendors = assumedNames(loaded.base, 'ASSUME_RPROVIDED');
  }

  isAssumed(name: string): boolean {
    return this.#isAssumed(name);
  }

  /** Looks for providers of a target; false when there is none. */
  addTarget(name: string): boolean {
    if (this.isAssumed(name) || this.#tables.build.has(name)) return true;
    return this.#provide('build', name);
  }

  /** Looks for providers of everything that is needed, until nothing new comes. */
  resolve(): void {
    for (;;) {
      const waiting = (['build', 'runtime'] as const).flatMap((kind) =>
        this.#tables[kind].takeWaiting().map((name) => ({ kind, name })),
      );
      if (waiting.length === 0) return;
      for (const { kind, name } of waiting) this.#resolveName(kind, name);
    }
  }

  /** The provider that is taken; `undefined` when there is none, or the name is assumed to be provided. */
  provider(kind: NameKind, name: string): PlacedRecipe | undefined {
    return this.#tables[kind].first(name);
  }

  /** Whether a build-time name turned out to have no provider that can be built. */
  isLost(name: string): boolean {
    return this.#tables.build.lost.has(name);
  }

  canBuild(recipe: PlacedRecipe): boolean {
    return !this.#unbuildable.has(recipe);
  }

  /** Whether any recipe was looked at. */
  get hasRecipes(): boolean {
    return this.#recipes.size > 0;
  }

  /** Every recipe that was looked at and can be built. */
  recipes(): readonly PlacedRecipe[] {
    return [...this.#recipes.values()].filter((each) => this.canBuild(each));
  }

  /** One problem for each name that nobody provides and each recipe that needs it. */
  missing(): readonly Diagnostic[] {
    return this.#missing.flatMap(({ kind, name }) =>
      nothingProvides({ kind, name, catalog: this.catalog }, this.#tables[kind].dependents(name)),
    );
  }

  /** Names from one that is lost down to the one that nobody provides. */
  chainOf(name: string): readonly string[] {
    const chain: string[] = [];
    for (let next = this.#tables.build.lost.get(name); next; next = next.because) chain.push(next.name);
    return chain;
  }

  /** Takes a name for lost: what needs it cannot be built. */
  #lose(kind: NameKind, name: string, because?: Loss): void {
    const open: { readonly kind: NameKind; readonly loss: Loss }[] = [{ kind, loss: { name, because } }];
    for (let next = open.pop(); next; next = open.pop()) {
      const { loss } = next;
      const table = this.#tables[next.kind];
      if (table.lost.has(loss.name)) continue;
      table.lost.set(loss.name, loss);
      for (const recipe of table.dependents(loss.name)) {
        open.push(...this.#drop(recipe).map((each) => ({ kind: each.kind, loss: { name: each.name, because: loss } })));
      }
    }
  }

  #resolveName(kind: NameKind, name: string): void {
    const table = this.#tables[kind];
    if (this.isAssumed(name) || table.has(name) || table.lost.has(name)) return;
    if (kind === 'runtime' && !this.catalog.isRuntimeProvided(name) && this.#isVendors(name)) return;
    const isFound = this.#provide(kind, name);
    if (!isFound && (kind === 'runtime' || !this.#options.incomplete)) this.#lose(kind, name);
  }

  /** Lists the providers of a name and notes what they need; false when there is none to take. */
  #provide(kind: NameKind, name: string): boolean {
    const choice = kind === 'build' ? this.catalog.choice(name) : this.catalog.runtimeChoice(name);
    const providers = choice.eligible.map((recipe) => this.#place(recipe)).filter((each) => this.canBuild(each));
    if (providers.length === 0) {
      this.#missing.push({ kind, name });
      this.remarks.push(...choice.diagnostics);
      return false;
    }
    this.#remark(kind, name, choice);
    if (choice.preferences > 1) return false;
    this.#tables[kind].set(name, providers);
    for (const each of providers) this.#addNeeds(each);
    return true;
  }

  #remark(kind: NameKind, name: string, choice: ProviderChoice): void {
    const isConflict = choice.preferences > 1;
    this.remarks.push(...choice.diagnostics.filter((each) => isConflict || each.severity !== 'error'));
    if (choice.eligible.length > 1 && choice.preferences === 0) {
      this.remarks.push(severalProviders(kind, name, choice.eligible));
    }
  }

  #place(recipe: Recipe): PlacedRecipe {
    const known = this.#recipes.get(recipe);
    if (known) return known;
    const placed = { configuration: this.configuration, recipe };
    this.#recipes.set(recipe, placed);
    return placed;
  }

  /** Everything that a recipe names in its dependencies and in the flags of its tasks. */
  #addNeeds(placed: PlacedRecipe): void {
    if (this.#seen.has(placed)) return;
    this.#seen.add(placed);
    const { recipe } = placed;
    const flagged = namesInFlags(recipe);
    for (const each of flagged.across) this.mcdepends.set(each.entry, each);
    const runtime = [...recipe.runtimeDepends.values(), ...(recipe.runtimeRecommends?.values() ?? [])].flat();
    const losses = [
      ...[...flagged.build, ...recipe.depends].map((name) => this.#tables.build.need(name, placed)),
      ...[...flagged.runtime, ...runtime].map((name) => this.#tables.runtime.need(name, placed)),
    ];
    const because = losses.find((loss) => loss !== undefined);
    if (because) for (const { kind, name } of this.#drop(placed)) this.#lose(kind, name, because);
  }

  /** Takes a recipe that cannot be built out of all lists; gives the names that are lost with it. */
  #drop(recipe: PlacedRecipe): readonly { readonly kind: NameKind; readonly name: string }[] {
    if (this.#unbuildable.has(recipe)) return [];
    this.#unbuildable.add(recipe);
    return (['build', 'runtime'] as const).flatMap((kind) =>
      this.#tables[kind].drop(recipe).map((name) => ({ kind, name })),
    );
  }
}
