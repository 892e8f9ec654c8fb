import { InternalError, StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { BuildEvent } from '../messages/build-event.ts';
import type { HoldReason } from '../messages/hold-reason.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import { ownDigest } from '../plan/keep-what-is-there.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { Task, TaskKey } from '../taskgraph/task-graph.ts';
import { BuildEvents } from './build-events.ts';
import type { BuildInputs } from './build-inputs.ts';
import { type ActiveTask, BuildState, knownResult } from './build-state.ts';
import { forgottenBy, leftoversOf, tasksWithWork } from './clearing.ts';
import { EventQueue } from './event-queue.ts';
import { HoldWatch } from './hold-watch.ts';
import { makeTaskOrder } from './make-task-order.ts';
import { asWarning, failure, nothingToDo } from './own-outcomes.ts';
import { placeSettings } from './place-settings.ts';
import { Scheduler } from './scheduler.ts';
import { describeSetscene, graphOfOne } from './setscene-order.ts';
import { startOrder } from './start-order.ts';
import { startWithEvents } from './task-events.ts';
import { taskNeeds, taskWeight } from './task-needs.ts';
import type { RunningTask } from './task-runner.ts';
import { WorkRemoval, workRemovalOrder } from './work-removal.ts';

/** Carries out a build and tells about it; ends after the event `finished`. Leaving the iteration early cancels the build. */
export async function* runBuild(inputs: BuildInputs): AsyncGenerator<BuildEvent, void, void> {
  const state = await BuildState.create(inputs.planInputs, inputs);
  const queue = new Runqueue(inputs, state);
  const work = queue.run();
  try {
    yield* queue.events;
  } finally {
    queue.cancel();
    await work;
  }
}

interface Running {
  readonly task: ActiveTask;
  readonly handle: RunningTask;
}

interface Ended {
  readonly key: TaskKey;
  readonly outcome: TaskOutcome;
}

/** The loop of a build: start what can start, wait for something to end, release what waited for it. */
class Runqueue {
  readonly events = new EventQueue<BuildEvent>();
  readonly #inputs: BuildInputs;
  readonly #state: BuildState;
  readonly #scheduler: Scheduler;
  /** Ready tasks that take nothing: they need not wait for a slot. */
  readonly #instant: TaskKey[] = [];
  readonly #holdWatch: HoldWatch;
  readonly #workRemoval: WorkRemoval;
  readonly #removals = new Map<TaskKey, { readonly done: Promise<void>; cancel(): void }>();
  readonly #hasRun = new Set<TaskKey>();
  readonly #running = new Map<TaskKey, Running>();
  readonly #ended: Ended[] = [];
  readonly #handled: BuildEvents;
  readonly #counts = { ran: 0, restored: 0, failed: 0 };
  #wake: () => void = () => undefined;
  #isStopped = false;

  constructor(inputs: BuildInputs, state: BuildState) {
    this.#inputs = inputs;
    this.#state = state;
    const { described } = inputs.planInputs;
    this.#workRemoval = new WorkRemoval(described);
    this.#scheduler = new Scheduler(inputs.limits, rankOf(inputs, state));
    this.#holdWatch = new HoldWatch({
      tell: (reason) => this.events.push({ kind: 'held', reason }),
      alarm: inputs.alarm,
      wake: () => this.#wake(),
    });
    this.#handled = new BuildEvents(described, inputs.handlers, (each) => this.#tell(each));
  }

  async run(): Promise<void> {
    const startMs = this.#inputs.clock.monotonicMs();
    const cancel = () => this.cancel();
    this.#inputs.signal?.addEventListener('abort', cancel);
    if (this.#inputs.signal?.aborted) this.cancel();
    try {
      this.events.push(this.#planEvent());
      if (await this.#handled.buildStarted()) {
        this.#fillReady();
        await this.#loop();
        this.#requireAllDone();
        await Promise.all([...this.#removals.values()].map(({ done }) => done));
      }
      await this.#handled.buildCompleted({ ...this.#counts, isInterrupted: this.#inputs.signal?.aborted ?? false });
      const durationMs = this.#inputs.clock.monotonicMs() - startMs;
      this.events.push({ kind: 'finished', ...this.#counts, durationMs });
      this.events.end();
    } catch (error) {
      this.cancel();
      await Promise.allSettled([...this.#running.values()].map(({ handle }) => handle.done));
      this.events.fail(error);
    } finally {
      this.#inputs.signal?.removeEventListener('abort', cancel);
      this.#holdWatch.close();
    }
  }

  /** Nothing more is started; what runs is told to stop. */
  cancel(): void {
    this.#isStopped = true;
    for (const { handle } of this.#running.values()) handle.cancel();
    for (const removal of this.#removals.values()) removal.cancel();
  }

  async #loop(): Promise<void> {
    for (;;) {
      this.#startReady();
      const isIdle = this.#ended.length === 0 && (this.#scheduler.isIdle || this.#running.size === 0);
      if (isIdle && (await this.#replan(true))) continue;
      if (this.#ended.length === 0) {
        if (this.#running.size === 0) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          this.#holdWatch.look(this.#isStopped ? undefined : this.#hold());
        });
      }
      await this.#takeEnded();
    }
  }

  #hold(): HoldReason | undefined {
    const { hold, isIdle } = this.#scheduler;
    return hold ?? (isIdle ? this.#state.heldTwin : undefined);
  }

  /** Throws InternalError when a build that nothing has stopped leaves tasks undone: it must not look like a good one. */
  #requireAllDone(): void {
    if (this.#isStopped || this.#counts.failed > 0) return;
    const pending = this.#state.pendingTasks();
    if (pending.length > 0) throw new InternalError(`${pending.length} tasks never started, \`${pending[0]}\` first`);
  }

  async #takeEnded(): Promise<void> {
    for (let ended = this.#ended.shift(); ended; ended = this.#ended.shift())
      if (this.#takeOutcome(ended)) this.#state.outdate();
    await this.#replan(false);
  }

  /** Whether something was decided anew. */
  async #replan(isIdle: boolean): Promise<boolean> {
    const news = this.#isStopped ? undefined : await this.#state.replan(isIdle);
    for (const settled of news ?? [])
      if (!this.#described(settled.task).noexec) this.events.push({ kind: 'task-settled', ...settled });
    if (news !== undefined) this.#fillReady();
    return news !== undefined;
  }

  #fillReady(): void {
    this.#scheduler.clear();
    this.#instant.length = 0;
    for (const key of this.#state.readyTasks()) this.#addReady(key);
  }

  #addReady(key: TaskKey): void {
    const described = this.#described(key);
    const isRun = this.#state.active(key)?.decision === 'run';
    if (described.noexec) this.#instant.push(key);
    else this.#scheduler.add(key, taskNeeds(described, { isRun, usual: this.#inputs.usual?.get(key) }));
  }

  #startReady(): void {
    while (!this.#isStopped) {
      const key = this.#instant.pop() ?? this.#scheduler.next();
      if (key === undefined) return;
      const task = this.#state.active(key);
      if (task) this.#start(task);
      else this.#scheduler.ended(key);
    }
  }

  #start(task: ActiveTask): void {
    const described = this.#described(task.task);
    this.#state.started(task);
    if (!described.noexec) {
      const reason = task.decision === 'run' ? task.reason : undefined;
      this.events.push({ kind: 'task-started', task: task.task, action: task.decision, reason });
    }
    this.#handled.taskStarted(described);
    const handle = this.#handOver(task, described);
    this.#running.set(task.task, { task, handle });
    handle.done.then(
      (outcome) => this.#end(task.task, outcome),
      (error: unknown) => this.#end(task.task, failure(error)),
    );
  }

  #handOver(task: ActiveTask, described: DescribedTask): RunningTask {
    const { planInputs, stamps, runner } = this.#inputs;
    try {
      if (this.#isForbidden(task, described)) return this.#enforced(described);
      stamps.remove(described.task, described.nostamp ? undefined : described.taint);
      if (described.noexec) return nothingToDo;
      const leftovers = described.type?.takesLeftovers ? leftoversOf(described.task, stamps) : undefined;
      if (task.decision === 'run') this.#forget(forgottenBy(described.task, stamps));
      taskWeight(described);
      const isScene = task.decision === 'restore' && task.result === undefined;
      const doing = isScene ? describeSetscene(described) : described;
      const start = (datastore?: Datastore): RunningTask => {
        const order = makeTaskOrder(doing.key, isScene ? graphOfOne(doing) : planInputs.described, {
          signature: task.signature,
          restore: knownResult(task),
          dependencyDigests: this.#state.dependencyDigests(task.task),
          handedOn: (each) => this.#state.dependencyDigests(each),
          leftovers,
          datastore,
          storePath: this.#inputs.storeDirectory,
        });
        return runner.start(order, (message) => {
          if (message.kind === 'note') this.events.push(message);
          else if (message.kind === 'progress')
            this.events.push({ ...message, kind: 'task-progress', task: task.task });
        });
      };
      const { handlers } = this.#inputs;
      return handlers === undefined || (task.decision === 'restore' && !isScene)
        ? start()
        : startWithEvents(doing, handlers, start);
    } catch (error) {
      return { done: Promise.resolve(failure(error)), cancel: () => undefined };
    }
  }

  /** BB_SETSCENE_ENFORCE. BitBake: RunQueueExecute.check_setscene_ignore_tasks. */
  #isForbidden(task: ActiveTask, { noexec }: DescribedTask): boolean {
    return this.#inputs.enforcement !== undefined && task.decision === 'run' && !noexec;
  }

  #enforced(described: DescribedTask): RunningTask {
    if (this.#inputs.enforcement?.allows(described)) return nothingToDo;
    const error = StxError.of(
      'setscene-enforced',
      `\`${described.key}\` would run, which BB_SETSCENE_ENFORCE forbids`,
      {
        help: 'a stored result of it, or of what needs it, is missing; BB_SETSCENE_ENFORCE_IGNORE_TASKS lists what may be met',
      },
    );
    return { done: Promise.resolve(failure(error)), cancel: () => undefined };
  }

  #forget(tasks: readonly Task[]): void {
    for (const task of tasks) this.#inputs.stamps.remove(task);
    this.#state.forget(tasks.map(({ key }) => key));
  }

  /** Empties work directories that nobody needs any more. The stamps go first: a build may be killed in between. */
  #removeWork(ended: TaskKey): void {
    const standing = {
      isUnfinished: (key: TaskKey) => this.#state.isUnfinished(key),
      hasRun: (key: TaskKey) => this.#hasRun.has(key),
    };
    for (const described of this.#workRemoval.removable(ended, standing)) {
      this.#forget(tasksWithWork(described.task, this.#inputs.stamps));
      const running = this.#inputs.runner.start(workRemovalOrder(described), () => undefined);
      const done = running.done.then((outcome) => {
        if (outcome.status === 'failed') this.#tell(outcome.diagnostics.map(asWarning));
      });
      this.#removals.set(described.key, { done, cancel: () => running.cancel() });
    }
  }

  #end(key: TaskKey, outcome: TaskOutcome): void {
    this.#ended.push({ key, outcome: placeSettings(outcome, this.#described(key).task.recipe) });
    this.#wake();
  }

  /** Records how a task ended; whether that can change the plan. */
  #takeOutcome({ key, outcome }: Ended): boolean {
    const running = this.#running.get(key);
    if (!running) return false;
    this.#running.delete(key);
    this.#scheduler.ended(key);
    const { task } = running;
    const described = this.#described(key);
    const final = outcome.status === 'ok' ? this.#writeStamp(task, described, outcome) : outcome;
    if (final.status === 'written') {
      this.#inputs.onDone?.(described, final.stamp, () => this.#state.dependencyDigests(key));
    }
    if (!described.noexec)
      this.events.push({
        kind: 'task-finished',
        task: key,
        action: task.decision,
        outcome: final.status === 'written' ? outcome : final,
      });
    this.#handled.taskEnded(described, final.status === 'written');
    if (final.status === 'written') return this.#takeSuccess(task, final.stamp);
    if (final.status === 'failed') return this.#takeFailure(task, final);
    return false;
  }

  #takeSuccess(task: ActiveTask, stamp: Stamp): boolean {
    const described = this.#described(task.task);
    if (!described.noexec) this.#counts[task.decision === 'run' ? 'ran' : 'restored']++;
    for (const key of this.#state.finished(task.task, stamp)) this.#addReady(key);
    if (task.decision === 'run') this.#hasRun.add(task.task);
    if (!this.#isStopped) this.#removeWork(task.task);
    return task.decision === 'run' && described.captures && this.#state.hasOpenTasks();
  }

  #takeFailure(task: ActiveTask, outcome: Extract<TaskOutcome, { readonly status: 'failed' }>): boolean {
    if (task.decision === 'restore') {
      // It would run now, if anything were still to be started.
      if (!this.#isStopped) this.#state.restoreFailed(task.task, outcome.diagnostics[0]?.message ?? 'unknown');
      return !this.#isStopped;
    }
    this.#counts.failed++;
    this.#state.failed(task.task);
    if (!this.#inputs.keepGoing) this.#isStopped = true;
    return this.#state.hasOpenTasks();
  }

  #writeStamp(task: ActiveTask, described: DescribedTask, outcome: Extract<TaskOutcome, { readonly status: 'ok' }>) {
    const stamp: Stamp = {
      signature: task.signature,
      output: task.decision === 'restore' ? task.output : outcome.output,
      result: task.decision === 'restore' ? task.result : outcome.result,
      artifacts: outcome.artifacts,
      finishedAtMs: this.#finishedAtMs(described),
      taint: described.nostamp ? undefined : described.taint,
      restored: task.decision === 'restore' || undefined,
      own: ownDigest(described, this.#inputs.planInputs.described, this.#state.dependencyDigests(task.task)),
    };
    try {
      if (!this.#isForbidden(task, described)) this.#inputs.stamps.write(described.task, stamp);
      return { status: 'written', stamp } as const;
    } catch (error) {
      return failure(error);
    }
  }

  /** Now, and later than whatever was stamped before: a clock that was set back must not put tasks in another order. */
  #finishedAtMs({ task }: DescribedTask): number {
    const { clock, stamps } = this.#inputs;
    return Math.max(clock.nowMs(), (stamps.latestMs?.(task) ?? -1) + 1);
  }

  #tell(diagnostics: readonly StoredDiagnostic[]): void {
    for (const diagnostic of diagnostics) this.events.push({ kind: 'diagnostic', diagnostic });
  }

  #described(key: TaskKey): DescribedTask {
    return this.#inputs.planInputs.described.task(key);
  }

  #planEvent(): BuildEvent {
    const counts = { run: 0, restore: 0, 'up-to-date': 0, 'not-needed': 0, open: 0 };
    for (const [key, { decision }] of this.#state.plan.tasks) if (!this.#described(key).noexec) counts[decision]++;
    const { onlyRestore } = this.#inputs;
    const { run, restore, open } = onlyRestore ? { ...counts, run: 0, open: 0 } : counts;
    return { kind: 'plan', run, restore, open, upToDate: counts['up-to-date'], notNeeded: counts['not-needed'] };
  }
}

/** Ranks are worked out when the first task is ready: a build with nothing to do needs none. */
function rankOf({ planInputs, scheduler = 'speed', usual = new Map() }: BuildInputs, state: BuildState) {
  const { graph } = planInputs.described;
  const isActive = (key: TaskKey): boolean => {
    const decision = state.plan.tasks.get(key)?.decision;
    return decision === 'run' || decision === 'restore' || decision === 'open';
  };
  let ranks: ReadonlyMap<TaskKey, number> | undefined;
  return (key: TaskKey): number => {
    ranks ??= startOrder({ graph, scheduler, usual, isActive });
    return ranks.get(key) ?? graph.size;
  };
}
