import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makePlan } from '../../plan/make-plan.ts';
import type { Plan } from '../../plan/planned-task.ts';
import type { PlanInputs } from '../../plan/resolve-tasks.ts';
import type { EventHandlers } from '../../runqueue/event-handlers.ts';
import { readStamps, stampPlace } from '../../runqueue/stamps.ts';
import type { DescribedTaskGraph } from '../../signatures/described-task.ts';
import { projectDirectory } from '../build-directory.ts';
import type { BuildCall } from '../command-line/command-options.ts';
import { saidDiagnostics } from '../load-metadata.ts';
import { PresenceNotes, type Witness } from './witness.ts';
import { isSettled, writeSettled } from './write-settled.ts';

/** A build that ended well. */
export interface EndedBuild {
  readonly call: BuildCall;
  /** The names of the targets, as the result shows them. */
  readonly names: readonly string[];
  readonly described: DescribedTaskGraph;
  readonly planInputs: PlanInputs;
  readonly plan: Plan;
  readonly handlers: EventHandlers;
  readonly witness: Witness;
  /** What `plan` was told of files. */
  readonly presence: PresenceNotes;
  readonly buildDirectory: string;
}

/**
 * Leaves for the next call what it needs to see that it has nothing to do. A build that did something is planned once
 * more, with what it left. Handlers of builds want to hear of every build: then nothing is left.
 */
export async function keepSettled(ended: EndedBuild): Promise<void> {
  const { planInputs, described, handlers, witness } = ended;
  if ((planInputs.forced?.size ?? 0) > 0) return;
  if (['bb.event.BuildStarted', 'bb.event.BuildCompleted'].some((name) => handlers.listens(name))) return;
  const keys = described.graph.keys();
  if (keys.some((key) => described.task(key).nostamp) && !isSettled(ended.plan)) return;
  const journals = new Set(keys.map((key) => stampPlace(described.graph.task(key)).journal));
  let { presence } = ended;
  if (!isSettled(ended.plan)) {
    presence = new PresenceNotes();
    const stamps = readStamps(described.graph);
    if (!isSettled(await makePlan(presence.watching({ ...planInputs, stamps })))) return;
  }
  sawBuildDirectory(ended.buildDirectory, witness);
  writeSettled({ ...ended, said: saidDiagnostics, presence, journals });
}

/** What a call makes of a build directory before it reads it. */
function sawBuildDirectory(buildDirectory: string, witness: Witness): void {
  const templates = join(projectDirectory, 'conf', 'templates');
  witness.sawFile(templates, true);
  for (const name of readdirSync(templates).filter((each) => each.endsWith('.conf')))
    witness.kinds.set(join(buildDirectory, 'conf', name), 'file');
}
