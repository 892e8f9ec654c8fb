import type { Plan } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';

/** Which rows of the host-tool table the tasks that may run belong to: built-in names, `shell`, `fakeroot`. */
export function hostPurposes(plan: Plan, described: DescribedTaskGraph): ReadonlySet<string> {
  const purposes = new Set<string>();
  for (const [key, planned] of plan.tasks) {
    if (planned.decision !== 'run' && planned.decision !== 'open') continue;
    const { task, type, noexec } = described.task(key);
    if (noexec) continue;
    const { datastore } = task.recipe;
    if (type !== undefined) purposes.add(type.name);
    else if (datastore.get('SANDBOX_ROOT')) purposes.add('shell');
    if (datastore.flag(task.id.task, 'fakeroot') === '1') purposes.add('fakeroot');
  }
  return purposes;
}
