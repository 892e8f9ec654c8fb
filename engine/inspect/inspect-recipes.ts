import { compareCodePoints } from '../base/canonical-json.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { shortPath, table } from './place.ts';
import { formatVersion } from './recipe-version.ts';

/** One recipe of a list. */
export interface ListedRecipe {
  readonly configuration: string;
  readonly name: string;
  readonly version: string;
  readonly layer: string;
  readonly file: string;
  /** Class extension (`native`), or the empty string. */
  readonly variant: string;
  /** Whether it is taken among the recipes of its name. */
  readonly chosen: boolean;
  readonly skipped: string | null;
}

/** What there is to build. */
export interface RecipesAnswer {
  readonly recipes: readonly ListedRecipe[];
  /** Recipe files that have errors: in no catalog. */
  readonly damaged: readonly { readonly configuration: string; readonly file: string }[];
}

/** All recipes of all configurations, by name and file. */
export function inspectRecipes({ configurations }: Workspace): RecipesAnswer {
  const damaged = [...configurations].flatMap(([configuration, { base, catalog }]) => {
    const whole = new Set(catalog.recipes.map((each) => each.file));
    const files = base.recipeFiles.recipes.filter((file) => !whole.has(file));
    return files.map((file) => ({ configuration, file }));
  });
  return { recipes: listRecipes(configurations), damaged };
}

function listRecipes(configurations: Workspace['configurations']): readonly ListedRecipe[] {
  return [...configurations].flatMap(([configuration, { catalog }]) =>
    [...catalog.recipes].sort(byNameAndFile).map((recipe) => ({
      configuration,
      name: recipe.pn,
      version: formatVersion(recipe),
      layer: recipe.layer,
      file: recipe.file,
      variant: recipe.variant,
      chosen: catalog.byName(recipe.pn) === recipe,
      skipped: recipe.skipped ?? null,
    })),
  );
}

/** One line a recipe: name, version, layer, file, and what is special about it. */
export function recipesText({ recipes, damaged }: RecipesAnswer, base: string): string {
  const inConfiguration = (configuration: string): string => (configuration === '' ? '' : `mc:${configuration}:`);
  const lines = table(
    recipes.map((each) => [
      `${inConfiguration(each.configuration)}${each.name}`,
      each.version,
      each.layer,
      shortPath(each.file, base),
      remark(each),
    ]),
  );
  const rest = damaged.map(
    (each) => `${inConfiguration(each.configuration)}${shortPath(each.file, base)} has errors\n`,
  );
  return lines + rest.join('');
}

function remark({ skipped, chosen }: ListedRecipe): string {
  if (skipped !== null) return `(skipped: ${skipped})`;
  return chosen ? '' : '(another version is taken)';
}

function byNameAndFile(a: Recipe, b: Recipe): number {
  return compareCodePoints(a.pn, b.pn) || compareCodePoints(a.file, b.file);
}
