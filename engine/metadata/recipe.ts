import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** A task as `addtask` and the task's varflags say it; names with the `do_` prefix. */
export interface RecipeTask {
  readonly name: string;
  /** Tasks of the same recipe that come directly before (addtask after/before, deltask applied), sorted. */
  readonly after: readonly string[];
  /** Names in addtask that are no tasks, sorted; absent counts as none. */
  readonly missing?: readonly string[] | undefined;
  readonly span: Span | undefined;
  /** The flags of the task that shape the graph (graph-flags.ts), expanded; those that are not set are absent. */
  readonly flags: Readonly<Record<string, string>>;
}

/** One recipe (or class extension of it) after everything has been evaluated. */
export interface Recipe {
  /** Absolute path of the .bb file. */
  readonly file: string;
  /** Class extension (`native`, `rt`), or the empty string. */
  readonly variant: string;
  readonly pn: string;
  readonly pe: string;
  readonly pv: string;
  readonly pr: string;
  readonly layer: string;
  readonly datastore: Datastore;
  readonly tasks: ReadonlyMap<string, RecipeTask>;
  /** PROVIDES, its own name included. */
  readonly provides: readonly string[];
  /** DEPENDS, version constraints dropped. */
  readonly depends: readonly string[];
  readonly packages: readonly string[];
  /** Patterns of PACKAGES_DYNAMIC. */
  readonly packagesDynamic: readonly string[];
  /** EXCLUDE_FROM_WORLD. */
  readonly excludedFromWorld: boolean;
  /** Package name -> run-time names it answers to (the package itself, RPROVIDES, RPROVIDES:pkg). */
  readonly runtimeProvides: ReadonlyMap<string, readonly string[]>;
  /** Package name -> RDEPENDS and RDEPENDS:pkg, version constraints dropped. */
  readonly runtimeDepends: ReadonlyMap<string, readonly string[]>;
  /** Package name -> RRECOMMENDS and RRECOMMENDS:pkg, version constraints dropped; absent counts as empty. */
  readonly runtimeRecommends?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly defaultPreference: number;
  readonly layerPriority: number;
  /** Why the recipe cannot be used in this configuration (SkipRecipe, COMPATIBLE_MACHINE, ...). */
  readonly skipped?: string | undefined;
  /** Files read, and files looked for but absent, absolute. */
  readonly filesRead: readonly string[];
  readonly filesLookedFor: readonly string[];
}
