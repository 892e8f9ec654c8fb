import type { Recipe } from '../../../engine/metadata/recipe.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type LoadedProject, relativeTo } from '../loaded-project.ts';

/** All recipes and variants of a configuration, and those that were skipped with the reason. */
export function answerRecipes(query: Query, context: CaseContext): unknown {
  const project = context.loaded();
  const mc = typeof query['mc'] === 'string' ? query['mc'] : '';
  const all = [...(project.workspace.configurations.get(mc)?.catalog.recipes ?? [])].sort(byFile);
  return {
    recipes: all
      .filter(({ skipped }) => skipped === undefined)
      .map((each) => ({ ...recipeName(project, each, mc), ...recipeVersion(each) })),
    skipped: all
      .filter(({ skipped }) => skipped !== undefined)
      .map((each) => ({ ...recipeName(project, each, ''), pn: each.pn, reason: each.skipped })),
  };
}

/** `file`, `variant` and `mc` of a recipe as the cases write them. */
export function recipeName({ directory }: LoadedProject, { file, variant }: Recipe, mc: string): object {
  return {
    file: relativeTo(directory, file),
    ...(variant === '' ? {} : { variant }),
    ...(mc === '' ? {} : { mc }),
  };
}

/** `pn`, `pe`, `pv` and `pr` of a recipe. */
export function recipeVersion({ pn, pe, pv, pr }: Recipe): object {
  return { pn, pe, pv, pr };
}

function byFile(a: Recipe, b: Recipe): number {
  const [left, right] = [`${a.file}\0${a.variant}`, `${b.file}\0${b.variant}`];
  return left < right ? -1 : Number(left > right);
}
