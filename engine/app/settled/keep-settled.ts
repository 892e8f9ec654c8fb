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
import { saidDiagnostics } from '../say-diagnostics.ts';
import { PresenceNotes, type Witness } from './witness.ts';
import { isSettled, writeSettled } from './write-settled.ts';

/** A plan with nothing to do, and what it was told of files. */
export interface SettledPlan {
  readonly plan: Plan;
  readonly presence: PresenceNotes;
}

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
  /** Leaves the described tasks for later calls. */
  keep(settled: SettledPlan | undefined): void;
}

/**
 * Leaves for the next call what it needs to see that it has nothing to do. A build that did something is planned once
 * more, with what it left. Handlers of builds want to hear of every build: then nothing is left.
 */
export async function keepSettled(ended: EndedBuild): Promise<void> {
  const { planInputs, described, handlers, witness } = ended;
  if ((planInputs.forced?.size ?? 0) > 0) return;
  const settled = await settledPlan(ended);
  ended.keep(settled);
  if (settled === undefined) return;
  if (['bb.event.BuildStarted', 'bb.event.BuildCompleted'].some((name) => handlers.listens(name))) return;
  const journals = new Set(described.graph.keys().map((key) => stampPlace(described.graph.task(key)).journal));
  sawBuildDirectory(ended.buildDirectory, witness);
  writeSettled({ ...ended, said: saidDiagnostics, presence: settled.presence, journals });
}

/** The plan when there is nothing left to do; a build that did something is planned once more, with what it left. */
async function settledPlan({ plan, presence, planInputs, described }: EndedBuild): Promise<SettledPlan | undefined> {
  if (isSettled(plan)) return { plan, presence };
  if (described.graph.keys().some((key) => described.task(key).nostamp)) return undefined;
  const notes = new PresenceNotes();
  const stamps = readStamps(described.graph);
  const next = await makePlan(notes.watching({ ...planInputs, stamps }));
  return isSettled(next) ? { plan: next, presence: notes } : undefined;
}

/** What a call makes of a build directory before it reads it. */
export function sawBuildDirectory(buildDirectory: string, witness: Witness): void {
  const templates = join(projectDirectory, 'conf', 'templates');
  witness.sawFile(templates, true);
  for (const name of readdirSync(templates).filter((each) => each.endsWith('.conf')))
    witness.kinds.set(join(buildDirectory, 'conf', name), 'file');
}
