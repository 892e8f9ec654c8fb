import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import { didYouMean } from '../base/spelling.ts';
import { explodeNames } from '../metadata/dependency-text.ts';
import { placeOfWord } from '../metadata/place-of-word.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog } from '../metadata/workspace.ts';
import type { PlacedRecipe } from './name-table.ts';
import { flagSpan, namedTasks } from './task-flags.ts';

/** A name that is looked for. */
interface Wanted {
  readonly kind: 'build' | 'runtime';
  readonly name: string;
  readonly catalog: RecipeCatalog;
}

/** One error for each recipe that needs a name that nobody provides; a target has none, and is reported by itself. */
export function nothingProvides(wanted: Wanted, dependents: readonly PlacedRecipe[]): readonly Diagnostic[] {
  const { kind, name } = wanted;
  const help =
    hint(wanted) ??
    `add a recipe that provides it, or name it in ${kind === 'build' ? 'ASSUME_PROVIDED' : 'ASSUME_RPROVIDED'}`;
  return dependents.map(({ recipe }) => {
    const { text, span } = kind === 'build' ? buildNeed(name, recipe) : runtimeNeed(name, recipe);
    return errorDiagnostic('nothing-provides', `nothing provides \`${name}\`, which ${text}`, { span, help });
  });
}

/** Why a name has no provider, or what it may have been meant to be. */
export function hint({ kind, name, catalog }: Wanted): string | undefined {
  const provides = (each: Recipe): boolean =>
    each.pn === name || (kind === 'build' ? each.provides : [...each.runtimeProvides.values()].flat()).includes(name);
  const skipped = skippedTexts(catalog, provides);
  if (skipped !== undefined) return skipped;
  const choice = kind === 'build' ? catalog.choice(name) : catalog.runtimeChoice(name);
  const unmet = choice.diagnostics.find((each) => each.severity === 'error');
  if (unmet) return `${unmet.message}; ${unmet.help ?? ''}`;
  const maker = kind === 'build' ? catalog.runtimeProviders(name)[0] : undefined;
  if (maker) return `it is a package of the recipe \`${maker.pn}\`: name that`;
  return didYouMean(name, catalog.targetNames());
}

/** Why a configuration does not have a target, when recipes that provide the name were skipped. */
export function skipReason(name: string, catalog: RecipeCatalog): string | undefined {
  return skippedTexts(catalog, ({ pn, provides }) => pn === name || provides.includes(name));
}

function skippedTexts(catalog: RecipeCatalog, provides: (recipe: Recipe) => boolean): string | undefined {
  const skipped = catalog.recipes.filter((each) => each.skipped !== undefined && provides(each));
  if (skipped.length === 0) return undefined;
  return skipped.map((each) => `\`${each.pn}\` was skipped: ${each.skipped}`).join('; ');
}

/** A note: several recipes provide a name, and nothing says which to take. */
export function severalProviders(kind: 'build' | 'runtime', name: string, eligible: readonly Recipe[]): Diagnostic {
  const names = eligible.map(({ pn }) => `\`${pn}\``).join(', ');
  const variable = `PREFERRED_${kind === 'build' ? 'PROVIDER' : 'RPROVIDER'}_${name}`;
  return {
    code: 'several-providers',
    severity: 'note',
    message: `\`${name}\` is provided by ${names}; the first one is taken`,
    help: `set ${variable} to the one that is meant`,
  };
}

interface Need {
  readonly text: string;
  readonly span: Span | undefined;
}

function buildNeed(name: string, recipe: Recipe): Need {
  const { pn, file, datastore } = recipe;
  const found = entryOf(name, recipe, 'depends');
  if (recipe.depends.includes(name) || found === undefined) {
    return { text: `\`${pn}\` needs to be built (\`${file}\`)`, span: placeOfWord(name, 'DEPENDS', datastore) };
  }
  const { task, span } = found;
  return { text: `${task}[depends] of \`${pn}\` names (\`${file}\`)`, span };
}

function runtimeNeed(name: string, recipe: Recipe): Need {
  const { pn, file, datastore } = recipe;
  const relations = [
    { variable: 'RDEPENDS', names: recipe.runtimeDepends },
    { variable: 'RRECOMMENDS', names: recipe.runtimeRecommends },
  ];
  for (const { variable, names } of relations) {
    for (const [each, needed] of names ?? []) {
      if (!needed.includes(name)) continue;
      const own = `${variable}:${each}`;
      const span = placeOfWord(name, hasWord(name, own, recipe) ? own : variable, datastore);
      return { text: `the package \`${each}\` of \`${pn}\` needs at run time (\`${file}\`)`, span };
    }
  }
  const found = entryOf(name, recipe, 'rdepends');
  return { text: `${found?.task ?? ''}[rdepends] of \`${pn}\` names (\`${file}\`)`, span: found?.span };
}

function hasWord(word: string, variable: string, recipe: Recipe): boolean {
  return explodeNames(recipe.datastore.get(variable) ?? '').includes(word);
}

/** The first task whose flag names it, and where. */
function entryOf(
  name: string,
  recipe: Recipe,
  flag: 'depends' | 'rdepends',
): { readonly task: string; readonly span: Span | undefined } | undefined {
  for (const task of recipe.tasks.keys()) {
    const found = namedTasks(recipe, task, flag).find((entry) => entry.name === name);
    if (found !== undefined) return { task, span: flagSpan(recipe, task, { flag, entry: found.entry }) };
  }
  return undefined;
}
