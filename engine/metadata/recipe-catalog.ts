import { compareCodePoints } from '../base/canonical-json.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { chooseVersion, orderProviders, orderRuntimeProviders } from './choose-provider.ts';
import type { Recipe } from './recipe.ts';
import type { RecipeCatalog } from './workspace.ts';

/** Recipes of one configuration, found by name; choices are made when first asked for. */
export function createRecipeCatalog(recipes: readonly Recipe[], base: Datastore): RecipeCatalog {
  const usable = recipes.filter((recipe) => recipe.skipped === undefined);
  const byPn = index(usable, (recipe) => [recipe.pn]);
  const byProvide = index(usable, (recipe) => recipe.provides);
  const byRuntime = index(usable, runtimeNames);
  const chosen = memoize((pn: string) => chooseVersion(pn, byPn.get(pn) ?? [], base).recipe);
  const providers = memoize((name: string) => orderProviders(name, byProvide.get(name) ?? [], base));
  const runtime = memoize((name: string) =>
    orderRuntimeProviders(name, byRuntime.get(name) ?? dynamicProviders(name, usable), base),
  );
  return {
    recipes,
    byName: chosen,
    providers,
    runtimeProviders: runtime,
    targetNames: () => [...new Set([...byProvide.keys(), ...byRuntime.keys()])].sort(compareCodePoints),
  };
}

/** A warning for each PREFERRED_VERSION or REQUIRED_VERSION that no recipe of that name has. */
export function missingVersions(recipes: readonly Recipe[], base: Datastore): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [pn, group] of index(recipes, (recipe) => [recipe.pn])) {
    const { missingVersion, reason } = chooseVersion(pn, group, base);
    if (missingVersion === undefined) continue;
    const required = reason === 'required-version';
    const variable = `${required ? 'REQUIRED' : 'PREFERRED'}_VERSION_${pn}`;
    diagnostics.push({
      code: 'preferred-version-missing',
      severity: 'warning',
      message: `${variable} asks for \`${missingVersion}\`, but no recipe has that version`,
      span: base.definition(variable),
      help: `versions of \`${pn}\`: ${group.map((each) => each.pv).join(' ')}`,
    });
  }
  return diagnostics;
}

function runtimeNames(recipe: Recipe): readonly string[] {
  return [...recipe.runtimeProvides.values()].flat();
}

/** Recipes whose PACKAGES_DYNAMIC promises a package of that name. */
function dynamicProviders(name: string, recipes: readonly Recipe[]): readonly Recipe[] {
  return recipes.filter((recipe) => {
    const patterns = (recipe.datastore.get('PACKAGES_DYNAMIC') ?? '').split(/\s+/).filter((each) => each !== '');
    return patterns.some((pattern) => matchesWhole(pattern, name));
  });
}

function matchesWhole(pattern: string, name: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})`).test(name);
  } catch {
    return false;
  }
}

function index(
  recipes: readonly Recipe[],
  names: (recipe: Recipe) => readonly string[],
): ReadonlyMap<string, readonly Recipe[]> {
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
