import type { Datastore } from '../datastore/datastore.ts';
import type { Recipe } from './recipe.ts';

/** One layer of bblayers.conf. */
export interface Layer {
  readonly name: string;
  readonly path: string;
  readonly priority: number;
}

/** bitbake.conf, local.conf, distro, machine and multiconfig file evaluated; one per configuration. */
export interface BaseConfiguration {
  /** Empty for the default configuration. */
  readonly name: string;
  readonly datastore: Datastore;
  readonly layers: readonly Layer[];
  readonly filesRead: readonly string[];
}

/** The recipes of one configuration. */
export interface RecipeCatalog {
  readonly recipes: readonly Recipe[];
  /** The chosen recipe of that PN (preferred version among several), skipped ones excluded. */
  byName(pn: string): Recipe | undefined;
  /** Recipes whose PROVIDES holds the name, best first (PREFERRED_PROVIDER, PREFERRED_VERSION, layer priority, version). */
  providers(name: string): readonly Recipe[];
  /** Recipes with a package that answers to the run-time name, best first. */
  runtimeProviders(name: string): readonly Recipe[];
  /** Everything a target may be called, for "did you mean". */
  targetNames(): readonly string[];
}

/** All configurations of one invocation. */
export interface Workspace {
  /** Configuration name -> what belongs to it; the default one has the empty name. */
  readonly configurations: ReadonlyMap<string, { readonly base: BaseConfiguration; readonly catalog: RecipeCatalog }>;
}
