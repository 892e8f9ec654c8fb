import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StxError } from '../../base/stx-error.ts';
import type { Sandbox, TaskOrder } from '../../messages/task-order.ts';
import { withoutNetwork } from '../../tasks/guarded-command.ts';
import type { ProcessRequest } from '../../tasks/process-group.ts';
import { sandboxCommand } from './sandbox.ts';
import { spawnEnvironment } from './spawn-environment.ts';

/** What a process is started with; the caller adds what listens to it. */
export type Invocation = Omit<ProcessRequest, 'onOutput' | 'onReport' | 'onChannel' | 'signal'>;

/** A program of a task, in the task's sandbox or on the host. */
export interface TaskProgram {
  readonly order: TaskOrder;
  readonly sandbox: Sandbox | undefined;
  /** A file of the engine that the program works with. */
  readonly file: string;
  /** It is a shell on the terminal of the caller. */
  readonly onTerminal?: boolean | undefined;
  /** The program with its arguments; `path` is where it sees the file. */
  command(path: string): readonly string[];
}

const filesInSandbox = '/stx/task';

/** How a program of a task is started: its environment, its folder, its sandbox. */
export function taskInvocation(program: TaskProgram): Invocation {
  const { order, sandbox, file } = program;
  if (sandbox === undefined) return plainInvocation(order, program.command(file));
  const inside = join(filesInSandbox, basename(file));
  for (const { source, writable } of sandbox.mounts)
    if (writable && !existsSync(source)) mkdirSync(source, { recursive: true });
  return sandboxCommand({
    sandbox,
    cwd: order.cwd,
    environment: order.environment,
    files: [{ source: file, target: inside }],
    command: program.command(inside),
    isRoot: process.getuid?.() === 0,
    onTerminal: program.onTerminal,
  });
}

function plainInvocation(order: PlainOrder, command: readonly string[]): Invocation {
  const { environment, lateVariables, dropsPath } = spawnEnvironment(order.environment);
  const late = [...(dropsPath ? ['-u', 'PATH'] : []), ...lateVariables.map(([name, value]) => `${name}=${value}`)];
  return { command: 'env', args: [...late, ...command], cwd: order.cwd, environment, ...hostNamespaces(order) };
}

type PlainOrder = Pick<TaskOrder, 'environment' | 'cwd' | 'network' | 'owned'>;

/**
 * What a task without sandbox is of the host: it reaches the network only with the flag `network`, where the host lets
 * it be cut off, and is user 0 with the flag `fakeroot`.
 */
export function hostNamespaces({
  network,
  owned,
}: PlainOrder): Pick<Invocation, 'namespaces' | 'ids' | 'needsNamespaces'> {
  const ids = owned === true ? ({ ids: 'all', needsNamespaces: process.getuid?.() !== 0 } as const) : {};
  return network === false ? { namespaces: withoutNetwork(), ...ids } : ids;
}

/** The error for a sandbox whose root is not there. */
export function rootMissing(root: string): StxError {
  return StxError.of('missing-input', `there is no build root in \`${root}\``, {
    help: 'the task must depend on the task that unpacks the root named by SANDBOX_ROOT',
  });
}

/** A word for the shell. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
