import { type ChildProcess, spawn } from 'node:child_process';
import type { Duplex } from 'node:stream';
import { findProgram, type GuardedProgram, guardedCommand } from './guarded-command.ts';

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

const graceMs = 1000;
const lingerMs = 2000;

/**
 * Runs a program as the leader of a process group of its own. When `signal` fires, the group gets TERM and a second
 * later KILL; the promise settles after the end. Rejects when the program is not there (ENOENT) or with what `onOutput`
 * threw. Nothing of the program outlives the engine (`guardedCommand`); its standard input is empty.
 */
export async function runProcessGroup(request: ProcessRequest): Promise<ProcessEnd> {
  if (request.signal.aborted) return { exitCode: 143, wasCancelled: true };
  const environment = request.environment ?? process.env;
  if (findProgram(request.command, environment['PATH'] ?? '') === undefined) throw notFound(request.command);
  const { command, args } = guardedCommand(request);
  const child = spawn(command, args, {
    cwd: request.cwd,
    env: { ...environment },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  const group = new Group(child);
  const cancel = (): void => group.stop();
  request.signal.addEventListener('abort', cancel, { once: true });
  try {
    const failure = forwardOutput(child, request, group);
    const exitCode = await ended(child, group);
    if (failure.error !== undefined) throw failure.error;
    return { exitCode, wasCancelled: request.signal.aborted };
  } finally {
    request.signal.removeEventListener('abort', cancel);
    group.close();
  }
}

function notFound(command: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${command}: not found`), { code: 'ENOENT', path: command });
}

class Group {
  readonly #child: ChildProcess;
  #timer: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  stop(): void {
    this.kill('SIGTERM');
    this.#timer ??= setTimeout(() => this.kill('SIGKILL'), graceMs);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }
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
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
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
    child.stdin?.destroy();
    linger = setTimeout(() => {
      for (const stream of child.stdio) stream?.destroy();
    }, lingerMs);
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
