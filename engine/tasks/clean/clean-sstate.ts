import { openLocalStore } from '../../sstate/local-store.ts';
import type { BuiltinTask } from '../builtin-task.ts';

/** Takes the results of all tasks of the recipe out of the local store; blobs stay until garbage is collected. */
export const run: BuiltinTask = async ({ order, log }) => {
  const store = openLocalStore(order.storePath);
  for (const task of (order.variables['RECIPE_TASKS'] ?? '').split(' ')) {
    const keys = await store.tasks.keysOf({ recipe: order.task.recipe, task });
    for (const { key } of keys) await store.actions.remove(key);
    if (keys.length > 0) log(`removed ${keys.length} stored results of ${task}`);
  }
  return {};
};
