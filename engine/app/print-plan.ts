import { reasonText } from '../messages/reason.ts';
import type { Plan, PlannedTask } from '../plan/planned-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import { exitCodes } from './exit-codes.ts';

/** `-n`: one line for each task that would run, may run or would be restored, with the reason. */
export function printPlan(plan: Plan, described: DescribedTaskGraph): number {
  const counts = new Map<string, number>();
  for (const [key, planned] of plan.tasks) {
    if (described.task(key).noexec) continue;
    counts.set(planned.decision, (counts.get(planned.decision) ?? 0) + 1);
    const text = decisionText(planned);
    if (text !== undefined) process.stdout.write(`${key}: ${text}\n`);
  }
  const total = [...counts].map(([decision, count]) => `${count} ${decision}`).join(', ');
  process.stdout.write(`stx-bake: dry run: ${total || 'no tasks'}\n`);
  return exitCodes.ok;
}

function decisionText(planned: PlannedTask): string | undefined {
  switch (planned.decision) {
    case 'run':
      return `run (${reasonText(planned.reason)})`;
    case 'restore':
      return 'restore';
    case 'open':
      return `runs unless the output of ${planned.waitsFor.join(', ')} stays the same (${reasonText(planned.reason)})`;
    case 'up-to-date':
    case 'not-needed':
      return undefined;
  }
}
