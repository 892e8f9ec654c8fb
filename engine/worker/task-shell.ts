import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StxError } from '../base/stx-error.ts';
import { systemError } from '../base/system-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import type { Sandbox, TaskOrder } from '../messages/task-order.ts';
import { quote, rootMissing, taskInvocation } from './thread/invocation.ts';

/** How a shell in the world of a task is started: on the caller's terminal, or to run one command. */
export interface TaskShell {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** Where the shell sees the task's script; absent: it has none. */
  readonly script: string | undefined;
}

/** What is asked for: a command with its arguments, or none for an interactive shell. */
export interface ShellRequest {
  readonly order: TaskOrder;
  /** WORKDIR. */
  readonly workDirectory: string;
  readonly command: readonly string[];
  /** Of the caller. */
  readonly terminal: string | undefined;
}

/**
 * The sandbox, environment, working directory and umask of a task, with a shell in it instead of the task's script, which
 * is at hand as a file. Throws StxError `missing-input` when the task has not been there yet.
 */
export function taskShell(request: ShellRequest): TaskShell {
  const { order } = request;
  const { work } = order;
  const sandbox = work.kind === 'shell' || work.kind === 'python' ? work.sandbox : undefined;
  if (!existsSync(request.workDirectory)) throw neverWorked(order);
  if (sandbox !== undefined && !existsSync(sandbox.root)) throw rootMissing(sandbox.root);
  for (const path of order.directories) attempt(path, () => mkdirSync(path, { recursive: true }));
  const name = `shell.${order.task.task}`;
  const file = join(dirname(order.logPath), name);
  const text = work.kind === 'shell' ? work.script : `echo ${quote(`${formatTaskId(order.task)} is no shell task`)}\n`;
  attempt(file, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode: 0o700 });
  });
  return { ...start(request, sandbox, file), script: work.kind === 'shell' ? seenAt(file, sandbox) : undefined };
}

function start(request: ShellRequest, sandbox: Sandbox | undefined, file: string): Omit<TaskShell, 'script'> {
  const { order, command, terminal } = request;
  const isInteractive = command.length === 0;
  const environment = {
    ...order.environment,
    ...(terminal === undefined ? {} : { TERM: terminal }),
    ...(isInteractive ? { PS1: `${formatTaskId(order.task)} \\w \\$ ` } : {}),
  };
  const invocation = taskInvocation({
    order: { ...order, environment },
    sandbox,
    file,
    onTerminal: isInteractive,
    command: () => ['/bin/sh', '-c', launcher(order, isInteractive), 'sh', ...command],
  });
  const { command: program, args } = invocation;
  // What a build gives the task by the program that guards it: a range of ids for an ordinary user, no network.
  const isRoot = process.getuid?.() === 0;
  const ids = invocation.ids === 'all' ? ['--map-auto', '--map-root-user'] : ['--map-current-user'];
  const { namespaces = [] } = invocation;
  const needsUser = !isRoot && (invocation.ids === 'all' || namespaces.length > 0);
  const options = [...(needsUser ? ['--user', ...ids] : []), ...namespaces];
  const started =
    options.length > 0
      ? { command: 'unshare', args: [...options, '--', program, ...args] }
      : { command: program, args };
  return { ...started, cwd: invocation.cwd, environment: { ...invocation.environment } };
}

function launcher(order: TaskOrder, isInteractive: boolean): string {
  const umask = order.umask === undefined ? '' : `umask ${quote(order.umask)}; `;
  if (!isInteractive) return `${umask}exec "$@"`;
  return `${umask}if command -v bash >/dev/null; then exec bash --norc --noprofile -i; else exec sh -i; fi`;
}

function seenAt(file: string, sandbox: Sandbox | undefined): string {
  return sandbox === undefined ? file : `/stx/task/${file.slice(file.lastIndexOf('/') + 1)}`;
}

function neverWorked({ task }: TaskOrder): StxError {
  const target = formatTaskId(task).replace(':do_', ':');
  return StxError.of('missing-input', `\`${target}\` has no work directory: it never ran here, or was cleaned`, {
    help: `build it first: \`stx-bake ${target}\``,
  });
}

function attempt(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}
