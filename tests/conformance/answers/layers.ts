import { appendsOf, overlayedFiles } from '../../../engine/metadata/find-recipe-files.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { relativeTo } from '../loaded-project.ts';

/** Layers, the recipe files found, what was masked, the append files of each and what hides what. */
export function answerLayers(query: Query, context: CaseContext): unknown {
  const { directory, workspace } = context.loaded();
  const { mc = '' } = query as Query & { readonly mc?: string };
  const base = workspace.configurations.get(mc)?.base;
  if (base === undefined) throw new Error(`no configuration ${mc}`);
  const relative = (path: string): string => relativeTo(directory, path);
  const { recipes, appends } = base.recipeFiles;
  const masked = [...workspace.configurations.values()].reduce((sum, each) => sum + each.base.recipeFiles.masked, 0);
  const applied = recipes.map((file) => [relative(file), appendsOf(file, appends).map(relative)] as const);
  const hidden = [...overlayedFiles(base.recipeFiles)].map(([top, files]) => [relative(top), files.map(relative)]);
  return {
    layers: base.layers.map(({ name, priority, patternText }) => ({ name, priority, pattern: patternText })),
    files: recipes.map(relative).sort(),
    masked,
    appends: Object.fromEntries(applied.filter(([, files]) => files.length > 0)),
    overlayed: Object.fromEntries(hidden),
  };
}
