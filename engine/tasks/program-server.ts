import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { EndMark } from './end-mark.ts';
import { serverCommand } from './guarded-command.ts';
import { signalGroup } from './signal-group.ts';

/** A program for a server: what is started, where, and with which environment. */
export interface ServedProgram {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Who hears what a program says: its output, and what it writes to its file descriptor 3. */
export interface ProgramListener {
  onOutput(chunk: Buffer): void;
  onReport(chunk: Buffer): void;
}

/**
 * A shell in namespaces of its own that runs one program after the other. A start is then the fork of a small shell, where
 * it would otherwise be new namespaces, two more programs, and a fork of the engine, which copies its page tables. The shell
 * is process 1 of its namespace: before it tells the end of a program, it kills all that the program has left.
 */
export class ProgramServer {
  readonly #child: ChildProcess;
  /** The request, in a file without a name: a shell reads a file in pieces, but a pipe byte by byte. */
  readonly #requests: number;
  readonly #mark = randomBytes(6).toString('hex');
  readonly #closed: Promise<number>;
  #hearing: { readonly listener: ProgramListener; readonly output: EndMark; readonly report: EndMark } | undefined;
  #ended: (status: number) => void = () => undefined;
  /** What a listener threw; the program is ended. */
  #failure: { readonly error: unknown } | undefined;
  #isReady = false;
  #isKilled = false;
  #isGone = false;
  #shell: number | undefined;
  #mounts: string | undefined;
  #cpuTicks = 0;

  /** `namespaces`: further ones, as options of `unshare`. Throws when the temporary folder takes no file. */
  constructor(namespaces: readonly string[]) {
    this.#requests = openUnnamed();
    const { command, args } = serverCommand(namespaces, this.#mark);
    this.#child = spawn(command, args, {
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore', 'pipe', 'pipe', this.#requests],
    });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#closed = promise;
    promise.catch(() => undefined);
    this.#child.once('error', (error) => {
      this.#leave();
      reject(error);
    });
    this.#child.once('exit', () => this.#leave());
    this.#child.once('close', (code) => resolve(code ?? killed));
    for (const stream of this.#child.stdio) {
      stream?.on('error', () => undefined);
      (stream as Socket | null | undefined)?.unref();
    }
    (this.#child.stdio[1] as Readable | null)?.on('data', (chunk: Buffer) => this.#hear('output', chunk));
    (this.#child.stdio[3] as Readable | null)?.on('data', (chunk: Buffer) => this.#hear('report', chunk));
    this.#child.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** After a program: nothing was killed but what it left, and it left the mounts as they were. */
  isUnchanged(): boolean {
    return this.#isReady && !this.#isKilled && this.#mounts === this.#readMounts();
  }

  /**
   * Runs a program to its end, one at a time; gives its exit code as a shell counts it. Rejects when the server cannot be
   * started, and with what a listener throws.
   */
  async run(program: ServedProgram, listener: ProgramListener): Promise<number> {
    this.#child.ref();
    try {
      if (!this.#isReady) {
        const status = await this.#end(listener);
        if (status !== 0) return status;
        this.#isReady = true;
        this.#shell = lastChildOf(this.pid);
        this.#mounts = this.#readMounts();
      }
      if (this.#isGone) return killed;
      const end = this.#end(listener);
      this.#send(requestText(program));
      return await end;
    } finally {
      this.#hearing = undefined;
      this.#child.unref();
    }
  }

  /** Signals the program and all that is in its group; KILL ends the server as well. */
  signal(signal: NodeJS.Signals): void {
    this.#isKilled ||= signal === 'SIGKILL';
    signalGroup(this.pid, signal);
  }

  /** Milliseconds of processor time that programs took since the last call, as far as they have ended. */
  takeCpuMs(): number {
    const total = Math.max(this.#cpuTicks, ticksOfChildren(this.#shell));
    const taken = total - this.#cpuTicks;
    this.#cpuTicks = total;
    return taken * 10;
  }

  async #end(listener: ProgramListener): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<number>();
    this.#hearing = { listener, output: new EndMark(this.#mark), report: new EndMark(this.#mark) };
    this.#ended = resolve;
    const status = await Promise.race([promise, this.#closed]);
    if (this.#failure !== undefined) throw this.#failure.error;
    return status;
  }

  #hear(from: 'output' | 'report', chunk: Buffer): void {
    if (this.#hearing === undefined || this.#failure !== undefined) return;
    const { listener, output, report } = this.#hearing;
    const said = this.#hearing[from].take(chunk);
    try {
      if (said.length > 0) listener[from === 'output' ? 'onOutput' : 'onReport'](said);
    } catch (error) {
      this.#failure = { error };
      this.signal('SIGKILL');
    }
    if (output.status !== undefined && report.status !== undefined) this.#ended(output.status);
  }

  #send(text: string): void {
    const bytes = Buffer.from(text);
    ftruncateSync(this.#requests);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#requests, bytes, done, undefined, done);
    this.#child.stdin?.write('\n');
  }

  /** What the watcher holds is closed, so that it goes, too. */
  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.signal('SIGKILL');
    closeSync(this.#requests);
    this.#child.stdin?.destroy();
    (this.#child.stdio[4] as Writable | null)?.destroy();
  }

  /** Only root can mount in a namespace that is not its own. */
  #readMounts(): string | undefined {
    return process.getuid?.() === 0 ? readOrEmpty(`/proc/${this.#shell}/mountinfo`) : undefined;
  }
}

/** What a shell tells of a program that was killed. */
const killed = 137;

/** Names that a shell may give a value and hand on as it is; others mean something to it, or are no names for it. */
const plainName = /^(?!(?:OPTIND|PPID|UID|EUID|GROUPS|FUNCNAME|DIRSTACK|BASH\w*|SHELLOPTS)$)[A-Za-z_]\w*$/;

/** Whether a server can start a program just as it is asked for. */
export function canServe({ command, args, environment }: ServedProgram): boolean {
  const entries = Object.entries(environment).filter(([, value]) => value !== undefined);
  if (!entries.every(([name]) => plainName.test(name))) return false;
  return ![command, ...args, ...entries.map(([, value]) => value ?? '')].some((text) => text.includes('\0'));
}

/** The program in a subshell that becomes it; its standard input is empty, and it holds nothing of the server. */
function requestText({ command, args, cwd, environment }: ServedProgram): string {
  const values = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quote(value)}`],
  );
  const exports = values.length === 0 ? '' : `export ${values.join(' ')} && `;
  const words = [command, ...args].map(quote).join(' ');
  return `( cd -- ${quote(cwd)} && unset PWD OLDPWD && ${exports}exec ${words} ) </dev/null 5<&-\n`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A file for reading and writing that is gone with its last user. */
function openUnnamed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'stx-bake-'));
  try {
    return openSync(join(folder, 'request'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The watcher was started before it. */
function lastChildOf(pid: number | undefined): number | undefined {
  const children = readOrEmpty(`/proc/${pid}/task/${pid}/children`).trim();
  return children === '' ? undefined : Number(children.split(' ').at(-1));
}

/** Hundredths of a second, as the kernel counts them: what the ended children of a process took, and theirs. */
function ticksOfChildren(pid: number | undefined): number {
  const text = pid === undefined ? '' : readOrEmpty(`/proc/${pid}/stat`);
  const [user = '0', system = '0'] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(13, 15);
  return Number(user) + Number(system);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
