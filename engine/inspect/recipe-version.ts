import type { Recipe } from '../metadata/recipe.ts';

/** `[epoch:]version-revision`. */
export function formatVersion({ pe, pv, pr }: Pick<Recipe, 'pe' | 'pv' | 'pr'>): string {
  return `${pe === '' || pe === '0' ? '' : `${pe}:`}${pv}${pr === '' ? '' : `-${pr}`}`;
}
