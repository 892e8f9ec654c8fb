/** What `evaluation-code.ts` loads on demand. */
export { describeBase, withStates } from './cache/base-record.ts';
export { evaluateAll } from './evaluate-recipes.ts';
export { loadRecipe } from './load-recipe.ts';
export { findRecipes, openConfiguration } from './open-configuration.ts';
