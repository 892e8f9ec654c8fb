import { setImmediate } from 'node:timers/promises';
import { formatTaskId } from '../../engine/base/task-id.ts';
import type { BuildEvent } from '../../engine/messages/build-event.ts';
import type { TaskOrder } from '../../engine/messages/task-order.ts';
import type { TaskOutcome } from '../../engine/messages/task-outcome.ts';
import type { BuildInputs } from '../../engine/runqueue/build-inputs.ts';
import { runBuild } from '../../engine/runqueue/runqueue.ts';
import type { RunningTask, TaskRunner } from '../../engine/runqueue/task-runner.ts';
import { BuildDirectory, type World } from './build-world.ts';
import { okOutcome } from './fake-task-runner.ts';

/** A task of a simulated build, from its start to its end in simulated milliseconds. */
export interface SimulatedTask {
  readonly key: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What came of a simulated build. */
export interface Simulated {
  readonly tasks: readonly SimulatedTask[];
  readonly makespanMs: number;
  readonly events: readonly BuildEvent[];
}

type Changes = Partial<Omit<BuildInputs, 'planInputs' | 'runner' | 'stamps' | 'clock'>>;

/**
 * Builds with tasks that take simulated time: whenever the run queue has started all that it wants to start, the clock
 * goes on to the next end of a task, or to the next alarm.
 */
export async function simulateBuild(
  world: World,
  durationMs: (key: string) => number,
  changes: Changes | ((clock: { readonly monotonicMs: () => number }) => Changes),
): Promise<Simulated> {
  const machine = new VirtualMachine(durationMs);
  const { inputs } = await new BuildDirectory().inputs(world);
  const clock = { nowMs: () => machine.nowMs, monotonicMs: () => machine.nowMs };
  const own = typeof changes === 'function' ? changes(clock) : changes;
  const alarm: BuildInputs['alarm'] = (ms, ring) => machine.setAlarm(ms, ring);
  const events: BuildEvent[] = [];
  const build = runBuild({ ...inputs, clock, alarm, ...own, runner: machine });
  let isOver = false;
  const listening = (async () => {
    for await (const event of build) events.push(event);
    isOver = true;
  })();
  while (!isOver) {
    await setImmediate();
    if (!isOver) machine.advance();
  }
  await listening;
  return { tasks: machine.tasks, makespanMs: machine.nowMs, events };
}

interface Pending {
  readonly atMs: number;
  readonly happen: () => void;
}

class VirtualMachine implements TaskRunner {
  nowMs = 0;
  readonly tasks: SimulatedTask[] = [];
  readonly #durationMs: (key: string) => number;
  readonly #pending = new Set<Pending>();

  constructor(durationMs: (key: string) => number) {
    this.#durationMs = durationMs;
  }

  start(order: TaskOrder): RunningTask {
    const key = formatTaskId(order.task);
    const ended = Promise.withResolvers<TaskOutcome>();
    const endMs = this.nowMs + this.#durationMs(key);
    this.tasks.push({ key, startMs: this.nowMs, endMs });
    const { output: _, ...outcome } = okOutcome(key) as Extract<TaskOutcome, { status: 'ok' }>;
    this.#pending.add({ atMs: endMs, happen: () => ended.resolve({ ...outcome, output: undefined }) });
    return { done: ended.promise, cancel: () => ended.resolve({ status: 'cancelled', durationMs: 0 }) };
  }

  setAlarm(ms: number, ring: () => void): () => void {
    const alarm: Pending = { atMs: this.nowMs + ms, happen: ring };
    this.#pending.add(alarm);
    return () => void this.#pending.delete(alarm);
  }

  /** To the next thing that happens; all that happens at that time does. */
  advance(): void {
    const atMs = Math.min(...[...this.#pending].map((each) => each.atMs));
    if (!Number.isFinite(atMs)) return;
    this.nowMs = Math.max(this.nowMs, atMs);
    for (const each of [...this.#pending]) {
      if (each.atMs > this.nowMs) continue;
      this.#pending.delete(each);
      each.happen();
    }
  }
}
