import type { Recipe } from '../metadata/recipe.ts';

/** One line a recipe: name, version, layer, file; skipped ones with the reason. */
export function inspectRecipes(recipes: readonly Recipe[]): string {
  const sorted = [...recipes].sort((a, b) => (a.pn < b.pn ? -1 : 1));
  return sorted
    .map((recipe) => `${recipe.pn} ${recipe.pv}-${recipe.pr} ${recipe.layer} ${recipe.file}${skipText(recipe)}\n`)
    .join('');
}

/** One line a task of a recipe: its name, what it comes after, and what it is. */
export function inspectTasks(recipe: Recipe): string {
  return [...recipe.tasks.values()]
    .map((task) => {
      const builtin = recipe.datastore.flag(task.name, 'builtin');
      const after = task.after.length === 0 ? '' : ` after ${task.after.join(' ')}`;
      return `${task.name} ${builtin === undefined ? 'shell' : `built-in ${builtin}`}${after}\n`;
    })
    .join('');
}

function skipText(recipe: Recipe): string {
  return recipe.skipped === undefined ? '' : ` (skipped: ${recipe.skipped})`;
}
