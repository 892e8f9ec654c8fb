import type { Datastore } from '../datastore/datastore.ts';
import { isPython } from '../functions/function-flags.ts';
import { taskEntries } from '../functions/shell-script.ts';
import type { Plan } from '../plan/planned-task.ts';
import { isPurePython } from '../python/purity.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';

/** Which rows of the host-tool table the tasks that may run belong to: built-in names, `shell`, `fakeroot`, `python`. */
export function hostPurposes(plan: Plan, described: DescribedTaskGraph): ReadonlySet<string> {
  const purposes = new Set<string>();
  for (const [key, planned] of plan.tasks) {
    if (planned.decision !== 'run' && planned.decision !== 'open') continue;
    const { task, type, noexec } = described.task(key);
    if (noexec) continue;
    const { datastore } = task.recipe;
    if (type !== undefined) purposes.add(type.name);
    else if (datastore.get('SANDBOX_ROOT')) purposes.add('shell');
    if (type === undefined && !datastore.get('SANDBOX_ROOT') && needsPython(task.id.task, datastore))
      purposes.add('python');
    if (datastore.flag(task.id.task, 'fakeroot') === '1') purposes.add('fakeroot');
  }
  return purposes;
}

/** Whether the task runs a python3 of the host: some function of it is Python that does more than compute. */
function needsPython(task: string, datastore: Datastore): boolean {
  const python = taskEntries(task, datastore).filter((name) => isPython(datastore, name));
  return python.some((name) => !isPurePython(name, datastore));
}
