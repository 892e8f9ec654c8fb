import { StxError } from '../base/stx-error.ts';
import { type KeepRule, recipeKey } from '../plan/keep-what-is-there.ts';
import type { Plan, PlannedTask } from '../plan/planned-task.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { BuildCall } from './command-line/command-options.ts';

type Options = Partial<
  Pick<BuildCall, 'only' | 'noDescendants' | 'noSetscene' | 'skipSetscene' | 'setsceneOnly' | 'runAll'>
>;

/**
 * What the options say about stored results and about recipes that are left as they are, applied to what a plan is made
 * from. Throws StxError `bad-option` when they contradict each other.
 */
export function choosePlanInputs(inputs: PlanInputs, options: Options): PlanInputs {
  refuseContradictions(options);
  const withoutResults = options.noSetscene || options.skipSetscene;
  const stamps = options.noSetscene
    ? new Map([...inputs.stamps].filter(([, stamp]) => !stamp.restored))
    : inputs.stamps;
  return {
    ...inputs,
    stamps,
    results: withoutResults ? { find: async () => new Map() } : inputs.results,
    keepsApart: withoutResults,
    scene: options.noSetscene ? undefined : inputs.scene,
    keep: keepRule(inputs, options),
  };
}

function keepRule({ described }: PlanInputs, { only, noDescendants }: Options): KeepRule | undefined {
  if (!only && !noDescendants) return undefined;
  const except = new Set(described.graph.targets.map((key) => recipeKey(described.task(key))));
  return { when: only ? 'always' : 'unless-changed', except };
}

/** Pairs that ask for opposites: what is needed alone, and everything that is needed; restore alone, and restore nothing. */
function refuseContradictions(options: Options): void {
  const { only, noDescendants, noSetscene, skipSetscene, setsceneOnly, runAll = [] } = options;
  const isForAll = runAll.length > 0;
  const pairs: readonly [string, boolean | undefined, string, boolean | undefined][] = [
    ['--setscene-only', setsceneOnly, '--no-setscene', noSetscene],
    ['--setscene-only', setsceneOnly, '--skip-setscene', skipSetscene],
    ['--only', only, '--runall', isForAll],
    ['--no-descendants', noDescendants, '--runall', isForAll],
  ];
  const clash = pairs.find(([, one, , other]) => one && other);
  if (clash === undefined) return;
  throw StxError.of('bad-option', `\`${clash[0]}\` and \`${clash[2]}\` cannot be asked at once`, {
    help: 'give one of them',
  });
}

/** A plan as `-n` shows it: with `--setscene-only` without the tasks that would run, or may. */
export function shownPlan(plan: Plan, { setsceneOnly }: Options): Plan {
  if (!setsceneOnly) return plan;
  const tasks = [...plan.tasks].map(([key, planned]): [TaskKey, PlannedTask] => {
    const isLeftOut = planned.decision === 'run' || planned.decision === 'open';
    return [key, isLeftOut ? { task: planned.task, decision: 'not-needed', coveredBy: [] } : planned];
  });
  return { ...plan, tasks: new Map(tasks) };
}
