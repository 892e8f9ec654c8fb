import type { GraphShape, TaskRow } from '../history/rows.ts';

/** Work of one configuration that others of the same build had done too, without it: how many tasks, and how long they would have taken. */
export interface SharedTotal {
  readonly tasks: number;
  readonly durationMs: number;
}

/**
 * Counts, for each task that was restored from what another task of the same build with the same signature had just made, that
 * one and the tasks of its recipe below it that ran in that configuration and not in this one. `graph` says what lies below.
 */
export function sharedWork(tasks: readonly TaskRow[], graph: GraphShape | undefined): SharedTotal {
  const good = tasks.filter(({ status }) => status === 'ok');
  const ran = new Map(good.filter(({ action }) => action === 'run').map((row) => [row.task, row]));
  const makers = new Map([...ran.values()].filter(({ output }) => output).map((row) => [row.signature, row]));
  const spared = new Map<string, number>();
  const below = recipeTasksBelow(graph);
  for (const { task, signature } of good.filter(({ action }) => action === 'restore')) {
    const maker = signature === undefined ? undefined : makers.get(signature);
    for (const each of maker === undefined ? [] : [maker.task, ...below(maker.task)]) {
      const twin = `${recipeOf(task)}${each.slice(recipeOf(each).length)}`;
      const row = ran.get(each);
      if (row !== undefined && !ran.has(twin)) spared.set(twin, row.durationMs);
    }
  }
  const durationMs = [...spared.values()].reduce((sum, each) => sum + each, 0);
  return { tasks: spared.size, durationMs };
}

function recipeTasksBelow(graph: GraphShape | undefined): (task: string) => ReadonlySet<string> {
  const index = new Map(graph?.tasks.map((task, at) => [task, at]));
  return (task) => {
    const found = new Set<string>();
    const reached = [task];
    for (let each = reached.pop(); each !== undefined; each = reached.pop()) {
      for (const need of graph?.needs[index.get(each) ?? -1] ?? []) {
        const name = graph?.tasks[need] ?? '';
        if (found.has(name) || recipeOf(name) !== recipeOf(task)) continue;
        found.add(name);
        reached.push(name);
      }
    }
    return found;
  };
}

/** `mc:NAME:RECIPE` of a task. */
function recipeOf(task: string): string {
  return task.slice(0, task.lastIndexOf(':'));
}
