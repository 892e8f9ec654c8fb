import { describeTasks } from '../signatures/describe-tasks.ts';
import { targetsOf } from './chosen-targets.ts';
import { describePorts } from './describe-ports.ts';
import { keepDescribed } from './described/keep-described.ts';
import { forcedTasks } from './forced-tasks.ts';
import type { FoundTargets, TargetChoice } from './found-targets.ts';
import { loadMetadata } from './load-metadata.ts';
import { describeLocked } from './missing-locks.ts';
import { saidDiagnostics } from './say-diagnostics.ts';
import { Witness } from './settled/witness.ts';
import { targetGraph } from './target-graph.ts';

/** Reads the metadata and describes the tasks of targets; `keep` leaves that for later calls. Throws StxError. */
export async function describeAnew(targets: readonly string[], options: TargetChoice): Promise<FoundTargets> {
  const witness = new Witness();
  const words = [...targets];
  const { buildDirectory, workspace, base } = await loadMetadata({ ...options, words }, witness);
  const { task, runAll = [], runOnly = [], keepGoing = false, force = false, clearStamp } = options;
  const choice = { task, runAll, runOnly, keepGoing };
  const before = saidDiagnostics.length;
  const graph = targetGraph(workspace, targetsOf({ words, allOs: options.allOs }, workspace), choice);
  const graphSaidNothing = saidDiagnostics.length === before;
  const said = [...saidDiagnostics];
  const forced = forcedTasks(graph, { force, clearStamp });
  const ports = describePorts(base, forced, witness);
  const { described } = await describeLocked(graph, { describe: (found) => describeTasks(found, ports) });
  return {
    ...{ buildDirectory, workspace, base, described, forced },
    keep: (plan) => {
      // A verbose call never asks for it; what a build left says more.
      if (forced.size > 0 || options.allOs || options.verbose + options.debug > 0) return;
      const way = { buildDirectory, targets, choice, workspace, described, witness, said, graphSaidNothing };
      keepDescribed({ ...way, isChecked: false }, plan && { plan });
    },
  };
}
