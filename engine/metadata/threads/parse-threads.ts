import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { ParseThreads, ThreadRequest, ThreadResult, ThreadRun } from '../evaluate-recipes.ts';
import { SharedList } from './shared-list.ts';

/** What a thread starts with; plain data. */
export interface ThreadStart {
  readonly request: ThreadRequest;
  readonly memory: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** What a thread says, in this order: results, then that it has ended. */
export type ThreadMessage = { readonly result: ThreadResult } | { readonly ended: true };

/** A thread that says nothing for so long is given up, and its jobs are done here. */
const silenceMs = 60_000;

/** Recipe files that one thread evaluates in about the time that a second one takes to start. */
const worthwhileJobs = 150;

/**
 * Parse threads over worker_threads, `count` with the caller's. The caller blocks while it waits, so that reading stays
 * one synchronous step.
 */
export function createParseThreads(count: number): ParseThreads | undefined {
  if (count < 2) return undefined;
  return { worthwhile: worthwhileJobs, start: (request) => startThreads(count - 1, request) };
}

interface RunningThread {
  readonly worker: Worker;
  readonly port: MessagePort;
  ended: boolean;
}

function startThreads(count: number, request: ThreadRequest): ThreadRun {
  const list = new SharedList(request.jobs.length);
  const threads = Array.from({ length: count }, () => startThread(request, list.memory));
  return {
    next: () => list.next(),
    finish() {
      const results = collect(threads, list);
      for (const { worker, port } of threads) {
        port.close();
        void worker.terminate();
      }
      return results;
    },
  };
}

function startThread(request: ThreadRequest, memory: SharedArrayBuffer): RunningThread {
  const { port1, port2 } = new MessageChannel();
  const start: ThreadStart = { request, memory, port: port2 };
  const worker = new Worker(new URL('./parse-thread.ts', import.meta.url), {
    workerData: start,
    transferList: [port2],
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  // A thread that cannot run leaves its jobs to us.
  worker.on('error', () => {});
  worker.unref();
  port1.unref();
  return { worker, port: port1, ended: false };
}

function collect(threads: readonly RunningThread[], list: SharedList): readonly ThreadResult[] {
  const results: ThreadResult[] = [];
  for (;;) {
    const seen = list.signals;
    for (const thread of threads) drain(thread, results);
    if (threads.every((thread) => thread.ended)) return results;
    if (!list.wait(seen, silenceMs)) return results;
  }
}

function drain(thread: RunningThread, results: ThreadResult[]): void {
  for (;;) {
    const received = receiveMessageOnPort(thread.port) as { readonly message: ThreadMessage } | undefined;
    if (received === undefined) return;
    if ('ended' in received.message) thread.ended = true;
    else results.push(received.message.result);
  }
}
