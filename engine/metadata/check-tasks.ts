import type { Datastore } from '../datastore/datastore.ts';
import type { Evaluation } from './evaluation.ts';

const switches = ['nostamp', 'fakeroot', 'noexec'] as const;

/** A warning for each switch of a task that is set to something other than `1`. BitBake: build.add_tasks. */
export function checkTaskSwitches(evaluation: Evaluation, tasks: Iterable<string>): void {
  const { datastore } = evaluation;
  for (const task of tasks) {
    for (const flag of switches) {
      const value = datastore.flag(task, flag);
      if (value === undefined || value === '1') continue;
      evaluation.report({
        code: 'flag-not-one',
        severity: 'warning',
        message: `\`${task}[${flag}]\` is \`${value}\`: the '${flag}' flag is on, whatever it says`,
        span: placeOfFlag(datastore, task, flag),
        help: `write \`${task}[${flag}] = "1"\`, or take the line out`,
      });
    }
  }
}

function placeOfFlag(datastore: Datastore, name: string, flag: string): ReturnType<Datastore['definition']> {
  return datastore.history(name).findLast((event) => event.flag === flag && event.span !== undefined)?.span;
}
