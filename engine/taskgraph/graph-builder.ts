import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import type { PlacedRecipe, ProviderLookup } from './provider-lookup.ts';
import { directNeeds, type PlacedTask } from './task-edges.ts';
import type { Task, TaskKey } from './task-graph.ts';

/** Tasks and edges while they are collected. */
export class GraphBuilder {
  readonly lookup: ProviderLookup;
  readonly tasks = new Map<TaskKey, Task>();
  readonly edges = new Map<TaskKey, Set<TaskKey>>();
  readonly diagnostics: Diagnostic[] = [];
  readonly #chosen = new Map<string, PlacedRecipe>();
  readonly #waiting: PlacedTask[] = [];

  constructor(lookup: ProviderLookup) {
    this.lookup = lookup;
  }

  keys(): readonly TaskKey[] {
    return [...this.tasks.keys()];
  }

  dependencies(key: TaskKey): readonly TaskKey[] {
    return [...(this.edges.get(key) ?? [])];
  }

  /** Makes the task a node; what it needs follows with `addReachable`. */
  add(placed: PlacedTask): TaskKey {
    const { configuration, recipe, task } = placed;
    const id = { configuration, recipe: recipe.pn, task };
    const key = formatTaskId(id);
    this.#checkRecipe(placed);
    if (!this.tasks.has(key)) {
      this.tasks.set(key, { id, key, recipe });
      this.edges.set(key, new Set());
      this.#waiting.push(placed);
    }
    return key;
  }

  /** Follows the direct edges of every new node until nothing new comes. */
  addReachable(): void {
    for (let task = this.#waiting.pop(); task; task = this.#waiting.pop()) {
      const from = this.add(task);
      try {
        for (const need of directNeeds(task, this.lookup)) this.connect(from, this.add(need));
      } catch (error) {
        if (!(error instanceof StxError)) throw error;
        this.diagnostics.push(...error.diagnostics);
      }
    }
  }

  /** `from` needs `to`; true when the edge is new. A task never needs itself. */
  connect(from: TaskKey, to: TaskKey): boolean {
    const edges = this.edges.get(from);
    if (!edges || from === to || edges.has(to)) return false;
    edges.add(to);
    return true;
  }

  /** Drops every task that no target needs: searches look at more than what is built. */
  keepReachable(targets: readonly TaskKey[]): void {
    const kept = new Set(targets);
    // A Set yields what is added to it during the loop.
    for (const key of kept) for (const need of this.edges.get(key) ?? []) kept.add(need);
    for (const key of this.keys()) {
      if (kept.has(key)) continue;
      this.tasks.delete(key);
      this.edges.delete(key);
    }
  }

  /** One recipe a name and configuration, and all that it is built from must exist. */
  #checkRecipe(placed: PlacedRecipe): void {
    const name = `${placed.configuration}:${placed.recipe.pn}`;
    const known = this.#chosen.get(name);
    if (known?.recipe === placed.recipe) return;
    if (!known) {
      this.#chosen.set(name, placed);
      this.diagnostics.push(...this.lookup.missingDepends(placed));
      return;
    }
    const { pn, file } = placed.recipe;
    const message = `two versions of \`${pn}\` are needed: \`${known.recipe.file}\` and \`${file}\``;
    const help = `set PREFERRED_VERSION_${pn}, so that all that need it agree`;
    const diagnostic = errorDiagnostic('multiple-versions', message, { help });
    if (!this.diagnostics.some((each) => each.message === message)) this.diagnostics.push(diagnostic);
  }
}
