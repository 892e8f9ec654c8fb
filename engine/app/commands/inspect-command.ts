import { didYouMean } from '../../base/spelling.ts';
import { StxError } from '../../base/stx-error.ts';
import { inspectRecipes, inspectTasks } from '../../inspect/inspect-recipes.ts';
import { inspectVariable } from '../../inspect/inspect-variable.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { RecipeCatalog } from '../../metadata/workspace.ts';
import { exitCodes } from '../exit-codes.ts';
import { type LoadedMetadata, loadMetadata } from '../load-metadata.ts';
import type { Options } from '../options.ts';

const subjects = ['recipes', 'tasks', 'variable'];

/** `stx-bake inspect recipes | tasks RECIPE | variable NAME [--recipe RECIPE]`. */
export async function inspectCommand(options: Options): Promise<number> {
  const [subject = '', name = ''] = options.words;
  if (!subjects.includes(subject)) {
    const help = didYouMean(subject, subjects) ?? `one of: ${subjects.join(', ')}`;
    throw StxError.of('bad-option', `\`inspect\` does not know \`${subject}\``, { help });
  }
  process.stdout.write(answer(subject, name, { options, metadata: loadMetadata(options) }));
  return exitCodes.ok;
}

function answer(subject: string, name: string, from: { options: Options; metadata: LoadedMetadata }): string {
  const { options, metadata } = from;
  const catalog = metadata.workspace.configurations.get('')?.catalog;
  if (subject === 'recipes') return inspectRecipes(catalog?.recipes ?? []);
  if (subject === 'tasks') return inspectTasks(recipeOf(name, catalog));
  const recipe = options.recipe === undefined ? undefined : recipeOf(options.recipe, catalog);
  return inspectVariable(name, recipe?.datastore ?? metadata.base.datastore);
}

function recipeOf(name: string, catalog: RecipeCatalog | undefined): Recipe {
  const recipe = catalog?.byName(name);
  if (recipe !== undefined) return recipe;
  const help =
    didYouMean(
      name,
      (catalog?.recipes ?? []).map((each) => each.pn),
    ) ?? '`stx-bake inspect recipes` lists them';
  throw StxError.of('unknown-target', `no recipe is called \`${name}\``, { help });
}
