import { resolve } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Workspace } from '../metadata/workspace.ts';

/** The recipe of `-b`. */
export interface RecipeOfFile {
  readonly configuration: string;
  readonly recipe: Recipe;
}

/**
 * Reads the value of `-b` as BitBake does: a recipe file, or a pattern that fits one of them; `virtual:VARIANT:` and
 * `mc:CONFIGURATION:` may stand before it. Throws StxError `unknown-target`.
 */
export function recipeOfFile(value: string, workspace: Workspace): RecipeOfFile {
  const [, configuration = '', variant = '', file = ''] =
    /^(?:mc:([^:]*):)?(?:virtual:(.*):)?([^:]*)$/.exec(value) ?? [];
  const recipes = workspace.configurations.get(configuration)?.catalog.recipes ?? [];
  const ofVariant = recipes.filter((each) => each.variant === variant);
  const path = resolve(file);
  const exact = ofVariant.filter((each) => each.file === path);
  const found = exact.length > 0 ? exact : ofVariant.filter((each) => fits(each.file, file));
  const [recipe, second] = found;
  if (recipe !== undefined && second === undefined) return { configuration, recipe };
  if (recipe === undefined) {
    throw StxError.of('unknown-target', `there is no recipe file \`${value}\``, {
      help: 'BBFILES of the layers says which files are recipes; `stx-bake inspect recipes` lists them',
    });
  }
  throw StxError.of('unknown-target', `\`${value}\` fits ${found.length} recipe files`, {
    help: `name one of them: ${found
      .slice(0, 5)
      .map((each) => `\`${each.file}\``)
      .join(', ')}`,
  });
}

function fits(file: string, pattern: string): boolean {
  if (pattern === '') return false;
  try {
    return new RegExp(pattern).test(file);
  } catch {
    return false;
  }
}
