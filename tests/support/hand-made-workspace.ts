import { createDatastore } from '../../engine/datastore/datastore-builder.ts';
import type { Recipe } from '../../engine/metadata/recipe.ts';
import { createRecipeCatalog } from '../../engine/metadata/recipe-catalog.ts';
import type { Workspace } from '../../engine/metadata/workspace.ts';

/** A recipe in short: everything has a default; `tasks` maps a task to the tasks before it, `flags` a task to its flags. */
export interface RecipeSketch {
  readonly version?: string;
  readonly file?: string;
  readonly depends?: readonly string[];
  readonly provides?: readonly string[];
  readonly rdepends?: readonly string[];
  readonly rrecommends?: readonly string[];
  readonly packages?: readonly string[];
  readonly packagesDynamic?: readonly string[];
  readonly excludedFromWorld?: boolean;
  readonly layerPriority?: number;
  readonly defaultPreference?: number;
  readonly skipped?: string;
  readonly tasks?: Readonly<Record<string, readonly string[]>>;
  readonly flags?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The tasks of the conformance skeleton's base class. */
export const baseTasks: Readonly<Record<string, readonly string[]>> = {
  do_prepare: [],
  do_compile: ['do_prepare'],
  do_install: ['do_compile'],
  do_build: ['do_install'],
};

const evaluator = {
  evaluate(code: string): string {
    throw new Error(`no inline code in a hand-made recipe: ${code}`);
  },
};

const defaults = {
  version: '1.0',
  depends: [],
  provides: [],
  rdepends: [],
  rrecommends: [],
  packagesDynamic: [],
  excludedFromWorld: false,
  layerPriority: 5,
  defaultPreference: 0,
  tasks: baseTasks,
} as const satisfies RecipeSketch;

/** A Recipe made from its sketch; do_prepare waits for do_install of DEPENDS, as in the conformance skeleton. */
export function sketchRecipe(pn: string, sketch: RecipeSketch = {}): Recipe {
  const full = { packages: [pn], ...defaults, ...sketch };
  const { version, packages } = full;
  const flags = { do_prepare: { deptask: 'do_install' }, ...sketch.flags } as NonNullable<RecipeSketch['flags']>;
  const main = packages[0] ?? pn;
  return {
    file: sketch.file ?? `/layer/${pn}_${version}.bb`,
    variant: '',
    pn,
    pe: '',
    pv: version,
    pr: 'r0',
    layer: 'layer',
    datastore: datastoreWithFlags(flags),
    tasks: new Map(
      Object.entries(full.tasks).map(([name, after]) => [
        name,
        { name, after: [...after].sort(), span: undefined, flags: flags[name] ?? {} },
      ]),
    ),
    provides: [pn, ...full.provides],
    depends: full.depends,
    packages,
    packagesDynamic: full.packagesDynamic,
    excludedFromWorld: full.excludedFromWorld,
    runtimeProvides: new Map(packages.map((each) => [each, [each]])),
    runtimeDepends: new Map([[main, full.rdepends]]),
    runtimeRecommends: new Map([[main, full.rrecommends]]),
    defaultPreference: full.defaultPreference,
    layerPriority: full.layerPriority,
    skipped: sketch.skipped,
    filesRead: [],
    filesLookedFor: [],
  };
}

function datastoreWithFlags(flags: Readonly<Record<string, Readonly<Record<string, string>>>>): Recipe['datastore'] {
  const datastore = createDatastore({ evaluator });
  for (const [task, values] of Object.entries(flags)) {
    for (const [flag, value] of Object.entries(values)) datastore.setFlag(task, flag, value);
  }
  return datastore.seal();
}

/** A workspace of sketched recipes; `variables` are those of every base configuration. */
export function sketchWorkspace(
  configurations: Readonly<Record<string, Readonly<Record<string, RecipeSketch>> | readonly Recipe[]>>,
  variables: Readonly<Record<string, string>> = {},
): Workspace {
  const entries = Object.entries(configurations).map(([name, recipes]) => {
    const datastore = createDatastore({ evaluator, given: variables }).seal();
    const list = Array.isArray(recipes)
      ? (recipes as readonly Recipe[])
      : Object.entries(recipes as Record<string, RecipeSketch>).map(([pn, sketch]) => sketchRecipe(pn, sketch));
    const recipeFiles = { recipes: [], appends: [], masked: 0 };
    const value = (variable: string) => datastore.get(variable);
    const base = { name, datastore, layers: [], recipeFiles, filesRead: [], value };
    return [name, { base, catalog: createRecipeCatalog(list, { datastore }), evaluatedFiles: list.length }] as const;
  });
  return { configurations: new Map(entries) };
}
