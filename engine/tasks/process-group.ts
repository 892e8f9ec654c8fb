import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { findProgram, type GuardedProgram, guardedCommand } from './guarded-command.ts';
import { watchMemory } from './process-memory.ts';
import { canServe, type ProgramServer, type ServedProgram } from './program-server.ts';
import { giveBackServer, takeServer } from './server-pool.ts';
import { signalGroup } from './signal-group.ts';
import { noteUsage } from './usage-meter.ts';

/** A program to run with everything that it starts. */
export interface ProcessRequest extends GuardedProgram {
  readonly cwd?: string | undefined;
  /** The whole environment; absent: the engine's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Standard output and standard error, as they come. An error thrown here ends the program and is the result. */
  onOutput(chunk: Buffer): void;
  /** What the program writes to its file descriptor 3. */
  onReport?(text: string): void;
  /** Takes file descriptor 3 as a whole, to talk both ways; then `onReport` hears nothing. */
  onChannel?(channel: Duplex): void;
  readonly signal: AbortSignal;
}

/** How a program ended. */
export interface ProcessEnd {
  /** As a shell counts it: 128 plus the signal's number for a killed program. */
  readonly exitCode: number;
  readonly wasCancelled: boolean;
}

const graceMs = 700;
/** How long pipes may stay open that something outside of the group holds. */
const lingerMs = { done: 2000, stopped: 250 } as const;

/**
 * Runs a program in a process group of its own. When `signal` fires, the group gets TERM and a little
 * later KILL; the promise settles after the end. Rejects when the program is not there (ENOENT) or with what `onOutput`
 * threw. Nothing of the program outlives the engine (`guardedCommand`); its standard input is empty. What
 * it took is noted (`noteUsage`).
 */
export async function runProcessGroup(request: ProcessRequest): Promise<ProcessEnd> {
  if (request.signal.aborted) return { exitCode: 143, wasCancelled: true };
  const environment = request.environment ?? process.env;
  if (findProgram(request.command, environment['PATH'] ?? '') === undefined) throw notFound(request.command);
  const { command, args, cwd = process.cwd() } = request;
  const program = { command, args, cwd, environment };
  const server = isForServer(request) && canServe(program) ? takeServer(request.namespaces ?? []) : undefined;
  return server === undefined ? runAlone(request) : runServed(request, program, server);
}

/** A program that is talked to has pipes of its own; an ordinary user gets a range of ids only from outside of all namespaces. */
function isForServer({ onChannel, ids }: ProcessRequest): boolean {
  return onChannel === undefined && (ids !== 'all' || process.getuid?.() === 0);
}

async function runServed(request: ProcessRequest, program: ServedProgram, server: ProgramServer): Promise<ProcessEnd> {
  const group = new Group(server);
  const memory = server.pid === undefined ? undefined : watchMemory(server.pid);
  const cancel = (): void => group.stop();
  request.signal.addEventListener('abort', cancel, { once: true });
  try {
    const exitCode = await server.run(program, {
      onOutput: (chunk) => request.onOutput(chunk),
      onReport: (chunk) => request.onReport?.(chunk.toString()),
    });
    return { exitCode, wasCancelled: request.signal.aborted };
  } finally {
    request.signal.removeEventListener('abort', cancel);
    group.close();
    noteUsage({ cpuMs: server.takeCpuMs(), peakMemoryBytes: memory?.stop() });
    giveBackServer(server, request.namespaces ?? []);
  }
}

/** By itself, in namespaces made for it. */
async function runAlone(request: ProcessRequest): Promise<ProcessEnd> {
  const child = await start(request);
  const group = new Group(signalling(child));
  const usage = new Usage(child);
  const cancel = (): void => group.stop();
  request.signal.addEventListener('abort', cancel, { once: true });
  if (request.signal.aborted) cancel();
  try {
    const failure = forwardOutput(child, request, group);
    const exitCode = await ended(child, group);
    if (failure.error !== undefined) throw failure.error;
    return { exitCode, wasCancelled: request.signal.aborted };
  } finally {
    request.signal.removeEventListener('abort', cancel);
    group.close();
    usage.note();
  }
}

async function start(request: ProcessRequest): Promise<ChildProcess> {
  const { command, args } = guardedCommand(request);
  const { cwd, environment = process.env } = request;
  const stdio = Array.from({ length: 5 }, () => 'pipe' as const);
  const child = spawn(command, args, { cwd, env: { ...environment }, detached: true, stdio });
  if (child.pid === undefined) await once(child, 'spawn');
  return child;
}

function notFound(command: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${command}: not found`), { code: 'ENOENT', path: command });
}

/** What leads a process group; `signal` reaches all of it. */
interface Signalled {
  signal(signal: NodeJS.Signals): void;
}

function signalling({ pid }: ChildProcess): Signalled {
  return { signal: (signal) => signalGroup(pid, signal) };
}

class Group {
  readonly #leader: Signalled;
  #timer: NodeJS.Timeout | undefined;
  isStopped = false;

  constructor(leader: Signalled) {
    this.#leader = leader;
  }

  stop(): void {
    this.isStopped = true;
    this.kill('SIGTERM');
    this.#timer ??= setTimeout(() => this.kill('SIGKILL'), graceMs);
  }

  kill(signal: NodeJS.Signals): void {
    this.#leader.signal(signal);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}

/** What a program takes: memory as it is seen, time as the guard tells it at the end. */
class Usage {
  readonly #memory: ReturnType<typeof watchMemory> | undefined;
  #times = '';

  constructor(child: ChildProcess) {
    this.#memory = child.pid === undefined ? undefined : watchMemory(child.pid);
    const told = child.stdio[4] as Duplex | undefined;
    told?.on('error', () => undefined);
    told?.on('data', (chunk: Buffer) => {
      this.#times += chunk.toString();
    });
  }

  note(): void {
    noteUsage({ cpuMs: cpuMs(this.#times), peakMemoryBytes: this.#memory?.stop() });
  }
}

/** The sum of `0m0.01s 0m0.02s`, on one line for the shell and on one for what it ran. */
function cpuMs(times: string): number | undefined {
  const found = [...times.matchAll(/(\d+)m([\d.,]+)s/g)];
  const seconds = found.map(([, minutes, rest]) => Number(minutes) * 60 + Number(rest?.replace(',', '.')));
  return found.length === 0 ? undefined : seconds.reduce((sum, each) => sum + each, 0) * 1000;
}

function forwardOutput(child: ChildProcess, request: ProcessRequest, group: Group): { error?: unknown } {
  const failure: { error?: unknown } = {};
  const take = (chunk: Buffer): void => {
    if (failure.error !== undefined) return;
    try {
      request.onOutput(chunk);
    } catch (error) {
      failure.error = error;
      group.kill('SIGKILL');
    }
  };
  child.stdio[1]?.on('data', take);
  child.stdio[2]?.on('data', take);
  const channel = child.stdio[3] as Duplex | undefined;
  // A program that ends while it is written to is no failure of its own: its end says what was.
  channel?.on('error', () => undefined);
  if (channel !== undefined && request.onChannel !== undefined) request.onChannel(channel);
  else channel?.on('data', (chunk: Buffer) => request.onReport?.(chunk.toString()));
  return failure;
}

/** Settles when the program has ended and its pipes are closed; what stays behind in its group is killed. */
async function ended(child: ChildProcess, group: Group): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let linger: NodeJS.Timeout | undefined;
  child.once('error', reject);
  child.once('exit', () => {
    group.kill('SIGKILL');
    child.stdio[0]?.destroy();
    linger = setTimeout(
      () => {
        for (const stream of child.stdio) stream?.destroy();
      },
      lingerMs[group.isStopped ? 'stopped' : 'done'],
    );
  });
  child.once('close', (code, signal) => resolve(code ?? 128 + signalNumber(signal)));
  try {
    return await promise;
  } finally {
    clearTimeout(linger);
  }
}

function signalNumber(signal: NodeJS.Signals | null): number {
  return signal === 'SIGKILL' ? 9 : signal === 'SIGTERM' ? 15 : 1;
}
