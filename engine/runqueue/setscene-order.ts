import { isSwitchedOn } from '../functions/function-flags.ts';
import { taskTypeOf } from '../signatures/describe-task.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import { setsceneTaskOf } from './setscene-tasks.ts';

/** The setscene task of a task as the task itself: it has no dependencies and captures nothing. Throws StxError `unknown-builtin`. */
export function describeSetscene(described: DescribedTask): DescribedTask {
  const task = setsceneTaskOf(described);
  return {
    ...described,
    task,
    key: task.key,
    type: taskTypeOf(task),
    noexec: isSwitchedOn(task.recipe.datastore, task.id.task, 'noexec'),
    captures: false,
    outputs: [],
    actionKey: () => undefined,
  };
}

/** A graph in which there is nothing but one task. */
export function graphOfOne(described: DescribedTask): DescribedTaskGraph {
  const { task, key } = described;
  const graph = {
    ...{ targets: [key], size: 1, task: () => task, has: (other: string) => other === key, keys: () => [key] },
    ...{ dependencies: () => [], dependents: () => [], topologicalOrder: () => [key] },
  };
  return { graph, task: () => described };
}
