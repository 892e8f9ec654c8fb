import { compareCodePoints } from '../base/canonical-json.ts';
import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { compareVersions } from './compare-versions.ts';
import type { Recipe } from './recipe.ts';
import type { ProviderChoice } from './workspace.ts';

/** What a configuration says about choices, and what is asked for. */
interface Asked {
  readonly item: string;
  readonly base: Datastore;
  /** Name -> recipe name of PREFERRED_PROVIDERS. */
  readonly preferences: ReadonlyMap<string, string>;
  /** Names that any version of a recipe provides. */
  providesOf(pn: string): Iterable<string>;
}

/** Of several recipe files of one PN, the one to take, and why. */
interface VersionChoice {
  readonly recipe: Recipe | undefined;
  readonly reason: 'required-version' | 'preferred-version' | 'latest';
  readonly diagnostics: readonly Diagnostic[];
}

/** Orders the providers of a build-time name: one recipe for each PN, best first. BitBake: providers.filterProviders. */
export function chooseProvider(asked: Asked, recipes: readonly Recipe[]): ProviderChoice {
  const { item, base, preferences } = asked;
  const { eligible, diagnostics } = eligibleRecipes(asked, recipes);
  const preferred = base.get(`PREFERRED_PROVIDER_${item}`) || preferences.get(item);
  const found = eligible.find((recipe) => recipe.pn === preferred);
  return { eligible: toFront(eligible, found), preferences: found ? 1 : 0, diagnostics };
}

/** Orders the providers of a run-time name: PREFERRED_RPROVIDER, else every PREFERRED_PROVIDER of what a candidate provides. */
export function chooseRuntimeProvider(asked: Asked, recipes: readonly Recipe[]): ProviderChoice {
  const { item, base } = asked;
  const { eligible, diagnostics } = eligibleRecipes(asked, recipes);
  const preferred = base.get(`PREFERRED_RPROVIDER_${item}`);
  const found = preferred ? eligible.find((recipe) => recipe.pn === preferred) : undefined;
  if (found) return { eligible: toFront(eligible, found), preferences: 1, diagnostics };
  return inferredChoice(asked, eligible, diagnostics);
}

/** The recipe of one PN among several files: REQUIRED_VERSION, PREFERRED_VERSION, else strongest layer and highest version. */
export function chooseVersion(pn: string, recipes: readonly Recipe[], base: Datastore): VersionChoice {
  const ordered = byStrength(recipes);
  const required = versionVariable('REQUIRED', pn, base);
  const preferred = versionVariable('PREFERRED', pn, base);
  const diagnostics = required && preferred ? [bothSet(pn, required, preferred)] : [];
  const wanted = required ?? preferred;
  const recipe = wanted?.value ? ordered.find((each) => matchesVersion(each, wanted.value)) : undefined;
  if (recipe) return { recipe, reason: required ? 'required-version' : 'preferred-version', diagnostics };
  if (wanted?.value) diagnostics.push(...missingVersion({ pn, wanted, isRequired: required !== undefined }, ordered));
  if (required) return { recipe: undefined, reason: 'required-version', diagnostics };
  return { recipe: latest(ordered), reason: 'latest', diagnostics };
}

/** Text by which files of one name are told apart and put in order: the path, behind the class extension of a variant. */
export function recipeOrder(a: Recipe, b: Recipe): number {
  return compareCodePoints(fileName(a), fileName(b));
}

function fileName({ file, variant }: Recipe): string {
  return variant === '' ? file : `virtual:${variant}:${file}`;
}

/** Recipes that a PREFERRED_PROVIDER of something that a candidate provides speaks for; the last one found comes first. */
function inferredChoice(
  { item, base, providesOf }: Asked,
  eligible: readonly Recipe[],
  diagnostics: readonly Diagnostic[],
): ProviderChoice {
  const byName = new Map(eligible.map((recipe) => [recipe.pn, recipe]));
  const found = new Map<Recipe, string>();
  // As in BitBake the first recipe found leaves the list that is being walked: the next candidate is then not asked.
  const asked = [...eligible];
  for (let at = 0; at < asked.length; at++) {
    const provided = [...providesOf(asked[at]?.pn ?? '')];
    const choice = provided.find((name) => {
      const recipe = byName.get(base.get(`PREFERRED_PROVIDER_${name}`) ?? '');
      return recipe !== undefined && !found.has(recipe);
    });
    const recipe = byName.get(base.get(`PREFERRED_PROVIDER_${choice}`) ?? '');
    if (choice === undefined || recipe === undefined) continue;
    if (found.size === 0) asked.splice(asked.indexOf(recipe), 1);
    found.set(recipe, `PREFERRED_PROVIDER_${choice} = "${recipe.pn}"`);
  }
  let ordered = eligible;
  for (const recipe of found.keys()) ordered = toFront(ordered, recipe);
  if (found.size < 2) return { eligible: ordered, preferences: found.size, diagnostics };
  const message = `several preferences apply to the run-time name \`${item}\`: ${[...found.values()].join(', ')}`;
  const conflict = errorDiagnostic('conflicting-preferences', message, { help: `set PREFERRED_RPROVIDER_${item}` });
  return { eligible: ordered, preferences: found.size, diagnostics: [...diagnostics, conflict] };
}

interface Eligible {
  readonly eligible: readonly Recipe[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One recipe of each PN: those that a version variable picked first. A required version that is missing ends the search. */
function eligibleRecipes({ item, base }: Asked, recipes: readonly Recipe[]): Eligible {
  const groups = new Map<string, Recipe[]>();
  for (const recipe of recipes) {
    const group = groups.get(recipe.pn);
    if (group) group.push(recipe);
    else groups.set(recipe.pn, [recipe]);
  }
  const withVersion: Recipe[] = [];
  const others: Recipe[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const pn of [...groups.keys()].sort(compareCodePoints)) {
    const choice = chooseVersion(pn, groups.get(pn) ?? [], base);
    diagnostics.push(...choice.diagnostics);
    if (choice.recipe === undefined) return { eligible: withVersion, diagnostics };
    if (choice.reason === 'latest') others.push(choice.recipe);
    else withVersion.push(choice.recipe);
  }
  const all = [...withVersion, ...others];
  const namesake = all.find((recipe) => recipe.pn === item);
  return { eligible: toFront(all, namesake), diagnostics };
}

function toFront(recipes: readonly Recipe[], first: Recipe | undefined): readonly Recipe[] {
  return first ? [first, ...recipes.filter((recipe) => recipe !== first)] : recipes;
}

/** Strongest layer first, in it the lowest DEFAULT_PREFERENCE first, in it by file: the order in which versions are looked for. */
function byStrength(recipes: readonly Recipe[]): readonly Recipe[] {
  return [...recipes].sort(
    (a, b) => b.layerPriority - a.layerPriority || a.defaultPreference - b.defaultPreference || recipeOrder(a, b),
  );
}

/** Within the strongest layer the highest version; DEFAULT_PREFERENCE counts before the version. */
function latest(ordered: readonly Recipe[]): Recipe | undefined {
  let best: Recipe | undefined;
  for (const recipe of ordered) {
    if (!best) best = recipe;
    if (recipe.layerPriority !== best.layerPriority) break;
    const isStronger = recipe.defaultPreference > best.defaultPreference;
    if (isStronger || compareVersions(best, recipe) < 0) best = recipe;
  }
  return best;
}

interface WantedVersion {
  readonly variable: string;
  readonly value: string;
  readonly span: ReturnType<Datastore['definition']>;
}

/** KIND_VERSION:pn-PN, KIND_VERSION_PN or KIND_VERSION, the first that is not empty. BitBake: versionVariableMatch. */
function versionVariable(kind: 'REQUIRED' | 'PREFERRED', pn: string, base: Datastore): WantedVersion | undefined {
  const names = [`${kind}_VERSION:pn-${pn}`, `${kind}_VERSION_${pn}`, `${kind}_VERSION`];
  for (const [index, variable] of names.entries()) {
    const value = base.get(variable);
    const counts = index === names.length - 1 ? value !== undefined : Boolean(value);
    if (counts && value !== undefined) return { variable, value, span: base.definition(variable) };
  }
  return undefined;
}

function bothSet(pn: string, required: WantedVersion, preferred: WantedVersion): Diagnostic {
  const message = `${required.variable} and ${preferred.variable} are both set for \`${pn}\`: the required version counts`;
  const related = required.span ? [{ span: required.span, message: 'the required version is set here' }] : [];
  return { code: 'preferred-version-ignored', severity: 'warning', message, span: preferred.span, related };
}

interface MissingVersion {
  readonly pn: string;
  readonly wanted: WantedVersion;
  readonly isRequired: boolean;
}

/** A preferred version is missed with a warning; a required one with an error, and what there is as a warning. */
function missingVersion({ pn, wanted, isRequired }: MissingVersion, recipes: readonly Recipe[]): readonly Diagnostic[] {
  const versions = new Set(recipes.map(({ pe, pv }) => (pe === '' ? pv : `${pe}:${pv}`)));
  const list = `versions of \`${pn}\`: ${[...versions].sort(compareCodePoints).join(' ')}`;
  const { variable, value, span } = wanted;
  const message = `${variable} asks for \`${value}\`, but no recipe has that version`;
  const code = 'preferred-version-missing';
  if (!isRequired) return [{ code, severity: 'warning', message, span, help: list }];
  return [
    { code, severity: 'error', message, span, help: list },
    { code, severity: 'warning', message: `${list}; ${variable} leaves none of them`, span },
  ];
}

/** `[epoch:]version`, where the version may end in `%`; a revision cannot be asked for. BitBake: preferredVersionMatch. */
function matchesVersion(recipe: Recipe, wanted: string): boolean {
  const match = /^(?:(\d+):)*(.*)/s.exec(wanted);
  if (!match) return false;
  const [, epoch, version = ''] = match;
  if (epoch !== undefined && epoch !== recipe.pe) return false;
  if (recipe.pv === version) return true;
  return version.endsWith('%') && recipe.pv.startsWith(version.slice(0, -1));
}
