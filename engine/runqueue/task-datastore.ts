import type { WritableDatastore } from '../datastore/datastore.ts';
import { writableOverlay } from '../datastore/datastore-builder.ts';
import type { Task } from '../taskgraph/task-graph.ts';

/** What the task itself sees: BitBake's `task-NAME` override, and the names of the running task. */
export function taskDatastore(task: Task): WritableDatastore {
  const { datastore, file, variant } = task.recipe;
  const mc = task.id.configuration;
  const local = task.id.task.replace(/^do_/, '');
  const overrides = datastore.getUnexpanded('OVERRIDES') ?? '';
  return writableOverlay(datastore, {
    BB_CURRENTTASK: local,
    BB_RUNTASK: task.id.task,
    BB_FILENAME: `${mc === '' ? '' : `mc:${mc}:`}${variant === '' ? '' : `virtual:${variant}:`}${file}`,
    BB_WORKERCONTEXT: '1',
    OVERRIDES: `task-${local.replaceAll('_', '-')}:${overrides}`,
  });
}
