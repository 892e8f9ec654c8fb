import type { TaskSignature } from '../base/brands.ts';
import type { Clock } from '../base/clock.ts';
import { type Digest, formatDigest } from '../base/digest.ts';
import type { HoldReason } from '../messages/hold-reason.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan, PlannedTask } from '../plan/planned-task.ts';
import type { PlanInputs, TaskProgress } from '../plan/resolve-tasks.ts';
import { type KnownResult, type RememberingLookup, rememberingLookup } from '../plan/result-lookup.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { ReplanPace } from './replan-pace.ts';

/** A task that is to be carried out. */
export type ActiveTask = Extract<PlannedTask, { readonly decision: 'run' | 'restore' }>;

/** The stored result that a task is restored from; none when it runs, or when a setscene task brings what it leaves. */
export function knownResult(task: ActiveTask): KnownResult | undefined {
  if (task.decision !== 'restore' || task.result === undefined || task.output === undefined) return undefined;
  return { result: task.result, output: task.output };
}

/** What changed when a build was planned again. */
export interface Settled {
  readonly task: TaskKey;
  readonly as: 'up-to-date' | 'restore' | 'run';
}

/** What is planned, running and done in a build; says which tasks can start. */
export class BuildState {
  readonly #inputs: PlanInputs & { readonly results: RememberingLookup };
  readonly #failed = new Set<TaskKey>();
  readonly #stamps: Map<TaskKey, Stamp>;
  readonly #progress = new Map<TaskKey, TaskProgress>();
  readonly #takenBack = new Set<TaskKey>();
  readonly #restoreFailures = new Map<TaskKey, string>();
  /** Number of dependencies that still have to finish, for tasks that are to be carried out or open. */
  #waiting = new Map<TaskKey, number>();
  #plan: Plan;

  readonly #pace: ReplanPace;
  /** Tasks that would run are left alone. */
  readonly #onlyRestore: boolean;

  private constructor(
    inputs: PlanInputs & { readonly results: RememberingLookup },
    stamps: Map<TaskKey, Stamp>,
    more: { plan: Plan; onlyRestore: boolean; clock: Clock | undefined },
  ) {
    this.#inputs = inputs;
    this.#stamps = stamps;
    this.#plan = more.plan;
    this.#onlyRestore = more.onlyRestore;
    this.#pace = new ReplanPace(more.clock);
  }

  /** Plans a build, or takes a plan that was just made from the same inputs. */
  static async create(
    inputs: PlanInputs,
    more: {
      readonly plan?: Plan | undefined;
      readonly onlyRestore?: boolean | undefined;
      readonly clock?: Clock | undefined;
    } = {},
  ): Promise<BuildState> {
    const stamps = new Map(inputs.stamps);
    const remembering = { ...inputs, stamps, results: rememberingLookup(inputs.results) };
    const plan = more.plan ?? (await makePlan(remembering));
    return new BuildState(remembering, stamps, { plan, onlyRestore: more.onlyRestore ?? false, clock: more.clock });
  }

  get plan(): Plan {
    return this.#plan;
  }

  /** Tasks that can start now: everything that they need is done. Counts anew after each planning. */
  readyTasks(): readonly TaskKey[] {
    this.#waiting = new Map();
    const ready: TaskKey[] = [];
    for (const key of this.#plan.tasks.keys()) {
      if (!this.#isPending(key)) continue;
      const count = this.#needs(key).filter((need) => this.#holdsUp(need)).length;
      this.#waiting.set(key, count);
      if (count === 0 && this.active(key)) ready.push(key);
    }
    return ready;
  }

  /** The task as it is to be carried out; `undefined` when it is not, or was started already. */
  active(key: TaskKey): ActiveTask | undefined {
    const planned = this.#plan.tasks.get(key);
    if (this.#progress.has(key)) return undefined;
    if (planned?.decision === 'restore') return planned;
    return planned?.decision === 'run' && !this.#onlyRestore ? planned : undefined;
  }

  started(task: ActiveTask): void {
    const output = task.decision === 'restore' ? task.output : undefined;
    this.#progress.set(task.task, { state: 'running', decided: task, signature: task.signature, output });
    this.#stamps.delete(task.task);
  }

  /** Records success; the tasks that became ready by it. */
  finished(key: TaskKey, stamp: Stamp): readonly TaskKey[] {
    this.#progress.set(key, { state: 'done', signature: stamp.signature, output: stamp.output });
    this.#stamps.set(key, stamp);
    this.#learn(key, stamp);
    const ready: TaskKey[] = [];
    for (const dependent of this.#dependents(key)) {
      const left = this.#waiting.get(dependent);
      if (left === undefined || !this.#waitsFor(dependent, key)) continue;
      this.#waiting.set(dependent, left - 1);
      if (left === 1 && this.active(dependent)) ready.push(dependent);
    }
    return ready;
  }

  /** It runs, or may still run or be restored, or it failed. */
  isUnfinished(key: TaskKey): boolean {
    return this.#holdsUp(key);
  }

  /** What these tasks had done is there no more; those that run now go on. */
  forget(keys: readonly TaskKey[]): void {
    for (const key of keys) {
      if (this.#progress.get(key)?.state === 'done') {
        this.#progress.delete(key);
        this.#takenBack.add(key);
      }
      this.#stamps.delete(key);
    }
  }

  /** Others with the same result can be restored from it from now on. */
  #learn(key: TaskKey, { signature, output, result }: Stamp): void {
    const action = this.#inputs.keepsApart ? undefined : this.#inputs.described.task(key).actionKey(signature);
    if (action !== undefined && output !== undefined && result !== undefined)
      this.#inputs.results.learn(action, { output, result });
  }

  /** A task failed: what waits to be restored from its result must look elsewhere. */
  failed(key: TaskKey): void {
    this.#failed.add(key);
  }

  /** A task that could be at work if another one were not doing the same already. */
  get heldTwin(): HoldReason | undefined {
    for (const [task, planned] of this.#plan.tasks) {
      const as = planned.decision === 'open' ? planned.sameAs : undefined;
      if (as !== undefined && this.#progress.get(as)?.state === 'running') return { kind: 'same-work', task, as };
    }
    return undefined;
  }

  /** The stored result of a task cannot be used: it will be planned anew. */
  restoreFailed(key: TaskKey, message: string): void {
    this.#progress.delete(key);
    this.#restoreFailures.set(key, message);
  }

  /** Whether something waits for outputs that are not known yet. */
  hasOpenTasks(): boolean {
    for (const planned of this.#plan.tasks.values()) if (planned.decision === 'open') return true;
    return false;
  }

  /** What is still to be done, or may be; not what was done in this build, and taken back by a task that cleans. */
  pendingTasks(): readonly TaskKey[] {
    return [...this.#plan.tasks.keys()].filter((key) => this.#isPending(key) && !this.#takenBack.has(key));
  }

  /** What has become known may change the plan. */
  outdate(): void {
    this.#pace.isWanted = true;
  }

  /**
   * Decides again with what has become known, when it is time: at once for `isIdle`, otherwise so rarely that it takes but
   * a part of the build's time. Gives the tasks that are open no more; `undefined` when nothing was decided.
   */
  async replan(isIdle: boolean): Promise<readonly Settled[] | undefined> {
    if (!this.#pace.isDue(isIdle)) return undefined;
    const before = this.#plan;
    this.#dropLost();
    const [progress, restoreFailures, failed] = [this.#progress, this.#restoreFailures, this.#failed];
    const inputs = { ...this.#inputs, progress, restoreFailures, failed };
    this.#plan = await this.#pace.measure(() => makePlan(inputs));
    const settled: Settled[] = [];
    for (const [task, planned] of this.#plan.tasks) {
      if (before.tasks.get(task)?.decision !== 'open' || this.#progress.has(task)) continue;
      const as = planned.decision;
      if (as === 'run' || as === 'restore' || as === 'up-to-date') settled.push({ task, as });
    }
    return settled;
  }

  /** Where one restore has failed because a mirror is gone, the others need not be tried one by one. */
  #dropLost(): void {
    const { described, results } = this.#inputs;
    if (results.isLost === undefined || this.#restoreFailures.size === 0) return;
    for (const [task, planned] of this.#plan.tasks) {
      if (planned.decision !== 'restore' || this.#progress.has(task)) continue;
      const key = described.task(task).actionKey(planned.signature);
      if (key !== undefined && results.isLost(key)) this.#restoreFailures.set(task, 'no mirror is left that had it');
    }
  }

  /** What the direct dependencies of a task handed on. */
  dependencyDigests(key: TaskKey): Readonly<Record<string, string>> {
    const digests: Record<string, string> = {};
    for (const dependency of this.#inputs.described.graph.dependencies(key)) {
      const known = this.#known(dependency);
      if (!known) continue;
      const captures = this.#inputs.described.task(dependency).captures;
      digests[dependency] = captures && known.output ? formatDigest(known.output) : known.signature;
    }
    return digests;
  }

  /** What must have ended before a task is carried out: a setscene task waits for such tasks alone. */
  #needs(key: TaskKey): readonly TaskKey[] {
    const own = this.#inputs.scene?.tasks.get(key);
    const isScene = own !== undefined && this.#plan.tasks.get(key)?.decision === 'restore';
    return isScene ? own : this.#inputs.described.graph.dependencies(key);
  }

  #waitsFor(key: TaskKey, need: TaskKey): boolean {
    return this.#inputs.scene === undefined || this.#needs(key).includes(need);
  }

  #dependents(key: TaskKey): Iterable<TaskKey> {
    const { scene, described } = this.#inputs;
    const dependents = described.graph.dependents(key);
    if (!scene?.tasks.has(key)) return dependents;
    const later = [...scene.tasks].filter(([, needs]) => needs.includes(key)).map(([task]) => task);
    return new Set([...dependents, ...later]);
  }

  #known(key: TaskKey): { readonly signature: TaskSignature; readonly output?: Digest | undefined } | undefined {
    const planned = this.#plan.tasks.get(key);
    const progress = this.#progress.get(key);
    if (progress) return progress;
    return planned && 'signature' in planned ? planned : undefined;
  }

  #isPending(key: TaskKey): boolean {
    const decision = this.#plan.tasks.get(key)?.decision;
    if (this.#progress.has(key)) return false;
    return decision === 'restore' || (!this.#onlyRestore && (decision === 'run' || decision === 'open'));
  }

  #holdsUp(key: TaskKey): boolean {
    return this.#progress.get(key)?.state === 'running' || this.#isPending(key);
  }
}
