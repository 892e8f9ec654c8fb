import { compareCodePoints } from '../base/canonical-json.ts';
import type { Span } from '../base/source-text.ts';
import type { RecipeTask } from './recipe.ts';

/** A task before its flags are read. */
export type ResolvedTask = Omit<RecipeTask, 'flags'>;

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
    for (const entry of order.after) this.#edge(task, taskName(entry));
    for (const entry of order.before) this.#edge(taskName(entry), task);
  }

  /** `deltask name`: the task and its edges go, tasks behind it are not joined to those before it. */
  delete(name: string): void {
    const task = taskName(name);
    this.#tasks.delete(task);
    this.#dependencies.delete(task);
    for (const other of this.#tasks.keys()) this.#dependencies.get(other)?.delete(task);
  }

  /** Tasks in the order in which they were added; names as written. */
  names(): readonly string[] {
    return [...this.#tasks.keys()];
  }

  /** What comes directly before a task, in the order in which it was said; names as written. */
  before(name: string): readonly string[] {
    return [...(this.#dependencies.get(taskName(name)) ?? [])];
  }

  /** Puts other tasks before one than were said so far, as `d.setVarFlag(name, 'deps', [...])` does. */
  setBefore(name: string, needs: readonly string[]): void {
    this.#dependencies.set(taskName(name), new Set(needs));
  }

  /** Whether `addtask` has named the task. */
  has(name: string): boolean {
    return this.#tasks.has(taskName(name));
  }

  /** An independent copy. */
  fork(): TaskTable {
    const copy = new TaskTable();
    for (const [task, span] of this.#tasks) copy.#tasks.set(task, span);
    for (const [task, entries] of this.#dependencies) copy.#dependencies.set(task, new Set(entries));
    return copy;
  }

  /** The tasks with references in their names expanded; edges to tasks that do not exist are kept apart. */
  resolve(expand: (text: string) => string): ReadonlyMap<string, ResolvedTask> {
    const spans = new Map<string, Span | undefined>();
    for (const [task, span] of this.#tasks) {
      const name = expand(task);
      if (!spans.has(name)) spans.set(name, span);
    }
    const before = new Map<string, Set<string>>();
    for (const [task, entries] of this.#dependencies) {
      // As in BitBake, what is kept at a name with references is lost when the name is expanded.
      if (expand(task) === task) before.set(task, new Set([...entries].map(expand)));
    }
    const names = [...spans.keys()].sort(compareCodePoints);
    return new Map(
      names.map((name) => {
        const wanted = [...(before.get(name) ?? [])].sort(compareCodePoints);
        const after = wanted.filter((each) => spans.has(each));
        const missing = wanted.filter((each) => !spans.has(each));
        return [name, { name, after, ...(missing.length > 0 ? { missing } : {}), span: spans.get(name) }];
      }),
    );
  }

  /** All that the table says, places left out. */
  state(): unknown {
    return [[...this.#tasks.keys()], [...this.#dependencies].map(([task, entries]) => [task, ...entries])];
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
