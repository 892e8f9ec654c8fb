import { compareCodePoints } from '../base/canonical-json.ts';
import type { Span } from '../base/source-text.ts';
import type { RecipeTask } from './recipe.ts';

/** What `addtask` and `deltask` have said so far; names may still hold references. BitBake: build.addtask, build.deltask. */
export class TaskTable {
  readonly #tasks = new Map<string, Span | undefined>();
  readonly #dependencies = new Map<string, Set<string>>();

  /** `addtask name after ... before ...`; several statements for one task add up. */
  add(
    name: string,
    order: { readonly after: readonly string[]; readonly before: readonly string[] },
    span?: Span,
  ): void {
    const task = taskName(name);
    if (!this.#tasks.has(task)) this.#tasks.set(task, span);
    for (const entry of order.after) this.#edge(task, entry);
    for (const entry of order.before) this.#edge(entry, task);
  }

  /** `deltask name`: the task and its edges go, tasks behind it are not joined to those before it. */
  delete(name: string): void {
    const task = taskName(name);
    this.#tasks.delete(task);
    this.#dependencies.delete(task);
    for (const other of this.#tasks.keys()) this.#dependencies.get(other)?.delete(task);
  }

  /** An independent copy. */
  fork(): TaskTable {
    const copy = new TaskTable();
    for (const [task, span] of this.#tasks) copy.#tasks.set(task, span);
    for (const [task, entries] of this.#dependencies) copy.#dependencies.set(task, new Set(entries));
    return copy;
  }

  /** The tasks with references in their names expanded; edges to tasks that do not exist are dropped. */
  resolve(expand: (text: string) => string): ReadonlyMap<string, RecipeTask> {
    const spans = new Map<string, Span | undefined>();
    for (const [task, span] of this.#tasks) {
      const name = expand(task);
      if (!spans.has(name)) spans.set(name, span);
    }
    const before = new Map<string, Set<string>>();
    for (const [task, entries] of this.#dependencies) {
      const name = expand(task);
      const known = before.get(name) ?? new Set<string>();
      for (const entry of entries) known.add(expand(entry));
      before.set(name, known);
    }
    const names = [...spans.keys()].sort(compareCodePoints);
    return new Map(
      names.map((name) => {
        const after = [...(before.get(name) ?? [])].filter((each) => spans.has(each)).sort(compareCodePoints);
        return [name, { name, after, span: spans.get(name) }];
      }),
    );
  }

  #edge(task: string, needs: string): void {
    const known = this.#dependencies.get(task);
    if (known) known.add(needs);
    else this.#dependencies.set(task, new Set([needs]));
  }
}

/** A task's name with its `do_` prefix. */
export function taskName(name: string): string {
  return name.startsWith('do_') ? name : `do_${name}`;
}
