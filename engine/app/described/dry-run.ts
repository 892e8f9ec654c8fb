import { buildLimits } from '../build-limits.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { planDescribed } from '../plan-targets.ts';
import { printPlan } from '../print-plan.ts';
import { printDiagnostics, sayAgain } from '../say-diagnostics.ts';
import { watchOthers } from '../system-load.ts';
import { choosesTasksOnly } from './described-key.ts';
import { openDescribed } from './open-described.ts';

/** `-n` of targets that an earlier call described; `undefined` when it takes the long way. */
export async function keptDryRun(options: BuildCall): Promise<number | undefined> {
  if (!options.dryRun || !choosesTasksOnly(options)) return undefined;
  const others = watchOthers();
  const kept = await openDescribed(options.words, options, true);
  if (kept === undefined) return undefined;
  sayAgain(kept.said);
  const { limits, warnings } = buildLimits(kept.base.datastore);
  printDiagnostics(warnings);
  const planned = await planDescribed(kept, { kept });
  return printPlan({ ...planned, slots: limits.slots, others: others() });
}
