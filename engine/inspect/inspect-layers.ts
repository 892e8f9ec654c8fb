import { basename, join } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { type OpenAnswer, openAnswers } from '../metadata/check-answers.ts';
import { appendsOf } from '../metadata/find-recipe-files.ts';
import type { Recipe } from '../metadata/recipe.ts';
import { splitPath } from '../metadata/search-path.ts';
import type { BaseConfiguration, Layer, RecipeCatalog } from '../metadata/workspace.ts';
import { shortPath, table } from './place.ts';

/** A layer of BBLAYERS. */
export interface LayerAnswer {
  readonly name: string;
  readonly path: string;
  readonly priority: number;
  readonly pattern: string;
  /** LAYERSERIES_COMPAT. */
  readonly compat: readonly string[];
  readonly depends: readonly string[];
  readonly recommends: readonly string[];
}

/** Files of one name of which only the first is used. */
export interface OverlayAnswer {
  readonly kind: 'recipe' | 'class';
  readonly name: string;
  /** Strongest first. */
  readonly files: readonly { readonly file: string; readonly layer: string }[];
}

/** The layers of a configuration and how they bear on each other. */
export interface LayersAnswer {
  /** In the order of BBLAYERS. */
  readonly layers: readonly LayerAnswer[];
  readonly overlays: readonly OverlayAnswer[];
  /** Recipe files with their append files, in the order in which they are applied. */
  readonly appends: readonly { readonly file: string; readonly appends: readonly string[] }[];
  /** Append files that no recipe matches. */
  readonly dangling: readonly string[];
  /** How many files BBMASK hides. */
  readonly masked: number;
  /** What the chosen operating system does not have, with its layer's reasons. */
  readonly withoutAnswer: readonly OpenAnswer[];
}

/** What `inspectLayers` looks at. */
export interface LayersSource {
  readonly base: BaseConfiguration;
  readonly catalog: RecipeCatalog;
  readonly topDirectory: string;
  readonly files: FileReader;
}

/** Describes the layers of a configuration. */
export function inspectLayers({ base, catalog, topDirectory, files }: LayersSource): LayersAnswer {
  const { recipes, appends, masked } = base.recipeFiles;
  const appended = recipes
    .map((file) => ({ file, appends: appendsOf(file, appends) }))
    .filter((each) => each.appends.length > 0);
  const used = new Set(appended.flatMap((each) => each.appends));
  const directories = splitPath(base.datastore.get('BBPATH'), topDirectory);
  return {
    layers: base.layers.map((layer) => describeLayer(layer, base.datastore)),
    overlays: [...recipeOverlays(catalog.recipes), ...classOverlays(directories, base.layers, files)],
    appends: appended,
    dangling: appends.filter((each) => !used.has(each)),
    masked,
    withoutAnswer: openAnswers(base.datastore),
  };
}

/** One line a layer of its name, priority and path. */
export function layerListText(layers: readonly LayerAnswer[], base: string): string {
  return table(layers.map(({ name, priority, path }) => [name, String(priority), shortPath(path, base)]));
}

/** Layers, then what overlays what, then append files. */
export function layersText(answer: LayersAnswer, base: string): string {
  const short = (path: string): string => shortPath(path, base);
  const lines = answer.layers.flatMap((layer) => [
    `${layer.name} (priority ${layer.priority})`,
    `  path: ${short(layer.path)}`,
    `  pattern: ${layer.pattern || 'none: no file belongs to it'}`,
    ...(layer.compat.length === 0 ? [] : [`  compatible with: ${layer.compat.join(' ')}`]),
    ...(layer.depends.length === 0 ? [] : [`  depends on: ${layer.depends.join(' ')}`]),
    ...(layer.recommends.length === 0 ? [] : [`  recommends: ${layer.recommends.join(' ')}`]),
  ]);
  for (const { kind, name, files } of answer.overlays) {
    lines.push(`${kind} ${name}: ${files.map(({ file }) => short(file)).join(' overlays ')}`);
  }
  for (const { file, appends } of answer.appends) {
    lines.push(`${short(file)} is appended by`, ...appends.map((each) => `  ${short(each)}`));
  }
  for (const each of answer.dangling) lines.push(`${short(each)} appends to no recipe`);
  if (answer.masked > 0) lines.push(`${answer.masked} files are hidden by BBMASK`);
  for (const { what, reason } of answer.withoutAnswer) lines.push(`${what} has no answer: ${reason}`);
  return lines.map((line) => `${line}\n`).join('');
}

/** One layer by its variables. */
export function describeLayer({ name, path, priority, patternText }: Layer, datastore: Datastore): LayerAnswer {
  const words = (variable: string): readonly string[] =>
    (datastore.get(`${variable}_${name}`) ?? '').split(/\s+/).filter((word) => word !== '');
  return {
    name,
    path,
    priority,
    pattern: patternText,
    compat: words('LAYERSERIES_COMPAT'),
    depends: words('LAYERDEPENDS'),
    recommends: words('LAYERRECOMMENDS'),
  };
}

/** Recipes of one name in several layers. */
function recipeOverlays(recipes: readonly Recipe[]): readonly OverlayAnswer[] {
  const byName = Map.groupBy(
    recipes.filter((each) => each.variant === ''),
    (each) => each.pn,
  );
  return [...byName]
    .filter(([, group]) => new Set(group.map((each) => each.layer)).size > 1)
    .map(([name, group]) => ({
      kind: 'recipe' as const,
      name,
      files: group.toSorted((a, b) => b.layerPriority - a.layerPriority).map(({ file, layer }) => ({ file, layer })),
    }));
}

/** Classes of one name in several directories of BBPATH: the first one is found. */
function classOverlays(
  directories: readonly string[],
  layers: readonly Layer[],
  files: FileReader,
): readonly OverlayAnswer[] {
  const found = ['classes', 'classes-global', 'classes-recipe'].flatMap((folder) =>
    [...new Set(directories)].flatMap((directory) => {
      const names = files.list(join(directory, folder)).filter((name) => name.endsWith('.bbclass'));
      return names.map((name) => ({ key: join(folder, name), file: join(directory, folder, name) }));
    }),
  );
  return [...Map.groupBy(found, (each) => each.key)]
    .filter(([, group]) => group.length > 1)
    .map(([key, group]) => ({
      kind: 'class' as const,
      name: basename(key, '.bbclass'),
      files: group.map(({ file }) => ({ file, layer: layerOf(file, layers) })),
    }));
}

function layerOf(file: string, layers: readonly Layer[]): string {
  return layers.find((layer) => file.startsWith(`${layer.path}/`))?.name ?? '';
}
