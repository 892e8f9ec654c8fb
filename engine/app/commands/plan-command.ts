import { buildLimits } from '../build-limits.ts';
import type { PlanCall } from '../command-line/command-options.ts';
import { planTargets } from '../plan-targets.ts';
import { printPlan } from '../print-plan.ts';
import { watchOthers } from '../system-load.ts';

/** `stx-bake plan TARGET...`: what a build would do to each task, and why. */
export async function planCommand(options: PlanCall): Promise<number> {
  const others = watchOthers();
  const planned = await planTargets(options.words, options);
  const { limits } = buildLimits(planned.base.datastore);
  return printPlan({ ...planned, slots: limits.slots, others: others() }, options);
}
