import type { Digest } from '../../engine/base/digest.ts';
import { digestOf } from '../../engine/base/sha256.ts';
import { formatTaskId } from '../../engine/base/task-id.ts';
import type { TaskOrder } from '../../engine/messages/task-order.ts';
import type { TaskOutcome } from '../../engine/messages/task-outcome.ts';
import type { RunningTask, TaskRunner } from '../../engine/runqueue/task-runner.ts';

/** A task that the fake runner holds until the test says how it ends. */
export interface HeldTask {
  readonly key: string;
  readonly order: TaskOrder;
  finish(outcome?: TaskOutcome): void;
}

/** How a task ends by itself, or `undefined` when the test will say. */
export type Behaviour = (key: string, order: TaskOrder) => TaskOutcome | undefined;

/** A runner that starts nothing: by default each task ends well at once; captured output depends on `content`. */
export class FakeTaskRunner implements TaskRunner {
  readonly orders: TaskOrder[] = [];
  readonly held = new Map<string, HeldTask>();
  readonly cancelled: string[] = [];
  behaviour: Behaviour;
  #waiters: { readonly key: string; readonly resolve: (task: HeldTask) => void }[] = [];

  constructor(behaviour: Behaviour = (key) => okOutcome(key)) {
    this.behaviour = behaviour;
  }

  /** Keys of all started tasks, in order; restores with `restore ` in front. */
  get started(): readonly string[] {
    return this.orders.map((order) => `${order.work.kind === 'restore' ? 'restore ' : ''}${formatTaskId(order.task)}`);
  }

  start(order: TaskOrder): RunningTask {
    const key = formatTaskId(order.task);
    this.orders.push(order);
    const ended = Promise.withResolvers<TaskOutcome>();
    const held: HeldTask = {
      key,
      order,
      finish: (outcome = okOutcome(key)) => {
        this.held.delete(key);
        ended.resolve(outcome);
      },
    };
    const outcome = this.behaviour(key, order);
    if (outcome) ended.resolve(outcome);
    else this.#hold(held);
    return {
      done: ended.promise,
      cancel: () => {
        this.cancelled.push(key);
        held.finish({ status: 'cancelled', durationMs: 0 });
      },
    };
  }

  /** Resolves once the task was started and is held. */
  whenStarted(key: string): Promise<HeldTask> {
    const held = this.held.get(key);
    if (held) return Promise.resolve(held);
    return new Promise((resolve) => this.#waiters.push({ key, resolve }));
  }

  #hold(task: HeldTask): void {
    this.held.set(task.key, task);
    for (const waiter of this.#waiters) if (waiter.key === task.key) waiter.resolve(task);
    this.#waiters = this.#waiters.filter((waiter) => waiter.key !== task.key);
  }
}

/** A good end; what was captured is named by `content`. */
export function okOutcome(content: string): TaskOutcome {
  const output: Digest = digestOf(content);
  return { status: 'ok', durationMs: 1, output, result: output, artifacts: [], warnings: [] };
}

/** A bad end. */
export function failedOutcome(message: string): TaskOutcome {
  const diagnostics = [{ code: 'system-failure', severity: 'error', message } as const];
  return { status: 'failed', durationMs: 1, diagnostics, exitCode: 1, logPath: '/log' };
}
