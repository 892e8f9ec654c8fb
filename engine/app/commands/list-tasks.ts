import { taskTypeTable } from '../../task-types/task-type-table.ts';
import { buildCommand } from '../build-command.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { openQuestion } from '../open-question.ts';

/**
 * `stx-bake -c listtasks TARGET...`: the tasks of each recipe with what their flag `doc` (or their built-in task) says. A recipe that has a task of
 * that name (BitBake's base class has one) answers by it.
 */
export async function listTasks(options: BuildCall): Promise<number> {
  const question = await openQuestion(options);
  const subjects = options.words.map((word) => question.find(word));
  if (subjects.some(({ recipe }) => recipe.tasks.has('do_listtasks'))) return buildCommand(options);
  for (const { recipe } of subjects) {
    const names = [...recipe.tasks.keys()].sort();
    const width = Math.max(0, ...names.map((name) => name.length));
    if (subjects.length > 1) process.stdout.write(`${recipe.pn}:\n`);
    for (const name of names) {
      const builtin = taskTypeTable.get(recipe.datastore.flag(name, 'builtin') ?? '')?.description;
      const line = `${name.padEnd(width)}  ${recipe.datastore.flag(name, 'doc') ?? builtin ?? ''}`;
      process.stdout.write(`${line.trimEnd()}\n`);
    }
  }
  return Math.max(exitCodes.ok, ...subjects.map((subject) => question.conclude(subject)));
}
