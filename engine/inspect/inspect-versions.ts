import { compareCodePoints } from '../base/canonical-json.ts';
import { compareVersions } from '../metadata/compare-versions.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { RecipeCatalog } from '../metadata/workspace.ts';
import { table } from './place.ts';
import { formatVersion } from './recipe-version.ts';

/** The versions of one recipe name. */
export interface VersionsAnswer {
  readonly name: string;
  /** What is taken when nothing is preferred. */
  readonly latest: string;
  /** What is taken; null when a required version is missing. */
  readonly preferred: string | null;
}

/** All recipe names that can be built, with their versions. */
export function inspectVersions(catalog: RecipeCatalog | undefined): readonly VersionsAnswer[] {
  const usable = (catalog?.recipes ?? []).filter((recipe) => recipe.skipped === undefined);
  return [...Map.groupBy(usable, (recipe) => recipe.pn)]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([name, recipes]) => {
      const preferred = catalog?.byName(name);
      return {
        name,
        latest: formatVersion(recipes.reduce(stronger)),
        preferred: preferred === undefined ? null : formatVersion(preferred),
      };
    });
}

/** A table as `bitbake -s` prints it: the preferred version only where it is not the latest. */
export function versionsText(versions: readonly VersionsAnswer[]): string {
  const rows = versions.map(({ name, latest, preferred }) => [
    name,
    latest,
    preferred === latest ? '' : (preferred ?? 'none: the required version is missing'),
  ]);
  return table([
    ['Recipe Name', 'Latest Version', 'Preferred Version'],
    ['===========', '==============', '================='],
    ...rows,
  ]);
}

function stronger(a: Recipe, b: Recipe): Recipe {
  const order = a.layerPriority - b.layerPriority || a.defaultPreference - b.defaultPreference || compareVersions(a, b);
  return order >= 0 ? a : b;
}
