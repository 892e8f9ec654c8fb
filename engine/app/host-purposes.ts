import type { Datastore } from '../datastore/datastore.ts';
import { isPython, isSwitchedOn } from '../functions/function-flags.ts';
import { taskEntries } from '../functions/shell-script.ts';
import type { Plan } from '../plan/planned-task.ts';
import { isPurePython } from '../python/purity.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';

/**
 * Which rows of the host-tool table the tasks that may run belong to: built-in names, `git` (sources), `shell`, `fakeroot`,
 * `python`, `emulation` (programs of another architecture); per configuration, whose machine has rows of its own.
 */
export function hostPurposes(plan: Plan, described: DescribedTaskGraph): ReadonlyMap<string, ReadonlySet<string>> {
  const all = new Map<string, Set<string>>();
  for (const [key, planned] of plan.tasks) {
    if (planned.decision !== 'run' && planned.decision !== 'open') continue;
    const task = described.task(key);
    const { configuration } = task.task.id;
    const purposes = all.get(configuration) ?? new Set();
    all.set(configuration, purposes);
    if (!task.noexec) for (const purpose of purposesOf(task)) purposes.add(purpose);
  }
  return all;
}

function purposesOf({ task, type }: DescribedTask): readonly string[] {
  const { datastore } = task.recipe;
  const name = task.id.task;
  const own = type?.name ?? (datastore.get('SANDBOX_ROOT') ? 'shell' : needsPython(name, datastore) ? 'python' : '');
  const hasGit = type?.readsLocalSources === true && /(^|\s)git(sm)?:/.test(datastore.get('SRC_URI') ?? '');
  const isOwned = isSwitchedOn(datastore, name, 'fakeroot');
  const emulation = datastore.get(type?.name === 'bootstrap' ? 'BOOTSTRAP_EMULATION' : 'SANDBOX_EMULATION') ?? '';
  const isEmulated = emulation !== '' && (type === undefined || type.name === 'bootstrap');
  const more = [hasGit ? 'git' : '', isOwned ? 'fakeroot' : '', isEmulated ? 'emulation' : ''];
  return [own, ...more].filter((each) => each !== '');
}

/** Whether the task runs a python3 of the host: some function of it is Python that does more than compute. */
function needsPython(task: string, datastore: Datastore): boolean {
  const python = taskEntries(task, datastore).filter((name) => isPython(datastore, name));
  return python.some((name) => !isPurePython(name, datastore));
}
