import { compareCodePoints } from '../base/canonical-json.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { compareVersions } from './compare-versions.ts';
import type { Recipe } from './recipe.ts';

/** Of several recipe files of one PN, the one to take, and why. */
export interface Choice {
  readonly recipe: Recipe | undefined;
  readonly reason: 'required-version' | 'preferred-version' | 'latest';
  /** A preferred or required version that no recipe has. */
  readonly missingVersion?: string | undefined;
}

/** Orders the providers of a build-time name: one recipe for each PN, best first. BitBake: providers.filterProviders. */
export function orderProviders(item: string, recipes: readonly Recipe[], base: Datastore): readonly Recipe[] {
  const preferred = base.get(`PREFERRED_PROVIDER_${item}`);
  return preferRecipe(eligibleRecipes(item, recipes, base), preferred);
}

/** Orders the providers of a run-time name: PREFERRED_RPROVIDER, then a PREFERRED_PROVIDER of what a candidate provides. */
export function orderRuntimeProviders(item: string, recipes: readonly Recipe[], base: Datastore): readonly Recipe[] {
  const eligible = eligibleRecipes(item, recipes, base);
  const preferred = base.get(`PREFERRED_RPROVIDER_${item}`);
  if (preferred) return preferRecipe(eligible, preferred);
  const chosen = eligible.find((recipe) =>
    recipe.provides.some((name) => base.get(`PREFERRED_PROVIDER_${name}`) === recipe.pn),
  );
  return preferRecipe(eligible, chosen?.pn);
}

/** The recipe of one PN among several files: REQUIRED_VERSION, PREFERRED_VERSION, else strongest layer and highest version. */
export function chooseVersion(pn: string, recipes: readonly Recipe[], base: Datastore): Choice {
  const ordered = byStrength(recipes);
  const required = base.get(`REQUIRED_VERSION_${pn}`);
  const wanted = required ?? base.get(`PREFERRED_VERSION_${pn}`);
  if (wanted) {
    const recipe = ordered.find((each) => matchesVersion(each, wanted));
    if (recipe) return { recipe, reason: required ? 'required-version' : 'preferred-version' };
    if (required) return { recipe: undefined, reason: 'required-version', missingVersion: wanted };
  }
  return { recipe: latest(ordered), reason: 'latest', missingVersion: wanted || undefined };
}

function eligibleRecipes(item: string, recipes: readonly Recipe[], base: Datastore): readonly Recipe[] {
  const groups = new Map<string, Recipe[]>();
  for (const recipe of recipes) {
    const group = groups.get(recipe.pn);
    if (group) group.push(recipe);
    else groups.set(recipe.pn, [recipe]);
  }
  const withVersion: Recipe[] = [];
  const others: Recipe[] = [];
  for (const pn of [...groups.keys()].sort(compareCodePoints)) {
    const choice = chooseVersion(pn, groups.get(pn) ?? [], base);
    if (!choice.recipe) continue;
    if (choice.reason === 'latest') others.push(choice.recipe);
    else withVersion.push(choice.recipe);
  }
  return preferRecipe([...withVersion, ...others], item);
}

function preferRecipe(recipes: readonly Recipe[], pn: string | undefined): readonly Recipe[] {
  const first = recipes.find((recipe) => recipe.pn === pn);
  return first ? [first, ...recipes.filter((recipe) => recipe !== first)] : recipes;
}

/** Strongest layer first, in it the highest DEFAULT_PREFERENCE first, in it by file. */
function byStrength(recipes: readonly Recipe[]): readonly Recipe[] {
  return [...recipes].sort(
    (a, b) =>
      b.layerPriority - a.layerPriority ||
      b.defaultPreference - a.defaultPreference ||
      compareCodePoints(a.file, b.file),
  );
}

/** Highest version among the strongest of `ordered`: DEFAULT_PREFERENCE counts before the version. */
function latest(ordered: readonly Recipe[]): Recipe | undefined {
  let best: Recipe | undefined;
  for (const recipe of ordered) {
    if (!best) best = recipe;
    if (recipe.layerPriority !== best.layerPriority || recipe.defaultPreference !== best.defaultPreference) break;
    if (compareVersions(best, recipe) < 0) best = recipe;
  }
  return best;
}

/** `[epoch:]version[_revision]`, where the version may end in `%`. */
function matchesVersion(recipe: Recipe, wanted: string): boolean {
  const match = /^(?:(\d+):)?([^_]*)(?:_(.*))?$/.exec(wanted);
  if (!match) return false;
  const [, epoch, version = '', revision] = match;
  if (revision !== undefined && revision !== recipe.pr) return false;
  if (epoch !== undefined && epoch !== recipe.pe) return false;
  return version.endsWith('%') ? recipe.pv.startsWith(version.slice(0, -1)) : recipe.pv === version;
}
