import { didYouMean } from '../base/spelling.ts';
import { compareVersions } from '../metadata/compare-versions.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { BaseConfiguration, RecipeCatalog } from '../metadata/workspace.ts';
import { assumedNames } from '../taskgraph/assumed-names.ts';
import { unknownRecipe } from './find-subject.ts';
import { type Place, placeOf, placeText, shortPath } from './place.ts';
import { formatVersion } from './recipe-version.ts';

/** A recipe that provides a name. */
export interface CandidateAnswer {
  readonly recipe: string;
  readonly version: string;
  readonly file: string;
  readonly layer: string;
  readonly layerPriority: number;
  readonly defaultPreference: number;
  /** Packages that answer to the name; empty at build time. */
  readonly packages: readonly string[];
  readonly chosen: boolean;
  /** Why it is taken or not. */
  readonly why: string;
}

/** A variable that bears on the choice. */
export interface PreferenceAnswer {
  readonly variable: string;
  readonly value: string;
  readonly place: Place | null;
  /** Why it has no effect: it names no candidate, a version that no candidate has, or its own name is misspelt. */
  readonly problem: string | null;
}

/** Who provides a name. */
export interface ProvidersAnswer {
  readonly configuration: string;
  readonly name: string;
  /** Whether ASSUME_PROVIDED holds the name, so that no recipe is looked for. */
  readonly assumed: boolean;
  /** The recipe that is taken at build time and at run time, if any; other candidates in order of their names. */
  readonly buildTime: { readonly chosen: string | null; readonly candidates: readonly CandidateAnswer[] };
  readonly runTime: { readonly chosen: string | null; readonly candidates: readonly CandidateAnswer[] };
  readonly preferences: readonly PreferenceAnswer[];
}

/** What `inspectProviders` is asked. */
export interface ProvidersQuestion {
  readonly configuration: string;
  readonly name: string;
  readonly base: BaseConfiguration;
  readonly catalog: RecipeCatalog;
}

/** Says who provides a name and which of them is taken. Throws StxError `unknown-target` when nobody does. */
export function inspectProviders({ configuration, name, base, catalog }: ProvidersQuestion): ProvidersAnswer {
  const assumed = assumedNames(base, 'ASSUME_PROVIDED')(name);
  const atBuild = catalog.recipes.filter((recipe) => recipe.provides.includes(name));
  const runtime = new Set([
    ...catalog.recipes.filter((recipe) => packagesFor(name, recipe).length > 0),
    ...catalog.runtimeProviders(name),
  ]);
  if (!assumed && atBuild.length + runtime.size === 0) throw unknownRecipe(name, catalog);
  const preferences = preferencesFor([...new Set([...atBuild, ...runtime])], { name, base, catalog });
  const describe = (
    recipes: readonly Recipe[],
    eligible: readonly Recipe[],
    isRuntime: boolean,
  ): ProvidersAnswer['buildTime'] => {
    const choice = { name, recipes, eligible: assumed && !isRuntime ? [] : eligible, assumed, preferences };
    return {
      chosen: choice.eligible[0]?.pn ?? null,
      candidates: inOrder(recipes, choice.eligible).map((recipe) => candidate(recipe, choice, isRuntime)),
    };
  };
  return {
    configuration,
    name,
    assumed,
    buildTime: describe(atBuild, catalog.providers(name), false),
    runTime: describe([...runtime], catalog.runtimeProviders(name), true),
    preferences,
  };
}

/** Who is taken, at build time and at run time, then everybody with the reason. */
export function providersText(answer: ProvidersAnswer, base: string): string {
  const { name, assumed, buildTime, runTime, preferences } = answer;
  const lines = [
    ...(assumed ? [`${name} is taken as present (ASSUME_PROVIDED)`] : []),
    ...sideLines('build time', buildTime, base),
    ...sideLines('run time', runTime, base),
    ...preferences.map(({ variable, value, place, problem }) => {
      const where = place === null ? '' : ` (${placeText(place, base)})`;
      return `${variable} = "${value}"${where}${problem === null ? '' : `: ${problem}`}`;
    }),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function sideLines(
  label: string,
  { chosen, candidates }: ProvidersAnswer['buildTime'],
  base: string,
): readonly string[] {
  if (candidates.length === 0) return [];
  return [`at ${label}: ${chosen ?? 'nobody is taken'}`, ...candidates.map((each) => candidateLine(each, base))];
}

function candidateLine(each: CandidateAnswer, base: string): string {
  const packages = each.packages.length === 0 ? '' : ` package ${each.packages.join(' ')}`;
  const where = `${each.layer || 'no layer'}, ${shortPath(each.file, base)}`;
  return `  ${each.chosen ? '*' : ' '} ${each.recipe} ${each.version}${packages} (${where}): ${each.why}`;
}

interface ChoiceFacts {
  readonly name: string;
  readonly recipes: readonly Recipe[];
  /** One of each PN, the chosen one first. */
  readonly eligible: readonly Recipe[];
  readonly assumed: boolean;
  readonly preferences: readonly PreferenceAnswer[];
}

function candidate(recipe: Recipe, facts: ChoiceFacts, isRuntime: boolean): CandidateAnswer {
  return {
    recipe: recipe.pn,
    version: formatVersion(recipe),
    file: recipe.file,
    layer: recipe.layer,
    layerPriority: recipe.layerPriority,
    defaultPreference: recipe.defaultPreference,
    packages: isRuntime ? packagesFor(facts.name, recipe) : [],
    chosen: facts.eligible[0] === recipe,
    why: reason(recipe, facts),
  };
}

function reason(recipe: Recipe, facts: ChoiceFacts): string {
  const [chosen] = facts.eligible;
  if (recipe.skipped !== undefined) return `skipped: ${recipe.skipped}`;
  if (recipe === chosen) return chosenReason(recipe, facts);
  const sibling = facts.eligible.find((each) => each.pn === recipe.pn);
  if (sibling !== undefined && sibling !== recipe) return weakerReason(recipe, sibling, facts);
  if (sibling === recipe && chosen !== undefined) return otherReason(chosen, facts);
  return facts.assumed ? 'the name is taken as present' : 'the version that is asked for is missing';
}

function chosenReason(recipe: Recipe, facts: ChoiceFacts): string {
  const siblings = facts.recipes.filter(
    (each) => each.pn === recipe.pn && each.skipped === undefined && each !== recipe,
  );
  const among = facts.eligible.length === 1 ? 'the only recipe that provides it' : preferenceReason(recipe, facts);
  if (siblings.length === 0) return among;
  const version = versionPreference(recipe, facts);
  const [next] = siblings.toSorted(
    (a, b) => b.layerPriority - a.layerPriority || b.defaultPreference - a.defaultPreference || compareVersions(b, a),
  );
  const how = version ?? (next === undefined ? 'latest version' : strength(recipe, next));
  return `${among}; of its versions: ${how}`;
}

function preferenceReason(recipe: Recipe, { name, preferences }: ChoiceFacts): string {
  const asking = preferences.find(
    (each) => isProviderPreference(each, name) && each.value.split(/[\s:]+/).includes(recipe.pn),
  );
  if (asking !== undefined) return `${asking.variable} asks for it`;
  const inferred = preferences.find(
    (each) => each.variable.startsWith('PREFERRED_PROVIDER_') && each.value === recipe.pn,
  );
  if (inferred !== undefined) return `${inferred.variable} asks for it`;
  if (recipe.pn === name) return 'it has the name itself';
  const idle = preferences.find(({ variable, problem }) => problem !== null && !/_VERSION/.test(variable));
  if (idle === undefined) return 'the first by name; no preference says otherwise';
  return `the first by name; ${idle.variable} has no effect: ${idle.problem}`;
}

function isProviderPreference({ variable }: PreferenceAnswer, name: string): boolean {
  return [`PREFERRED_PROVIDER_${name}`, `PREFERRED_RPROVIDER_${name}`, 'PREFERRED_PROVIDERS'].includes(variable);
}

function versionPreference(recipe: Recipe, { preferences }: ChoiceFacts): string | undefined {
  const asking = preferences.find(
    (each) => /^(PREFERRED|REQUIRED)_VERSION/.test(each.variable) && ofRecipe(each, recipe.pn),
  );
  if (asking === undefined) return undefined;
  return hasVersion(recipe, asking.value) ? `${asking.variable} asks for "${asking.value}"` : undefined;
}

function ofRecipe({ variable }: Pick<PreferenceAnswer, 'variable'>, pn: string): boolean {
  return variable.endsWith(`_VERSION_${pn}`) || variable.endsWith(`_VERSION:pn-${pn}`) || variable.endsWith('_VERSION');
}

/** Why `strong` comes before `weak`, both of one PN. */
function strength(strong: Recipe, weak: Recipe): string {
  if (strong.layerPriority !== weak.layerPriority) {
    return `layer priority ${strong.layerPriority} is higher than ${weak.layerPriority}`;
  }
  if (strong.defaultPreference !== weak.defaultPreference) {
    return `DEFAULT_PREFERENCE ${strong.defaultPreference} is higher than ${weak.defaultPreference}`;
  }
  return compareVersions(strong, weak) > 0
    ? `${formatVersion(strong)} is higher than ${formatVersion(weak)}`
    : 'first by file';
}

function weakerReason(recipe: Recipe, taken: Recipe, facts: ChoiceFacts): string {
  return `${formatVersion(taken)} is taken: ${versionPreference(taken, facts) ?? strength(taken, recipe)}`;
}

function otherReason(chosen: Recipe, facts: ChoiceFacts): string {
  return `${chosen.pn} is taken: ${preferenceReason(chosen, facts)}`;
}

function packagesFor(name: string, recipe: Recipe): readonly string[] {
  return [...recipe.runtimeProvides].flatMap(([each, names]) => (names.includes(name) ? [each] : []));
}

function inOrder(recipes: readonly Recipe[], eligible: readonly Recipe[]): readonly Recipe[] {
  const rest = recipes.filter((each) => !eligible.includes(each));
  return [...eligible.filter((each) => recipes.includes(each)), ...rest];
}

interface Choosing {
  readonly name: string;
  readonly base: BaseConfiguration;
  readonly catalog: RecipeCatalog;
}

/** The variables that are set and speak of the name or of a candidate, or seem to be meant to. */
function preferencesFor(recipes: readonly Recipe[], choosing: Choosing): readonly PreferenceAnswer[] {
  const { name, base } = choosing;
  const names = [...new Set(recipes.map((each) => each.pn))];
  const isListed = words(base.datastore.get('PREFERRED_PROVIDERS')).some((word) => word.startsWith(`${name}:`));
  const variables = [
    `PREFERRED_PROVIDER_${name}`,
    `PREFERRED_RPROVIDER_${name}`,
    ...(isListed ? ['PREFERRED_PROVIDERS'] : []),
    ...recipes.flatMap((recipe) => recipe.provides.map((each) => `PREFERRED_PROVIDER_${each}`)),
    ...names.flatMap((pn) =>
      ['REQUIRED', 'PREFERRED'].flatMap((kind) => [`${kind}_VERSION:pn-${pn}`, `${kind}_VERSION_${pn}`]),
    ),
    'REQUIRED_VERSION',
    'PREFERRED_VERSION',
  ];
  const answer = (variable: string, problem: (value: string) => string | null): readonly PreferenceAnswer[] => {
    const value = base.datastore.get(variable);
    return value
      ? [{ variable, value, place: placeOf(base.datastore.definition(variable)), problem: problem(value) }]
      : [];
  };
  return [
    ...[...new Set(variables)].flatMap((each) =>
      answer(each, (value) => idleBecause({ variable: each, value }, recipes, choosing)),
    ),
    ...misspelt(names, choosing).flatMap(({ variable, problem }) => answer(variable, () => problem)),
  ];
}

/** Why a preference that speaks of the name or of a candidate has no effect; `null` when it has one. */
function idleBecause(
  { variable, value }: Pick<PreferenceAnswer, 'variable' | 'value'>,
  recipes: readonly Recipe[],
  { name, catalog }: Choosing,
): string | null {
  if (/_VERSION/.test(variable)) return missingVersion({ variable, value }, recipes);
  const listed = words(value).filter((word) => word.startsWith(`${name}:`));
  const wanted = variable === 'PREFERRED_PROVIDERS' ? (listed.at(-1)?.slice(name.length + 1) ?? '') : value;
  const candidates = recipes.map((each) => each.pn);
  const provided = /^PREFERRED_R?PROVIDER_(.+)$/.exec(variable)?.[1] ?? name;
  if (candidates.includes(wanted) || (provided !== name && catalog.recipes.some((each) => each.pn === wanted)))
    return null;
  const known = catalog.recipes.some((each) => each.pn === wanted);
  const what = known ? `the recipe \`${wanted}\` does not provide \`${provided}\`` : `there is no recipe \`${wanted}\``;
  const near = didYouMean(wanted, new Set(candidates));
  return near === undefined ? what : `${what}; ${near}`;
}

function missingVersion(
  { variable, value }: Pick<PreferenceAnswer, 'variable' | 'value'>,
  recipes: readonly Recipe[],
): string | null {
  const meant = recipes.filter((each) => ofRecipe({ variable }, each.pn));
  if (meant.length === 0 || meant.some((each) => hasVersion(each, value))) return null;
  return `no recipe has that version; there are ${[...new Set(meant.map((each) => each.pv))].join(', ')}`;
}

/** Preferences for a name that is close to the one in question and that nothing has. */
function misspelt(
  names: readonly string[],
  { name, base, catalog }: Choosing,
): readonly { readonly variable: string; readonly problem: string }[] {
  const provided = new Set(catalog.targetNames());
  const own = new Set([name, ...names]);
  return base.datastore.keys().flatMap((variable) => {
    const named = /^(?:PREFERRED_R?PROVIDER_|(?:PREFERRED|REQUIRED)_VERSION_)(.+)$/.exec(variable)?.[1];
    if (named === undefined || own.has(named) || provided.has(named)) return [];
    const near = didYouMean(named, own);
    return near === undefined ? [] : [{ variable, problem: `nothing is called \`${named}\`; ${near}` }];
  });
}

function hasVersion({ pv }: Recipe, wanted: string): boolean {
  const version = wanted.replace(/^\d+:/, '').replace(/_.*$/, '');
  return version.endsWith('%') ? pv.startsWith(version.slice(0, -1)) : pv === version;
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
