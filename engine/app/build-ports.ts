import { lstatSync, statSync } from 'node:fs';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { KnownResult, ResultLookup } from '../plan/result-lookup.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { LocalActionCache } from '../sstate/local-action-cache.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { StampsOnDemand } from './stamps-on-demand.ts';

/** Folder of the sstate store: one for the whole build, that of the default configuration. */
export function storeDirectory(base: BaseConfiguration): string {
  return base.datastore.get('SSTATE_DIR') || `${base.datastore.get('TOPDIR') ?? '.'}/sstate-cache`;
}

/** What planning asks of the build directory and the store. */
export function makePlanInputs(
  described: DescribedTaskGraph,
  base: BaseConfiguration,
  forced: ReadonlySet<TaskKey>,
  mirrors?: Pick<TeamCache, 'find' | 'isLost'> | undefined,
): PlanInputs {
  return {
    described,
    stamps: new StampsOnDemand(described.graph),
    results: resultLookup(storeDirectory(base), mirrors),
    forced,
    isPresent: ({ path, sizeBytes }) => {
      if (sizeBytes === undefined) return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      return statSync(path, { throwIfNoEntry: false })?.size === sizeBytes;
    },
  };
}

/**
 * The local store first; mirrors are asked only for what it lacks, all keys of a step in one batch. Its code is loaded with
 * the first question: most plans ask none.
 */
function resultLookup(directory: string, mirrors: Pick<TeamCache, 'find' | 'isLost'> | undefined): ResultLookup {
  let opened: LocalActionCache | undefined;
  return {
    isLost: (key) => mirrors?.isLost(key) ?? false,
    async find(keys) {
      const { openLocalStore } = await import('../sstate/local-store.ts');
      const { digestOfResult } = await import('../sstate/reapi/action-result.ts');
      opened ??= openLocalStore(directory).actions;
      const actions = opened;
      const local = await actions.find(keys);
      const missing = mirrors === undefined ? [] : keys.filter((key) => !local.has(key));
      const remote = missing.length === 0 ? undefined : await mirrors?.find(missing);
      const known = new Map<string, KnownResult>();
      for (const [key, result] of [...local, ...(remote ?? [])]) {
        known.set(key, { result: digestOfResult(result), output: result.output });
      }
      return known;
    },
  };
}
