import { formatTaskId } from '../base/task-id.ts';
import { isSwitchedOn } from '../functions/function-flags.ts';
import type { Clearing } from '../messages/task-order.ts';
import type { Stamp } from '../plan/stamp.ts';
import { outputsOf } from '../signatures/describe-task.ts';
import type { Task } from '../taskgraph/task-graph.ts';
import type { StampStore } from './stamps.ts';

/**
 * Tasks after which nothing of their recipe counts as done, whoever wrote them: BitBake's do_clean removes the stamps,
 * where it knows them to be.
 */
const clearingTasks = new Set(['do_clean', 'do_cleansstate', 'do_cleanall']);
/** The task of OpenEmbedded's class rm_work. */
const workRemovingTask = 'do_rm_work';

/** All tasks of a task's recipe, also those that are in no graph. */
export function tasksOfRecipe({ id, recipe }: Task): readonly Task[] {
  return [...recipe.tasks.keys()].map((name) => {
    const own = { ...id, task: name };
    return { id: own, key: formatTaskId(own), recipe };
  });
}

/** The tasks whose stamps go before a task starts, besides its own, because it removes what they tell of. */
export function forgottenBy(task: Task, stamps: StampStore): readonly Task[] {
  if (clearingTasks.has(task.id.task)) return tasksOfRecipe(task);
  return task.id.task === workRemovingTask ? tasksWithWork(task, stamps) : [];
}

/** The tasks of a recipe that have left something in its WORKDIR and nothing else. */
export function tasksWithWork(task: Task, stamps: StampStore): readonly Task[] {
  const work = task.recipe.datastore.get('WORKDIR') ?? '';
  return tasksOfRecipe(task).filter((each) => {
    const stamp = stamps.read(each);
    return stamp !== undefined && hasWork(each, stamp, work);
  });
}

function hasWork(task: Task, { artifacts, output }: Stamp, work: string): boolean {
  const { datastore } = task.recipe;
  if (output !== undefined || work === '' || isSwitchedOn(datastore, task.id.task, 'noexec')) return false;
  if (/^fetch/.test(datastore.flag(task.id.task, 'builtin') ?? '')) return false;
  return artifacts.length === 0 || artifacts.some(({ path }) => lies(path, work));
}

/** Everything that the tasks of a recipe have left: WORKDIR, output directories of their own, published files. */
export function leftoversOf(task: Task, stamps: StampStore): Clearing {
  const work = task.recipe.datastore.get('WORKDIR') ?? '';
  const directories = work === '' ? [] : [work];
  const files: string[] = [];
  for (const each of tasksOfRecipe(task)) {
    for (const { from, to } of outputsOf(each)) {
      if (from === to) directories.push(to);
      else files.push(...(stamps.read(each)?.artifacts ?? []).flatMap(({ path }) => (lies(path, to) ? [path] : [])));
    }
  }
  return { directories: [...new Set(directories)], files };
}

/** Whether a path is a directory or lies below it. */
export function lies(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
