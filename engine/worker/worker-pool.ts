import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { systemClock } from '../base/clock.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../messages/task-order.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { ControlMessage, WorkerMessage } from '../messages/worker-message.ts';
import type { RunningTask, TaskRunner } from '../runqueue/task-runner.ts';
import type { SpokenMessage, ThreadGreeting, ThreadInput, ThreadOutcome } from './thread/main.ts';

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
  readonly #listeners = new Map<number, Listener>();
  /** One for each thread, by its number; it comes before the thread's first outcome. */
  readonly #ports = new Map<number, MessagePort>();
  /** Orders that were cancelled and have not ended. */
  readonly #cancelled = new Set<number>();
  #threads: Promise<Piscina> | undefined;
  #lastNumber = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  start(order: TaskOrder, onMessage: Listener): RunningTask {
    const number = ++this.#lastNumber;
    this.#listeners.set(number, onMessage);
    const hardStop = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const task: RunningTask = {
      done: this.#run({ number, order }, hardStop.signal).finally(() => {
        clearTimeout(timer);
        this.#running.delete(task);
        this.#listeners.delete(number);
        this.#cancelled.delete(number);
      }),
      cancel: () => {
        this.#cancelled.add(number);
        for (const port of this.#ports.values()) port.postMessage(cancelOf(number));
        timer ??= setTimeout(() => hardStop.abort(), this.#options.graceMs ?? cancelGraceMs);
      },
    };
    this.#running.add(task);
    return task;
  }

  async #run(input: ThreadInput, signal: AbortSignal): Promise<TaskOutcome> {
    const start = systemClock.monotonicMs();
    try {
      this.#threads ??= this.#startThreads();
      const pool = await this.#threads;
      const { thread, outcome } = (await pool.run(input, { signal })) as ThreadOutcome;
      this.#drain(this.#ports.get(thread));
      return outcome;
    } catch (error) {
      for (const port of this.#ports.values()) this.#drain(port);
      const durationMs = systemClock.monotonicMs() - start;
      if (signal.aborted) return { status: 'cancelled', durationMs };
      const { logPath } = input.order;
      return { status: 'failed', durationMs, diagnostics: [crash(error)], exitCode: undefined, logPath };
    }
  }

  async #startThreads(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({
      filename: new URL('./thread/main.ts', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.#options.threads,
      concurrentTasksPerWorker: 1,
      atomics: 'disabled',
      recordTiming: false,
      idleTimeout: 60_000,
    });
    pool.on('message', (greeting: ThreadGreeting) => this.#greet(greeting));
    return pool;
  }

  #greet({ thread, port }: ThreadGreeting): void {
    this.#ports.set(thread, port);
    port.on('message', (spoken: SpokenMessage) => this.#hear(spoken));
    port.on('close', () => this.#ports.delete(thread));
    // What is awaited keeps the process: the outcome.
    port.unref();
    for (const number of this.#cancelled) port.postMessage(cancelOf(number));
  }

  /** Messages that were sent before the outcome are heard before it is handed on. */
  #drain(port: MessagePort | undefined): void {
    if (port === undefined) return;
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      this.#hear(next.message as SpokenMessage);
  }

  #hear({ number, message }: SpokenMessage): void {
    this.#listeners.get(number)?.(message);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const running = [...this.#running];
    for (const task of running) task.cancel();
    await Promise.all(running.map((task) => task.done));
    await (await this.#threads)?.destroy();
  }
}

function cancelOf(number: number): ControlMessage {
  return { kind: 'cancel', number };
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
