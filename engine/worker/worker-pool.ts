import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { systemClock } from '../base/clock.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { ControlMessage, WorkerMessage } from '../messages/worker-message.ts';
import type { RunningTask, TaskRunner } from '../runqueue/task-runner.ts';

/** How many task threads at most, and how long a cancelled task may take before its thread is ended. */
export interface WorkerPoolOptions {
  readonly threads: number;
  readonly graceMs?: number;
}

/** What a task started gets KILL soon after TERM; its thread may take this long to say so. */
const cancelGraceMs = 1300;

type Listener = (message: WorkerMessage) => void;

/** The TaskRunner on threads of this process. Nothing is loaded or started before the first order. */
export function createWorkerPool(options: WorkerPoolOptions): TaskRunner & AsyncDisposable {
  return new WorkerPool(options);
}

class WorkerPool implements TaskRunner, AsyncDisposable {
  readonly #options: WorkerPoolOptions;
  readonly #running = new Set<RunningTask>();
  #threads: Promise<Piscina> | undefined;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  start(order: TaskOrder, onMessage: Listener): RunningTask {
    const { port1: port, port2 } = new MessageChannel();
    port.on('message', onMessage);
    const hardStop = new AbortController();
    const done = this.#run(order, { port, thread: port2, signal: hardStop.signal, onMessage });
    let timer: NodeJS.Timeout | undefined;
    const task: RunningTask = {
      done: done.finally(() => {
        clearTimeout(timer);
        this.#running.delete(task);
      }),
      cancel: () => {
        port.postMessage({ kind: 'cancel' } satisfies ControlMessage);
        timer ??= setTimeout(() => hardStop.abort(), this.#options.graceMs ?? cancelGraceMs);
      },
    };
    this.#running.add(task);
    return task;
  }

  async #run(
    order: TaskOrder,
    link: { port: MessagePort; thread: MessagePort; signal: AbortSignal; onMessage: Listener },
  ): Promise<TaskOutcome> {
    const start = systemClock.monotonicMs();
    try {
      this.#threads ??= startThreads(this.#options.threads);
      const pool = await this.#threads;
      const input = { order, port: link.thread };
      return (await pool.run(input, { transferList: [link.thread], signal: link.signal })) as TaskOutcome;
    } catch (error) {
      const durationMs = systemClock.monotonicMs() - start;
      if (link.signal.aborted) return { status: 'cancelled', durationMs };
      return { status: 'failed', durationMs, diagnostics: [crash(error)], exitCode: undefined, logPath: order.logPath };
    } finally {
      drain(link.port, link.onMessage);
      link.port.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const task of running) task.cancel();
    await Promise.all(running.map((task) => task.done));
    await (await this.#threads)?.destroy();
  }
}

async function startThreads(threads: number): Promise<Piscina> {
  const { Piscina } = await import('piscina');
  return new Piscina({
    filename: new URL('./thread/main.ts', import.meta.url).href,
    minThreads: 0,
    maxThreads: threads,
    concurrentTasksPerWorker: 1,
    atomics: 'disabled',
    idleTimeout: 60_000,
  });
}

/** Messages that were sent before the outcome are heard before it is handed on. */
function drain(port: MessagePort, onMessage: Listener): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
    onMessage(next.message as WorkerMessage);
}

function crash(error: unknown): StoredDiagnostic {
  return {
    code: 'internal-error',
    severity: 'error',
    message: 'a task thread ended unexpectedly',
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    help: 'please report it with the text above',
  };
}
