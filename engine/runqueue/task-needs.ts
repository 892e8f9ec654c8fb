import { StxError } from '../base/stx-error.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { TaskNeeds } from './scheduler.ts';
import type { UsualCost } from './start-order.ts';

/** Peaks count in steps of this many bytes, so that tasks that take about the same are one group. */
const memoryStep = 32 * 2 ** 20;
const mostSlots = 9999;

/** What a task takes while it runs; one that is restored takes a slot and nothing else. */
export function taskNeeds(
  described: DescribedTask,
  more: { readonly isRun: boolean; readonly usual: UsualCost | undefined },
): TaskNeeds {
  const name = described.task.id.task;
  const { isRun, usual } = more;
  if (!isRun) return { pool: 'processor', name: `restore ${name}`, weight: 1, memoryBytes: 0 };
  const memoryBytes = Math.ceil((usual?.peakMemoryBytes ?? 0) / memoryStep) * memoryStep;
  const pool = described.type?.pool ?? 'processor';
  // A weight that is no number is told when the task starts.
  return { pool, name, weight: pool === 'processor' ? (parseWeight(described) ?? 1) : 1, memoryBytes };
}

/** The flag `weight` of a task. Throws StxError `invalid-value`. */
export function taskWeight(described: DescribedTask): number {
  const weight = parseWeight(described);
  if (weight !== undefined) return weight;
  const { id, recipe } = described.task;
  const text = recipe.datastore.flag(id.task, 'weight');
  throw StxError.of(
    'invalid-value',
    `the flag \`weight\` of \`${id.task}\` is \`${text}\`, not a number from 1 to ${mostSlots}`,
    {
      span: recipe.datastore.definition(id.task),
      help: 'it says how many of the BB_NUMBER_THREADS slots the task takes',
    },
  );
}

function parseWeight({ task }: DescribedTask): number | undefined {
  const text = (task.recipe.datastore.flag(task.id.task, 'weight') ?? '').trim();
  if (text === '') return 1;
  return /^[1-9]\d{0,3}$/.test(text) ? Number(text) : undefined;
}
