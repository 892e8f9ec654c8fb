import type { BuildEvent } from '../messages/build-event.ts';
import { storeDiagnostic } from '../messages/stored-diagnostic.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { TaskRunner } from '../runqueue/task-runner.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import { storeDirectory } from './build-ports.ts';
import { printDiagnostics } from './say-diagnostics.ts';
import { openTeamCache } from './team-cache.ts';

/** The mirrors of one build; without SSTATE_MIRRORS and SSTATE_PUBLISH all of it does nothing. */
export interface BuildMirrors extends AsyncDisposable {
  readonly team: TeamCache | undefined;
  /** From now on troubles are events. */
  tellBy(show: (event: BuildEvent) => void): void;
  /** A runner for tasks whose results may come from mirrors, and go there. */
  runner(inner: TaskRunner): Promise<TaskRunner>;
  /** Starts to bring here what the plan restores from mirrors, in its order. */
  fetchAhead(plan: Plan, described: DescribedTaskGraph): void;
  /** Waits until everything is published. */
  finish(): Promise<void>;
}

/** Opens what the configuration names. Throws StxError `bad-mirror` or `bad-key`. */
export async function openBuildMirrors(
  base: BaseConfiguration,
  where: { readonly buildDirectory: string; readonly readOnly: boolean },
): Promise<BuildMirrors> {
  let show: ((event: BuildEvent) => void) | undefined;
  const team = await openTeamCache({
    ...where,
    datastore: base.datastore,
    storeDirectory: storeDirectory(base),
    tell: (diagnostic) => {
      if (show === undefined) printDiagnostics([diagnostic]);
      else show({ kind: 'diagnostic', diagnostic: storeDiagnostic(diagnostic) });
    },
  });
  return {
    team,
    tellBy: (events) => {
      show = events;
    },
    runner: async (inner) =>
      team === undefined ? inner : (await import('./mirrored-runner.ts')).mirroredRunner(inner, team),
    fetchAhead: (plan, described) => {
      for (const [key, planned] of team === undefined ? [] : plan.tasks) {
        if (planned.decision !== 'restore') continue;
        const actionKey = described.task(key).actionKey(planned.signature);
        if (actionKey !== undefined && team?.knows(actionKey)) void team.fetch(actionKey);
      }
    },
    finish: async () => {
      const published = await team?.finish();
      if (published === undefined || published.results === 0) return;
      const { results, bytes } = published;
      const what = results === 1 ? 'a result' : `${results} results`;
      show?.({ kind: 'note', text: `published ${what} (${(bytes / 1e6).toFixed(1)} MB)` });
    },
    [Symbol.asyncDispose]: async () => {
      await team?.[Symbol.asyncDispose]();
    },
  };
}
