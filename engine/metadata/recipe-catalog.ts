import { compareCodePoints } from '../base/canonical-json.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { once } from './cache/plain-recipe.ts';
import { chooseProvider, chooseRuntimeProvider, chooseVersion } from './choose-provider.ts';
import type { Recipe } from './recipe.ts';
import type { RecipeCatalog } from './workspace.ts';
import { worldNames } from './world-names.ts';

type Index = ReadonlyMap<string, readonly Recipe[]>;

/** Recipes of one configuration, found by name; choices are made when first asked for. */
export function createRecipeCatalog(
  recipes: readonly Recipe[],
  from: { readonly datastore: Datastore },
): RecipeCatalog {
  const usable = recipes.filter((recipe) => recipe.skipped === undefined);
  const byPn = once(() => index(usable, (recipe) => [recipe.pn]));
  const byProvide = once(() => index(usable, (recipe) => recipe.provides));
  const byRuntime = once(() => index(usable, runtimeNames));
  const dynamic = once(() => dynamicPatterns(usable));
  const providesOf = (pn: string): ReadonlySet<string> =>
    new Set((byPn().get(pn) ?? []).flatMap((each) => each.provides));
  const configuration = once(() => {
    const base = from.datastore;
    return { base, preferences: preferredProviders(base.get('PREFERRED_PROVIDERS') ?? ''), providesOf };
  });
  const chosen = memoize((pn: string) => chooseVersion(pn, byPn().get(pn) ?? [], from.datastore).recipe);
  const build = memoize((item: string) => chooseProvider({ item, ...configuration() }, byProvide().get(item) ?? []));
  const runtime = memoize((item: string) =>
    chooseRuntimeProvider({ item, ...configuration() }, byRuntime().get(item) ?? dynamicProviders(item, dynamic())),
  );
  return {
    recipes,
    byName: chosen,
    choice: build,
    runtimeChoice: runtime,
    isProvided: (name) => byProvide().has(name),
    isRuntimeProvided: (name) => byRuntime().has(name) || dynamicProviders(name, dynamic()).length > 0,
    providers: (name) => build(name).eligible,
    runtimeProviders: (name) => runtime(name).eligible,
    targetNames: () => [...byProvide().keys()].sort(compareCodePoints),
    worldNames: (task) => worldNames({ usable, byPn: byPn(), byProvide: byProvide() }, task),
    universeNames: (task) =>
      [...byPn().keys()].filter((pn) =>
        byProvide()
          .get(pn)
          ?.some((recipe) => recipe.tasks.has(task)),
      ),
  };
}

/** PREFERRED_PROVIDERS: `name:recipe` words; others are passed over. */
function preferredProviders(text: string): ReadonlyMap<string, string> {
  const preferences = new Map<string, string>();
  for (const word of text.split(/\s+/)) {
    const [name, recipe, ...more] = word.split(':');
    if (name && recipe && more.length === 0) preferences.set(name, recipe);
  }
  return preferences;
}

function runtimeNames(recipe: Recipe): readonly string[] {
  return [...recipe.runtimeProvides.values()].flat();
}

/** Pattern of PACKAGES_DYNAMIC -> recipes that promise packages of such names; `+` stands for itself. */
function dynamicPatterns(recipes: readonly Recipe[]): ReadonlyMap<RegExp, readonly Recipe[]> {
  const patterns = new Map<RegExp, readonly Recipe[]>();
  for (const [text, makers] of index(recipes, (recipe) => recipe.packagesDynamic)) {
    const pattern = beginning(text);
    if (pattern) patterns.set(pattern, makers);
  }
  return patterns;
}

function dynamicProviders(name: string, patterns: ReadonlyMap<RegExp, readonly Recipe[]>): readonly Recipe[] {
  return [...new Set([...patterns].flatMap(([pattern, makers]) => (pattern.test(name) ? makers : [])))];
}

function beginning(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern.replaceAll('+', '\\+')})`);
  } catch {
    return undefined;
  }
}

function index(recipes: readonly Recipe[], names: (recipe: Recipe) => readonly string[]): Index {
  const groups = new Map<string, Recipe[]>();
  for (const recipe of recipes) {
    for (const name of new Set(names(recipe))) {
      const group = groups.get(name);
      if (group) group.push(recipe);
      else groups.set(name, [recipe]);
    }
  }
  return groups;
}

function memoize<T>(compute: (name: string) => T): (name: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (name) => {
    const found = known.get(name);
    if (found) return found.value;
    const value = compute(name);
    known.set(name, { value });
    return value;
  };
}
