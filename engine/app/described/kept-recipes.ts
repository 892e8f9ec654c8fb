import { SourceText } from '../../base/source-text.ts';
import type { TaskId } from '../../base/task-id.ts';
import type { Datastore, VariableEvent } from '../../datastore/datastore.ts';
import { DeferredDatastore } from '../../datastore/deferred-datastore.ts';
import { type PlainRecipe, reviveRecipe } from '../../metadata/cache/plain-recipe.ts';
import type { Recipe } from '../../metadata/recipe.ts';
import type { KeptEvent, KeptRecipe } from './described-record.ts';
import type { MetadataBehind } from './read-again.ts';
import type { Sections } from './sections.ts';
import { KeptTexts } from './tables.ts';

/** A recipe with what was kept of it. */
export interface FoundRecipe {
  readonly recipe: Recipe;
  readonly kept: KeptRecipe;
}

/** What recipes have numbers for. */
export interface RecipeTables {
  /** The paths of a list. */
  paths(list: number): readonly string[];
  hasTask(id: TaskId): boolean;
}

/** The recipes of a record by number, each read when it is asked for. */
export class RecipeShelf {
  readonly #lines: KeptTexts;
  readonly #plain: KeptTexts;
  readonly #tables: RecipeTables;
  readonly #behind: MetadataBehind;
  readonly #found: (FoundRecipe | undefined)[] = [];

  constructor(sections: Sections, tables: RecipeTables, behind: MetadataBehind) {
    this.#lines = new KeptTexts(sections.numbers('recipe-ends'), sections.bytes('recipes'));
    this.#plain = new KeptTexts(sections.numbers('plain-ends'), sections.bytes('plain'));
    this.#tables = tables;
    this.#behind = behind;
  }

  at(number: number): FoundRecipe {
    const known = this.#found[number];
    if (known !== undefined) return known;
    const kept = JSON.parse(this.#lines.at(number)) as KeptRecipe;
    const recipe = new RecipeOfRecord(kept, {
      real: () => this.#behind.recipe(kept.configuration, kept),
      plain: () => (JSON.parse(this.#plain.at(number)) as { readonly recipe: PlainRecipe }).recipe,
      paths: (list) => this.#tables.paths(list),
      isTask: (task) => this.#tables.hasTask({ configuration: kept.configuration, recipe: kept.pn, task }),
    });
    const found = { kept, recipe };
    this.#found[number] = found;
    return found;
  }
}

/** Where a recipe takes the rest from. */
interface RecipeSources {
  real(): Recipe;
  plain(): PlainRecipe;
  /** The paths of a list. */
  paths(list: number): readonly string[];
  /** Whether the graph has this task of it. */
  isTask(name: string): boolean;
}

class RecipeOfRecord implements Recipe {
  readonly file: string;
  readonly variant: string;
  readonly pn: string;
  readonly datastore: Datastore;
  readonly #kept: KeptRecipe;
  readonly #sources: RecipeSources;
  #revived: Recipe | undefined;
  #filesRead: readonly string[] | undefined;
  #filesLookedFor: readonly string[] | undefined;

  constructor(kept: KeptRecipe, sources: RecipeSources) {
    const { values, stampExtra, sourceHistory } = kept;
    this.file = kept.file;
    this.variant = kept.variant;
    this.pn = kept.pn;
    this.#kept = kept;
    this.#sources = sources;
    const known = {
      values,
      flag: (name: string, flag: string) =>
        flag === 'stamp-extra-info' && sources.isTask(name) ? (stampExtra[name] ?? null) : undefined,
      history: {
        get SRC_URI() {
          return sourceHistory.map(reviveEvent);
        },
      },
    };
    this.datastore = new DeferredDatastore(known, () => sources.real().datastore);
  }

  get pe(): string {
    return this.#recipe.pe;
  }

  get pv(): string {
    return this.#recipe.pv;
  }

  get pr(): string {
    return this.#recipe.pr;
  }

  get layer(): string {
    return this.#recipe.layer;
  }

  get tasks(): Recipe['tasks'] {
    return this.#recipe.tasks;
  }

  get provides(): readonly string[] {
    return this.#recipe.provides;
  }

  get depends(): readonly string[] {
    return this.#recipe.depends;
  }

  get packages(): readonly string[] {
    return this.#kept.packages;
  }

  get packagesDynamic(): readonly string[] {
    return this.#recipe.packagesDynamic;
  }

  get excludedFromWorld(): boolean {
    return this.#recipe.excludedFromWorld;
  }

  get runtimeProvides(): Recipe['runtimeProvides'] {
    return this.#recipe.runtimeProvides;
  }

  get runtimeDepends(): Recipe['runtimeDepends'] {
    return this.#recipe.runtimeDepends;
  }

  get runtimeRecommends(): Recipe['runtimeRecommends'] {
    return this.#recipe.runtimeRecommends;
  }

  get defaultPreference(): number {
    return this.#recipe.defaultPreference;
  }

  get layerPriority(): number {
    return this.#recipe.layerPriority;
  }

  get skipped(): string | undefined {
    return this.#recipe.skipped;
  }

  get filesRead(): readonly string[] {
    this.#filesRead ??= this.#kept.filesRead.flatMap((list) => this.#sources.paths(list));
    return this.#filesRead;
  }

  get filesLookedFor(): readonly string[] {
    this.#filesLookedFor ??= this.#kept.filesLookedFor.flatMap((list) => this.#sources.paths(list));
    return this.#filesLookedFor;
  }

  get #recipe(): Recipe {
    this.#revived ??= reviveRecipe(this.#sources.plain(), {
      filesRead: () => this.filesRead,
      filesLookedFor: () => this.filesLookedFor,
      evaluated: () => this.#sources.real(),
    });
    return this.#revived;
  }
}

/** Only the place is right, not the text around it. */
function reviveEvent({ path, line = 1, ...event }: KeptEvent): VariableEvent {
  const operation = event.operation as VariableEvent['operation'];
  if (path === undefined) return { ...event, operation };
  const at = line - 1;
  const lines = new SourceText(path, '\n'.repeat(at));
  return { ...event, operation, span: { source: lines, start: at, end: at } };
}
