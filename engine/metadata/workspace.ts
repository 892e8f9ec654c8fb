import type { Diagnostic } from '../base/diagnostic.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { Recipe } from './recipe.ts';

/** One layer of bblayers.conf. */
export interface Layer {
  readonly name: string;
  readonly path: string;
  readonly priority: number;
  /** BBFILE_PATTERN as it stands; empty when no file belongs to the layer. */
  readonly patternText: string;
}

/** Recipe files in the order in which BitBake reads them, and the append files of all layers. */
export interface RecipeFiles {
  readonly recipes: readonly string[];
  /** Weakest layer first: the order in which they are applied. */
  readonly appends: readonly string[];
  readonly masked: number;
}

/** bitbake.conf, local.conf, distro, machine and multiconfig file evaluated; one per configuration. */
export interface BaseConfiguration {
  /** Empty for the default configuration. */
  readonly name: string;
  readonly datastore: Datastore;
  readonly layers: readonly Layer[];
  readonly recipeFiles: RecipeFiles;
  readonly filesRead: readonly string[];
  /** Final value of a variable, as `datastore.get`; often known without evaluating the configuration. */
  value(name: string): string | undefined;
}

/** Which recipes answer to a name. */
export interface ProviderChoice {
  /** One recipe for each PN, best first; empty when nobody provides the name, or a required version is missing. */
  readonly eligible: readonly Recipe[];
  /** How many of them a preference of the configuration speaks for; more than one is a conflict of run-time names. */
  readonly preferences: number;
  /** Versions that are asked for and missing, preferences that contradict each other. */
  readonly diagnostics: readonly Diagnostic[];
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
  choice(name: string): ProviderChoice;
  runtimeChoice(name: string): ProviderChoice;
  /** Whether a recipe that is not skipped provides the name at all, whatever version is asked for. */
  isProvided(name: string): boolean;
  isRuntimeProvided(name: string): boolean;
  /** Recipe names that the targets `world` and `universe` stand for when this task is asked of them. */
  worldNames(task: string): readonly string[];
  universeNames(task: string): readonly string[];
  /** Everything a target may be called, for "did you mean". */
  targetNames(): readonly string[];
}

/** One configuration with its recipes. */
export interface LoadedConfiguration {
  readonly base: BaseConfiguration;
  readonly catalog: RecipeCatalog;
  /** How many recipe files were evaluated; the others came from the parse cache. */
  readonly evaluatedFiles: number;
}

/** All configurations of one invocation. */
export interface Workspace {
  /** Configuration name -> what belongs to it; the default one has the empty name. */
  readonly configurations: ReadonlyMap<string, LoadedConfiguration>;
  /** Further ones that cannot be had, each with its errors `variant-unavailable`, which tell why. */
  readonly unavailable?: ReadonlyMap<string, readonly Diagnostic[]> | undefined;
}
