import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Decided } from './decide-task.ts';
import type { PlannedTask } from './planned-task.ts';
import type { PlanInputs, Resolution } from './resolve-tasks.ts';
import type { SetsceneTasks } from './setscene-tasks.ts';

/** Decisions that know of setscene tasks, and the tasks with one that must be there although nothing above asks for them. */
export interface SettledScene extends Resolution {
  readonly wanted: ReadonlySet<TaskKey>;
}

/** Whether a task, as it is decided, covers what lies below it: it is there, or its setscene task will put it there. */
export function isCovering(decided: PlannedTask | undefined): boolean {
  return decided?.decision === 'restore' || decided?.decision === 'up-to-date';
}

/**
 * Lets setscene tasks stand in for tasks that would run. As in BitBake, every task with one that is met on the way down
 * is wanted, also below a covered one, unless BB_SETSCENE_DEPVALID says that it is not. BitBake: build_scenequeue_data.
 */
export async function settleScene(
  inputs: PlanInputs,
  scene: SetsceneTasks,
  resolution: Resolution,
): Promise<SettledScene> {
  const decisions = new Map(resolution.decisions);
  await standIn(inputs, scene, decisions);
  let required: ReadonlySet<TaskKey> = new Set();
  for (;;) {
    const wanted = await new DownwardWalk(inputs, scene, decisions).walk(required);
    const needed = [...wanted].flatMap((key) => hardNeeds(scene, decisions.get(key)));
    if (needed.every((key) => required.has(key))) return { digests: resolution.digests, decisions, wanted };
    required = new Set([...required, ...needed]);
  }
}

/** Tasks that would run and have a result: they are restored by their setscene task. */
async function standIn(inputs: PlanInputs, scene: SetsceneTasks, decisions: Map<TaskKey, Decided>): Promise<void> {
  const open = [...scene.tasks.keys()].flatMap((key) => (inputs.progress?.has(key) ? [] : (decisions.get(key) ?? [])));
  const running = open.filter((decided) => decided.decision === 'run');
  const isNoexec = ({ task }: Decided): boolean => inputs.described.task(task).noexec;
  for (const decided of running.filter(isNoexec)) decisions.set(decided.task, restored(decided));
  const asking = running.filter((decided) => !isNoexec(decided));
  if (asking.length === 0) return;
  const present = open.filter(({ decision }) => decision === 'up-to-date').length;
  const valid = await scene.check(
    asking.map(({ task }) => task),
    present,
  );
  const isRefused = (task: TaskKey) => inputs.forced?.has(task) || inputs.restoreFailures?.has(task);
  for (const decided of asking) {
    if (valid.has(decided.task) && !isRefused(decided.task)) decisions.set(decided.task, restored(decided));
  }
  for (
    let lost = withoutNeeds(scene, decisions, asking);
    lost.length > 0;
    lost = withoutNeeds(scene, decisions, asking)
  )
    for (const decided of lost) decisions.set(decided.task, decided);
}

function restored({ task, signature }: Extract<Decided, { readonly decision: 'run' }>): Decided {
  return { task, decision: 'restore', signature, result: undefined, output: undefined };
}

/** Those whose setscene task needs one that will not do its work. */
function withoutNeeds<Asked extends Decided>(
  scene: SetsceneTasks,
  decisions: ReadonlyMap<TaskKey, Decided>,
  asking: readonly Asked[],
): readonly Asked[] {
  return asking.filter(({ task }) => {
    const needs = hardNeeds(scene, decisions.get(task));
    return needs.some((need) => !isCovering(decisions.get(need)));
  });
}

function hardNeeds(scene: SetsceneTasks, decided: Decided | undefined): readonly TaskKey[] {
  return decided?.decision === 'restore' ? (scene.tasks.get(decided.task) ?? []) : [];
}

/** How a task was met: asked for by something that runs, or only below tasks that are covered (those, then). */
type Met = 'asked-for' | Set<TaskKey>;

class DownwardWalk {
  readonly #inputs: PlanInputs;
  readonly #scene: SetsceneTasks;
  readonly #decisions: ReadonlyMap<TaskKey, Decided>;
  readonly #met = new Map<TaskKey, Met>();
  readonly #notNeeded = new Set<TaskKey>();

  constructor(inputs: PlanInputs, scene: SetsceneTasks, decisions: ReadonlyMap<TaskKey, Decided>) {
    this.#inputs = inputs;
    this.#scene = scene;
    this.#decisions = decisions;
  }

  async walk(required: ReadonlySet<TaskKey>): Promise<ReadonlySet<TaskKey>> {
    const { graph } = this.#inputs.described;
    for (const key of [...graph.targets, ...required]) this.#met.set(key, 'asked-for');
    const wanted = new Set<TaskKey>();
    for (const key of graph.topologicalOrder().toReversed()) {
      const met = this.#met.get(key);
      if (met === undefined) continue;
      if (!this.#scene.tasks.has(key)) this.#passOn(key, this.#isCut(key) ? undefined : met);
      else if (await this.#isWanted(key, met)) {
        wanted.add(key);
        this.#passOn(key, isCovering(this.#decisions.get(key)) ? new Set([key]) : 'asked-for');
      } else this.#passOn(key, new Set([key]));
    }
    return wanted;
  }

  /** A stored result of the engine's own covers everything below it, setscene tasks included. */
  #isCut(key: TaskKey): boolean {
    return this.#inputs.described.task(key).captures && isCovering(this.#decisions.get(key));
  }

  async #isWanted(key: TaskKey, met: Met): Promise<boolean> {
    if (met === 'asked-for' || this.#inputs.progress?.has(key)) return true;
    const decision = this.#decisions.get(key)?.decision;
    if (decision === 'up-to-date' || this.#inputs.described.task(key).noexec) return true;
    if (!(await this.#scene.isNotNeeded(key, [...met], this.#notNeeded))) return true;
    this.#notNeeded.add(key);
    return false;
  }

  #passOn(key: TaskKey, met: Met | undefined): void {
    if (met === undefined) return;
    for (const need of this.#inputs.described.graph.dependencies(key)) {
      const before = this.#met.get(need);
      if (before === 'asked-for') continue;
      if (met === 'asked-for') this.#met.set(need, met);
      else this.#met.set(need, new Set([...(before ?? []), ...met]));
    }
  }
}
