import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { locateError } from '../datastore/datastore-messages.ts';
import { checkPythonSyntax } from '../python/check-python.ts';
import type { Evaluation } from './evaluation.ts';
import { bodyOf } from './python-code.ts';

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

/** Reports each task in Python whose text is no Python. BitBake: the tree of each task is read while recipes are parsed. */
export function checkTaskCode(evaluation: Evaluation, tasks: Iterable<string>): void {
  const { datastore } = evaluation;
  for (const task of tasks) {
    if (!datastore.flagUnexpanded(task, 'python')) continue;
    try {
      const body = bodyOf(task, datastore);
      if (body !== undefined && body.text.trim() !== '') checkPythonSyntax(body);
    } catch (error) {
      const located = locateError(error, task, datastore.definition(task));
      if (!(located instanceof StxError)) throw located;
      for (const each of located.diagnostics) evaluation.report(each);
    }
  }
}

function placeOfFlag(datastore: Datastore, name: string, flag: string): ReturnType<Datastore['definition']> {
  return datastore.history(name).findLast((event) => event.flag === flag && event.span !== undefined)?.span;
}
