import { appendsOf } from '../metadata/find-recipe-files.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Subject } from './find-subject.ts';
import { inTaskOrder } from './inspect-tasks.ts';
import { attempt } from './inspect-variable.ts';
import { type Problem, problemOf, shortPath } from './place.ts';
import { formatVersion } from './recipe-version.ts';

/** A package of a recipe; relations as the recipe gives them, version constraints included. */
export interface PackageAnswer {
  readonly name: string;
  readonly provides: readonly string[];
  readonly depends: string;
  readonly recommends: string;
}

/** A recipe and what it is made of. */
export interface RecipeAnswer {
  readonly configuration: string;
  readonly name: string;
  /** Class extension (`native`), or the empty string. */
  readonly variant: string;
  readonly file: string;
  readonly layer: string;
  readonly layerPriority: number;
  readonly version: { readonly epoch: string; readonly version: string; readonly revision: string };
  readonly defaultPreference: number;
  /** Whether it is taken among the recipes of its name. */
  readonly chosen: boolean;
  readonly skipped: string | null;
  readonly problems: readonly Problem[];
  /** In the order in which they are applied. */
  readonly appends: readonly string[];
  /** Class files in the order in which they were read, those of the configuration first. */
  readonly classes: readonly string[];
  readonly provides: readonly string[];
  readonly depends: readonly string[];
  readonly packages: readonly PackageAnswer[];
  /** Each behind those it comes after. */
  readonly tasks: readonly string[];
}

/** Describes a recipe. */
export function inspectRecipe({ configuration, base, catalog, recipe, diagnostics }: Subject): RecipeAnswer {
  return {
    configuration,
    name: recipe.pn,
    variant: recipe.variant,
    file: recipe.file,
    layer: recipe.layer,
    layerPriority: recipe.layerPriority,
    version: { epoch: recipe.pe, version: recipe.pv, revision: recipe.pr },
    defaultPreference: recipe.defaultPreference,
    chosen: catalog.byName(recipe.pn) === recipe,
    skipped: recipe.skipped ?? null,
    problems: diagnostics.map(problemOf),
    appends: appendsOf(recipe.file, base.recipeFiles.appends),
    classes: recipe.filesRead.filter((each) => each.endsWith('.bbclass')),
    provides: recipe.provides,
    depends: recipe.depends,
    packages: recipe.packages.map((name) => packageOf(name, recipe)),
    tasks: inTaskOrder(recipe.tasks),
  };
}

/** A recipe as text, one fact a line. */
export function recipeText(answer: RecipeAnswer, base: string): string {
  const short = (path: string): string => shortPath(path, base);
  const lines = [
    `${answer.configuration === '' ? '' : `mc:${answer.configuration}:`}${answer.name}`,
    ...(answer.skipped === null ? [] : [`  skipped: ${answer.skipped}`]),
    ...(answer.problems.length === 0 ? [] : [`  has errors: what follows is what can be read in spite of them`]),
    `  version: ${versionText(answer)}`,
    `  file: ${short(answer.file)}`,
    ...list('append', answer.appends.map(short)),
    `  layer: ${answer.layer || 'none'} (priority ${answer.layerPriority})`,
    ...(answer.variant === '' ? [] : [`  class extension: ${answer.variant}`]),
    ...list('class', answer.classes.map(short)),
    `  provides: ${answer.provides.join(' ')}`,
    `  depends: ${answer.depends.join(' ')}`,
    ...answer.packages.flatMap(packageLines),
    `  tasks: ${answer.tasks.join(' ')}`,
  ];
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function packageOf(name: string, recipe: Recipe): PackageAnswer {
  const text = (variable: string): string => {
    const values = [variable, `${variable}:${name}`].map((each) => attempt(() => recipe.datastore.get(each)).value);
    return values
      .flatMap((each) => (each ?? '').split(/\s+/))
      .filter((word) => word !== '')
      .join(' ');
  };
  return {
    name,
    provides: recipe.runtimeProvides.get(name) ?? [],
    depends: text('RDEPENDS'),
    recommends: text('RRECOMMENDS'),
  };
}

function versionText({ version, defaultPreference, chosen, skipped }: RecipeAnswer): string {
  const parts = [formatVersion({ pe: version.epoch, pv: version.version, pr: version.revision })];
  if (defaultPreference !== 0) parts.push(`DEFAULT_PREFERENCE ${defaultPreference}`);
  if (!chosen && skipped === null) parts.push('not the one that is taken');
  return parts.join(', ');
}

function list(label: string, entries: readonly string[]): readonly string[] {
  return entries.map((each) => `  ${label}: ${each}`);
}

function packageLines({ name, provides, depends, recommends }: PackageAnswer): readonly string[] {
  const others = provides.filter((each) => each !== name);
  return [
    `  package: ${name}`,
    ...(others.length === 0 ? [] : [`    provides: ${others.join(' ')}`]),
    ...(depends === '' ? [] : [`    depends: ${depends}`]),
    ...(recommends === '' ? [] : [`    recommends: ${recommends}`]),
  ];
}
