import { type ChildProcess, fork, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { PassThrough, type Stream } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** A program to start as the leader of a process group of its own, with pipes on its first file descriptors. */
export interface ProgramStart {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pipes: number;
  /** Somebody talks to a pipe both ways. */
  readonly isTwoWay: boolean;
}

/** What a caller needs of a ChildProcess: how it ends, and its pipes. */
export interface StartedProgram {
  readonly pid?: number | undefined;
  readonly stdio: readonly ((Stream & { destroy(): unknown }) | null | undefined)[];
  once(event: 'exit', listener: () => void): unknown;
  once(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'close', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
}

/** A process of this size copies its page tables in about the time that a small one needs for all of a start. */
const smallBytes = 100 * 1024 * 1024;
/** A thread that starts fewer programs than this does not need a spawner. */
const fewStarts = 3;

let starts = 0;
let spawner: Spawner | undefined;

/**
 * Starts a program; settles when it has a process number. A large process lets a small one fork for it: fork copies the
 * page tables of its caller. Rejects when there is no such program (ENOENT).
 */
export async function startProgram(program: ProgramStart): Promise<StartedProgram> {
  starts++;
  if (program.isTwoWay || starts < fewStarts || process.memoryUsage.rss() < smallBytes) return startHere(program);
  if (spawner === undefined || spawner.isGone) spawner = new Spawner();
  return spawner.start(program);
}

async function startHere({ command, args, cwd, env, pipes }: ProgramStart): Promise<StartedProgram> {
  const stdio = Array.from({ length: pipes }, () => 'pipe' as const);
  const child = spawn(command, [...args], { cwd, env, detached: true, stdio });
  if (child.pid === undefined) await once(child, 'spawn');
  return child;
}

type Told = { readonly id: number } & (
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'data'; readonly number: number; readonly data: Uint8Array }
  | { readonly kind: 'exit' }
  | { readonly kind: 'closed'; readonly code: number | null; readonly signal: NodeJS.Signals | null }
);

/** The small process of this thread. It ends when its channel does, that is with the thread or the engine. */
class Spawner {
  readonly #process: ChildProcess;
  readonly #programs = new Map<number, DistantProgram>();
  #last = 0;
  #isGone = false;

  constructor() {
    this.#process = fork(fileURLToPath(new URL('./spawner.mjs', import.meta.url)), [], {
      detached: true,
      serialization: 'advanced',
      execArgv: ['--max-semi-space-size=1', '--max-old-space-size=64'],
      // What it starts is given an environment of its own.
      env: { PATH: process.env['PATH'] },
    });
    this.#process.on('message', (told: Told) => this.#programs.get(told.id)?.hear(told));
    const onEnd = (): void => this.#end();
    this.#process.on('error', onEnd);
    this.#process.on('exit', onEnd);
    this.#process.unref();
    this.#process.channel?.unref();
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  start(program: ProgramStart): Promise<StartedProgram> {
    const id = ++this.#last;
    const tell = (kind: string): void => this.#tell({ kind, id });
    const made = new DistantProgram(program.pipes, tell, () => this.#forget(id));
    this.#programs.set(id, made);
    this.#process.channel?.ref();
    const { command, args, cwd, env, pipes } = program;
    this.#tell({ kind: 'spawn', id, command, args, cwd, env, pipes });
    return made.started;
  }

  #forget(id: number): void {
    this.#programs.delete(id);
    if (this.#programs.size === 0) this.#process.channel?.unref();
  }

  #tell(message: Readonly<Record<string, unknown>>): void {
    if (this.#isGone) return;
    this.#process.send(message, (error) => {
      if (error !== null) this.#end();
    });
  }

  /** What it held is closed by now, so that its programs end. */
  #end(): void {
    this.#isGone = true;
    for (const [id, program] of this.#programs) program.hear({ kind: 'closed', id, code: null, signal: 'SIGKILL' });
  }
}

/** A program that the spawner started, as if it were a child of this process. */
class DistantProgram extends EventEmitter {
  readonly started: Promise<StartedProgram>;
  readonly stdio: readonly PassThrough[];
  pid: number | undefined;
  readonly #begun = Promise.withResolvers<StartedProgram>();
  readonly #forget: () => void;

  constructor(pipes: number, tell: (kind: string) => void, forget: () => void) {
    super();
    this.#forget = forget;
    this.started = this.#begun.promise;
    this.stdio = Array.from({ length: pipes }, (_, number) => {
      const stream = new PassThrough();
      const kind = number === 0 ? 'end-input' : 'close';
      stream.once('close', () => {
        if (!stream.readableEnded) tell(kind);
      });
      return stream;
    });
  }

  hear(told: Told): void {
    switch (told.kind) {
      case 'error':
        this.#begun.reject(Object.assign(new Error(told.message), { code: told.code }));
        this.#forget();
        break;
      case 'started':
        this.pid = told.pid;
        this.#begun.resolve(this);
        break;
      case 'data':
        this.stdio[told.number]?.write(told.data);
        break;
      case 'exit':
        // Whoever waits for the start comes first.
        setImmediate(() => this.emit('exit'));
        break;
      case 'closed':
        this.#close(told.code, told.signal);
    }
  }

  #close(code: number | null, signal: NodeJS.Signals | null): void {
    this.#forget();
    this.#begun.reject(Object.assign(new Error('the process that starts programs has ended'), { code: 'EPIPE' }));
    setImmediate(async () => {
      const open = this.stdio.slice(1).filter((stream) => !stream.destroyed);
      const heard = open.map((stream) => once(stream, 'close'));
      for (const stream of open) stream.resume().end();
      await Promise.allSettled(heard);
      this.emit('close', code, signal);
    });
  }
}
