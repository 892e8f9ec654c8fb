import { existsSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { StxError } from '../../base/stx-error.ts';
import type { Sandbox, TaskOrder } from '../../messages/task-order.ts';
import { runProcessGroup } from '../../tasks/process-group.ts';
import { FrameReader, sendFrame } from './frames.ts';
import { quote, rootMissing, taskInvocation } from './invocation.ts';
import { readHostLimits, sandboxProgramMissing, sandboxRefused } from './sandbox-trouble.ts';

/** Text that coprocess.py is; the root of a sandbox sees it at a path of its own. */
export const coprocessFile: string = fileURLToPath(new URL('../python/coprocess.py', import.meta.url));

/** A python3 to start, and who answers it. */
export interface CoprocessRun {
  readonly order: Pick<TaskOrder, 'cwd' | 'environment' | 'umask' | 'task'>;
  readonly sandbox: Sandbox | undefined;
  /** What the program writes to its standard output and error. */
  onOutput(chunk: Buffer): void;
  /** Answers a question `[operation, argument ...]`; a promise holds the program up until it settles. */
  answer(question: readonly unknown[]): unknown;
  /** The end of the log, for messages. */
  tail(): string;
  readonly signal: AbortSignal;
}

/** How a co-process ended. */
export interface CoprocessEnd {
  readonly exitCode: number;
  readonly wasCancelled: boolean;
}

const started = 'started';
const noPython = 'no-python';

/**
 * Runs coprocess.py in the task's sandbox, or on the host, until it ends. Throws StxError when it cannot be started
 * (`missing-python`, `sandbox-unavailable`), and what `answer` threw.
 */
export async function runCoprocess(run: CoprocessRun): Promise<CoprocessEnd> {
  const { order, sandbox } = run;
  if (sandbox !== undefined && !existsSync(sandbox.root)) throw rootMissing(sandbox.root);
  const invocation = taskInvocation({
    order: order as TaskOrder,
    sandbox,
    file: coprocessFile,
    command: (path) => ['/bin/sh', '-c', launcher(order.umask), 'sh', path],
  });
  const stop = new AbortController();
  const talk = new Conversation(run, () => stop.abort());
  const end = await runProcessGroup({
    ...invocation,
    onOutput: (chunk) => run.onOutput(chunk),
    onChannel: (channel) => talk.start(channel),
    signal: AbortSignal.any([run.signal, stop.signal]),
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw sandboxProgramMissing(invocation.command);
  });
  if (talk.failure !== undefined) throw talk.failure.error;
  if (talk.said.has(noPython)) throw pythonMissing(run);
  if (!talk.said.has(started) && !end.wasCancelled && sandbox !== undefined)
    throw sandboxRefused(run.tail(), sandbox.allIds, readHostLimits());
  return { exitCode: end.exitCode, wasCancelled: run.signal.aborted };
}

/** Questions and answers, one after the other in the order in which they came. */
class Conversation {
  readonly said = new Set<unknown>();
  failure: { readonly error: unknown } | undefined;
  readonly #run: CoprocessRun;
  readonly #stop: () => void;
  readonly #frames = new FrameReader();

  constructor(run: CoprocessRun, stop: () => void) {
    this.#run = run;
    this.#stop = stop;
  }

  start(channel: Duplex): void {
    let turn = Promise.resolve();
    channel.on('data', (chunk: Buffer) => {
      try {
        for (const frame of this.#frames.take(chunk)) {
          if (typeof frame === 'string') this.said.add(frame);
          else turn = turn.then(() => this.#answer(channel, frame as readonly unknown[]));
        }
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  async #answer(channel: Duplex, question: readonly unknown[]): Promise<void> {
    if (this.failure !== undefined) return;
    try {
      sendFrame(channel, await this.#run.answer(question));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.failure ??= { error };
    this.#stop();
  }
}

/** The shell that looks for python3 where the task would find it. `-I`: what the task exports must not change ours. */
function launcher(umask: string | undefined): string {
  return [
    `exec 2>&1; ${frame(started)}`,
    umask === undefined ? ':' : `umask ${quote(umask)}`,
    `command -v python3 >/dev/null || { ${frame(noPython)}; exit 127; }`,
    'exec python3 -I -B -X utf8 "$1"',
  ].join('\n');
}

function frame(text: string): string {
  return `printf '${text.length + 2}\\n"${text}"' >&3`;
}

function pythonMissing({ order, sandbox }: CoprocessRun): StxError {
  const who = `\`${order.task.task}\` of \`${order.task.recipe}\` needs \`python3\``;
  if (sandbox !== undefined) {
    return StxError.of('missing-python', `${who}, and the build root \`${sandbox.root}\` has none`, {
      help: 'add Python 3.9 or later to the packages of the recipe that makes this root',
    });
  }
  const path = order.environment['PATH'] ?? '';
  return StxError.of('missing-python', `${who}, and there is none along its PATH \`${path}\``, {
    origin: 'environment',
    help: 'install Python 3.9 or later, or put its folder on the PATH of the task',
  });
}
