import type { WritableDatastore } from '../datastore/datastore.ts';
import { writableOverlay } from '../datastore/datastore-builder.ts';
import type { Task } from '../taskgraph/task-graph.ts';

/** How BitBake names a recipe: its file, with the class extension and the configuration that it was read for. */
export function bitbakeFileName({ file, variant }: Task['recipe'], mc = ''): string {
  return `${mc === '' ? '' : `mc:${mc}:`}${variant === '' ? '' : `virtual:${variant}:`}${file}`;
}

/** What the task itself sees: BitBake's `task-NAME` override, and the names of the running task. */
export function taskDatastore(task: Task): WritableDatastore {
  const { datastore } = task.recipe;
  const local = task.id.task.replace(/^do_/, '');
  const overrides = datastore.getUnexpanded('OVERRIDES') ?? '';
  return writableOverlay(datastore, {
    BB_CURRENTTASK: local,
    BB_RUNTASK: task.id.task,
    BB_FILENAME: bitbakeFileName(task.recipe, task.id.configuration),
    BB_WORKERCONTEXT: '1',
    OVERRIDES: `task-${local.replaceAll('_', '-')}:${overrides}`,
  });
}
