import type { Plan } from '../../plan/planned-task.ts';
import { stampPlace } from '../../runqueue/stamps.ts';
import type { DescribedTaskGraph } from '../../signatures/described-task.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { sawBuildDirectory } from '../settled/keep-settled.ts';
import { journalIdentity } from '../settled/settled-record.ts';
import type { PresenceNotes } from '../settled/witness.ts';
import { isSettled } from '../settled/write-settled.ts';
import { choosesTasksOnly, describedKey, type GraphChoice } from './described-key.ts';
import { type LongWayGraph, writeDescribed } from './write-described.ts';

/** Targets that were described the long way. */
export interface LongWay extends LongWayGraph {
  readonly targets: readonly string[];
  readonly choice: GraphChoice;
}

/**
 * Leaves them for later calls, with a plan when there is one. Its decisions are only kept with `presence`, what it was told
 * of files, by who holds the build lock: nobody else writes stamps meanwhile.
 */
export function keepDescribed(
  way: LongWay,
  planned?: { readonly plan: Plan; readonly presence?: PresenceNotes | undefined },
): void {
  const { targets, choice, ...facts } = way;
  const key = describedKey(way.buildDirectory, targets, choice);
  sawBuildDirectory(way.buildDirectory, way.witness);
  const settled =
    planned?.presence !== undefined && isSettled(planned.plan)
      ? { journals: journalsOf(way.described), presence: [...planned.presence.seen].flat() }
      : undefined;
  writeDescribed({ ...facts, key, plan: planned?.plan, settled });
}

/** Leaves what a build, or its dry run, was told to do, when nothing but targets and tasks was chosen. */
export function keepBuilt(
  built: Omit<LongWay, 'targets' | 'choice' | 'graphSaidNothing' | 'isChecked'> & {
    readonly options: BuildCall;
    /** How much was said of the graph. */
    readonly graphSaid: number;
  },
  planned?: { readonly plan: Plan; readonly presence?: PresenceNotes | undefined },
): void {
  const { options, graphSaid, ...way } = built;
  if (!choosesTasksOnly(options) || (options.dryRun && options.verbose + options.debug > 0)) return;
  const graphSaidNothing = graphSaid === 0;
  const own = { targets: options.words, choice: options, graphSaidNothing, isChecked: graphSaidNothing };
  keepDescribed({ ...way, ...own }, planned);
}

function journalsOf({ graph }: DescribedTaskGraph): readonly string[] {
  const journals = new Set(graph.keys().map((key) => stampPlace(graph.task(key)).journal));
  return [...journals].flatMap((path) => [path, journalIdentity(path)]);
}
