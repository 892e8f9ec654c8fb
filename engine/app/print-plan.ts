import { availableParallelism } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { type Estimate, estimateBuild } from '../explain/estimate.ts';
import { answerPlan, planText } from '../explain/plan-answer.ts';
import { foreseen, slowdownBy } from '../explain/slowdown.ts';
import { openHistory } from '../history/history.ts';
import type { PoolName, UsualTime } from '../history/rows.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import { exitCodes } from './exit-codes.ts';
import { fetchSizes } from './fetch-sizes.ts';

/** A plan with what is needed to foretell it. */
export interface ForetoldPlan {
  readonly plan: Plan;
  readonly described: DescribedTaskGraph;
  readonly buildDirectory: string;
  readonly slots: Readonly<Record<PoolName, number>>;
  /** The mirrors that were asked for results. */
  readonly mirrors?: Pick<TeamCache, 'knows' | 'sizeOf'> | undefined;
  /** How many tasks of others want a processor (`watchOthers`), as far as that is known. */
  readonly others: number | undefined;
}

const nothingKnown = { times: new Map<string, UsualTime>(), pace: { startUpMs: 0, pace: 1, foresight: 1 } };

/** Usual times and the estimate of a plan, from the history of the build directory. */
export function foretell({ plan, described, buildDirectory, slots, others }: Omit<ForetoldPlan, 'mirrors'>): {
  readonly times: ReadonlyMap<string, UsualTime>;
  readonly estimate: Estimate;
  /** How many times as long as alone on the machine work will take, as it seems. */
  readonly slowdown: number;
} {
  const slowdown = foreseen(slowdownBy(others ?? 0, { slots: slots.processor, processors: availableParallelism() }));
  const present = { slots, slowdown };
  const hasWork = [...plan.tasks.values()].some(({ decision }) => ['run', 'restore', 'open'].includes(decision));
  if (!hasWork)
    return { times: new Map(), estimate: estimateBuild(described, plan, { ...nothingKnown, ...present }), slowdown };
  using history = openHistory(buildDirectory);
  const times = history.taskTimes(described.graph.keys());
  const estimate = estimateBuild(described, plan, { times, pace: history.pace(), ...present });
  return { times, estimate, slowdown };
}

/** `-n` and `stx-bake plan`: what would happen to each task and why, what to fetch, and how long it will take. */
export function printPlan(
  foretold: ForetoldPlan,
  style: { readonly all: boolean; readonly json: boolean } = { all: false, json: false },
): number {
  const { plan, described, slots } = foretold;
  const { times, estimate } = foretell(foretold);
  const fetch = fetchSizes(described, plan, { times, mirrors: foretold.mirrors });
  const answer = answerPlan(described, plan, { estimate, fetch, preludeMs: systemClock.monotonicMs() });
  const text = style.json
    ? `${JSON.stringify(answer, null, 2)}\n`
    : planText(answer, { all: style.all, slots: slots.processor });
  process.stdout.write(text);
  return exitCodes.ok;
}
