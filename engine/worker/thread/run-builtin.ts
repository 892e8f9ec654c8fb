import { InternalError } from '../../base/stx-error.ts';
import type { BuiltinTask, TaskContext, TaskProduct } from '../../tasks/builtin-task.ts';
import { isBuiltinName, loadBuiltin } from '../../tasks/registry.ts';

/** Runs a built-in task by the name in its order. */
export async function runBuiltin(name: string, context: TaskContext): Promise<TaskProduct> {
  if (!isBuiltinName(name)) throw new InternalError(`no built-in task is called ${name}`);
  const run: BuiltinTask = await loadBuiltin(name);
  return run(context);
}
