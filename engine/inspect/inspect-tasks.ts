import type { Recipe, RecipeTask } from '../metadata/recipe.ts';
import { attempt, type FlagAnswer } from './inspect-variable.ts';
import { type Place, placeOf, placeText, quoted } from './place.ts';

/** A task of a recipe. */
export interface TaskAnswer {
  readonly name: string;
  /** Tasks of the recipe that come directly before. */
  readonly after: readonly string[];
  /** `nothing`: it has no body, or [noexec]. */
  readonly kind: 'shell' | 'python' | 'built-in' | 'nothing';
  /** The built-in task that it is, for that kind. */
  readonly builtin: string | null;
  readonly flags: readonly FlagAnswer[];
  /** Its addtask, and where its function is written. */
  readonly added: Place | null;
  readonly defined: Place | null;
}

/** The tasks of a recipe, each behind those it comes after. */
export function inspectTasks(recipe: Recipe): readonly TaskAnswer[] {
  return inTaskOrder(recipe.tasks).flatMap((name) => {
    const task = recipe.tasks.get(name);
    return task === undefined ? [] : [taskOf(task, recipe)];
  });
}

/** One line a task, its flags below it. */
export function tasksText(tasks: readonly TaskAnswer[], base: string): string {
  return tasks
    .map((task) => {
      const after = task.after.length === 0 ? '' : ` after ${task.after.join(' ')}`;
      const kind = task.builtin === null ? task.kind : `built-in ${task.builtin}`;
      const place = task.defined ?? task.added;
      const flags = task.flags.map((each) => `  [${each.name}] ${quoted(each.value ?? each.unexpanded)}\n`).join('');
      return `${task.name} ${kind}${after}${place === null ? '' : ` (${placeText(place, base)})`}\n${flags}`;
    })
    .join('');
}

/** Names of tasks, each behind those it comes after, else in the order of the table; a circle ends where it is met again. */
export function inTaskOrder(tasks: ReadonlyMap<string, RecipeTask>): readonly string[] {
  const ordered = new Set<string>();
  const waiting = [...tasks.keys()].toReversed();
  const opened = new Set<string>();
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (ordered.has(name)) continue;
    const before = (tasks.get(name)?.after ?? []).filter((each) => !ordered.has(each) && !opened.has(each));
    if (opened.has(name) || before.length === 0) ordered.add(name);
    else waiting.push(name, ...before.toReversed());
    opened.add(name);
  }
  return [...ordered];
}

function taskOf(task: RecipeTask, { datastore }: Recipe): TaskAnswer {
  const flag = (name: string): string | undefined => attempt(() => datastore.flag(task.name, name)).value;
  const builtin = flag('builtin') || null;
  const flags = [...datastore.flags(task.name)].filter(([name]) => !['task', 'func', 'python'].includes(name));
  return {
    name: task.name,
    after: task.after,
    kind: kindOf(datastore.getUnexpanded(task.name), builtin, flag),
    builtin,
    flags: flags.map(([name, unexpanded]) => ({ name, value: flag(name) ?? null, unexpanded })),
    added: placeOf(task.span),
    defined: datastore.getUnexpanded(task.name) ? placeOf(datastore.definition(task.name)) : null,
  };
}

function kindOf(
  body: string | undefined,
  builtin: string | null,
  flag: (name: string) => string | undefined,
): TaskAnswer['kind'] {
  if (flag('noexec')) return 'nothing';
  if (builtin !== null) return 'built-in';
  if (!body) return 'nothing';
  return flag('python') ? 'python' : 'shell';
}
