import { StxError } from '../base/stx-error.ts';
import { type KeepRule, recipeKey } from '../plan/keep-what-is-there.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { BuildCall } from './command-line/command-options.ts';

type Options = Partial<Pick<BuildCall, 'only' | 'noDescendants' | 'noSetscene' | 'skipSetscene' | 'setsceneOnly'>>;

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
    scene: options.noSetscene ? undefined : inputs.scene,
    keep: keepRule(inputs, options),
  };
}

function keepRule({ described }: PlanInputs, { only, noDescendants }: Options): KeepRule | undefined {
  if (!only && !noDescendants) return undefined;
  const except = new Set(described.graph.targets.map((key) => recipeKey(described.task(key))));
  return { when: only ? 'always' : 'unless-changed', except };
}

function refuseContradictions({ noSetscene, skipSetscene, setsceneOnly }: Options): void {
  if (!setsceneOnly || (!noSetscene && !skipSetscene)) return;
  const other = noSetscene ? '--no-setscene' : '--skip-setscene';
  throw StxError.of('bad-option', `\`--setscene-only\` and \`${other}\` cannot be asked at once`, {
    help: 'give one of them',
  });
}
