import type { Span } from '../base/source-text.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** A task as `addtask` and the task's varflags say it; names with the `do_` prefix. */
export interface RecipeTask {
  readonly name: string;
  /** Tasks of the same recipe that come directly before (addtask after/before, deltask applied), sorted. */
  readonly after: readonly string[];
  readonly span: Span | undefined;
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
  /** Package name -> run-time names it answers to (the package itself, RPROVIDES:pkg). */
  readonly runtimeProvides: ReadonlyMap<string, readonly string[]>;
  /** Package name -> RDEPENDS:pkg, version constraints dropped. */
  readonly runtimeDepends: ReadonlyMap<string, readonly string[]>;
  /** Package name -> RRECOMMENDS:pkg, version constraints dropped; absent counts as empty. */
  readonly runtimeRecommends?: ReadonlyMap<string, readonly string[]> | undefined;
  readonly defaultPreference: number;
  readonly layerPriority: number;
  /** Why the recipe cannot be used in this configuration (SkipRecipe, COMPATIBLE_MACHINE, ...). */
  readonly skipped?: string | undefined;
  /** Files read, and files looked for but absent, absolute. */
  readonly filesRead: readonly string[];
  readonly filesLookedFor: readonly string[];
}
