import type { Recipe } from './recipe.ts';

type Index = ReadonlyMap<string, readonly Recipe[]>;

/**
 * Recipe names that the target `world` stands for when `task` is asked of it: those that have the task, are not excluded
 * by EXCLUDE_FROM_WORLD, provide nothing virtual and nothing that another recipe provides too. BitBake: buildWorldTargetList.
 */
export function worldNames(
  catalog: { readonly usable: readonly Recipe[]; readonly byPn: Index; readonly byProvide: Index },
  task: string,
): readonly string[] {
  const { usable, byPn, byProvide } = catalog;
  const isUnambiguous = (name: string, pn: string): boolean =>
    !name.startsWith('virtual/') && (byProvide.get(name) ?? []).every((other) => other.pn === pn);
  const names = new Set<string>();
  for (const { pn, excludedFromWorld, tasks } of usable) {
    if (excludedFromWorld || !tasks.has(task) || names.has(pn)) continue;
    const provided = (byPn.get(pn) ?? []).flatMap((recipe) => recipe.provides);
    if (provided.every((name) => isUnambiguous(name, pn))) names.add(pn);
  }
  return [...names];
}
