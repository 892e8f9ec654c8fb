import { isAbsolute, join } from 'node:path';
import type { Diagnostic } from '../base/diagnostic.ts';
import { didYouMean } from '../base/spelling.ts';
import { StxError } from '../base/stx-error.ts';
import type { DamagedRecipe } from '../metadata/damaged-recipe.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { BaseConfiguration, LoadedConfiguration, RecipeCatalog, Workspace } from '../metadata/workspace.ts';

/** A name of the command line taken apart; an empty name means the configuration itself. */
export interface SubjectName {
  readonly configuration: string;
  readonly name: string;
}

/** A recipe that was asked for. */
export interface Subject {
  readonly configuration: string;
  readonly base: BaseConfiguration;
  readonly catalog: RecipeCatalog;
  readonly recipe: Recipe;
  /** What is wrong with its file; then it is in no catalog. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a subject is looked for. */
export interface SubjectSource {
  readonly workspace: Workspace;
  /** Relative recipe files count from here. */
  readonly currentDirectory: string;
  /** Reads a recipe file in spite of its errors. */
  readDamaged(configuration: string, file: string): readonly DamagedRecipe[];
}

/** Reads `NAME`, `mc:CONFIGURATION:NAME` and `mc:CONFIGURATION`. Throws StxError `bad-argument`. */
export function parseSubjectName(text: string): SubjectName {
  const parts = text.split(':');
  const configuration = parts[0] === 'mc' && parts.length > 1 ? (parts[1] ?? '') : '';
  const name = parts[0] === 'mc' && parts.length > 1 ? parts.slice(2).join(':') : text;
  if (name.includes(':') && !name.endsWith('.bb')) {
    const help = 'write `NAME` or `mc:CONFIGURATION:NAME`, without a task';
    throw StxError.of('bad-argument', `\`${text}\` is not the name of a recipe`, { help });
  }
  return { configuration, name };
}

/** The configuration of that name. Throws StxError `unknown-configuration`. */
export function findConfiguration(workspace: Workspace, name: string): LoadedConfiguration {
  const found = workspace.configurations.get(name);
  if (found !== undefined) return found;
  const known = [...workspace.configurations.keys()].filter((each) => each !== '');
  const help = didYouMean(name, known) ?? `configurations of BBMULTICONFIG: ${known.join(' ') || 'none'}`;
  throw StxError.of('unknown-configuration', `there is no configuration \`${name}\``, { help });
}

/**
 * The recipe that a name means: the one that is taken for that PN, else a skipped one, one with errors, or what provides
 * the name; for a path, the recipe of that file. Throws StxError `unknown-target`.
 */
export function findSubject({ configuration, name }: SubjectName, source: SubjectSource): Subject {
  const { base, catalog } = findConfiguration(source.workspace, configuration);
  const whole = wholeRecipe(name, catalog, source.currentDirectory);
  if (whole !== undefined) return { configuration, base, catalog, recipe: whole, diagnostics: [] };
  const damaged = damagedRecipe(name, { configuration, base, catalog }, source);
  if (damaged !== undefined) return { configuration, base, catalog, ...damaged };
  const recipe = catalog.providers(name)[0] ?? catalog.runtimeProviders(name)[0];
  if (recipe !== undefined) return { configuration, base, catalog, recipe, diagnostics: [] };
  throw unknownRecipe(name, catalog);
}

/** An error for a name that no recipe has, with the nearest ones. */
export function unknownRecipe(name: string, catalog: RecipeCatalog): StxError {
  const names = new Set([...catalog.targetNames(), ...catalog.recipes.map((each) => each.pn)]);
  const help = didYouMean(name, names) ?? '`stx-bake inspect recipes` lists them';
  return StxError.of('unknown-target', `no recipe is called \`${name}\` or provides it`, { help });
}

function wholeRecipe(name: string, catalog: RecipeCatalog, currentDirectory: string): Recipe | undefined {
  if (name.endsWith('.bb')) {
    const path = absolute(name, currentDirectory);
    const ofFile = catalog.recipes.filter((each) => each.file === path || isNamed(each.file, name));
    return ofFile.find((each) => each.variant === '') ?? ofFile[0];
  }
  return catalog.byName(name) ?? catalog.recipes.find((each) => each.pn === name);
}

/** Files without a recipe in the catalog are those with errors; those that are likely by their name are tried first. */
function damagedRecipe(
  name: string,
  where: Pick<Subject, 'configuration' | 'base' | 'catalog'>,
  source: SubjectSource,
): DamagedRecipe | undefined {
  const whole = new Set(where.catalog.recipes.map((each) => each.file));
  const files = where.base.recipeFiles.recipes.filter((file) => !whole.has(file));
  const path = absolute(name, source.currentDirectory);
  const isLikely = (file: string): boolean => name.includes(baseName(file)) || file === path;
  for (const file of [...files.filter(isLikely), ...files.filter((each) => !isLikely(each))]) {
    const found = source.readDamaged(where.configuration, file);
    const match = name.endsWith('.bb')
      ? found.find(() => file === path || isNamed(file, name))
      : found.find(({ recipe }) => recipe.pn === name);
    if (match !== undefined) return match;
  }
  return undefined;
}

function absolute(path: string, currentDirectory: string): string {
  return isAbsolute(path) ? path : join(currentDirectory, path);
}

function isNamed(file: string, name: string): boolean {
  return !name.includes('/') && file.endsWith(`/${name}`);
}

function baseName(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/(_.*)?\.bb$/, '');
}
