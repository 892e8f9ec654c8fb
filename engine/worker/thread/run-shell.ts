import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { systemError } from '../../base/system-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder, TaskWork } from '../../messages/task-order.ts';
import { findProgram } from '../../tasks/guarded-command.ts';
import { runProcessGroup } from '../../tasks/process-group.ts';
import { failedCommand, readFrames, recipePlace, reportingPrelude } from './backtrace.ts';
import { fullFileSystem } from './full-file-system.ts';
import { hostNamespaces, type Invocation, quote, rootMissing, taskInvocation } from './invocation.ts';
import { errorsAndTail } from './log-errors.ts';
import { progressReader } from './progress-reader.ts';
import { findInSandbox } from './sandbox.ts';
import { readHostLimits, sandboxProgramMissing, sandboxRefused } from './sandbox-trouble.ts';
import { spawnEnvironment } from './spawn-environment.ts';
import type { TaskLog } from './task-log.ts';

type ShellWork = Extract<TaskWork, { kind: 'shell' }>;

/** A shell task that is to run. */
export interface ShellRun {
  readonly order: TaskOrder;
  readonly work: ShellWork;
  readonly log: TaskLog;
  readonly signal: AbortSignal;
  /** Told how far the task has come, from 0 to 1. */
  onProgress(fraction: number): void;
}

/** How a shell task ended; absent diagnostics mean success. */
export interface ShellEnd {
  readonly exitCode: number;
  readonly diagnostics: readonly StoredDiagnostic[];
  readonly warnings: readonly StoredDiagnostic[];
}

const startedMark = 'started';

/** Runs a task's script, in its sandbox if it has one. Throws StxError when it cannot even be started. */
export async function runShell(run: ShellRun): Promise<ShellEnd> {
  const { order, work, log, signal } = run;
  if (work.sandbox !== undefined && !existsSync(work.sandbox.root)) throw rootMissing(work.sandbox.root);
  const script = writeScript(order, work, log);
  const { sandbox } = work;
  const command = (path: string): readonly string[] => commandFor(order, sandbox, path);
  const direct = sandbox === undefined ? directInvocation(order, script) : undefined;
  const invocation = direct ?? taskInvocation({ order, sandbox, file: script, command });
  const { progress: flag } = order;
  const progress = flag === undefined ? undefined : progressReader({ flag, task: order.task.task }, run.onProgress);
  const warnings = progress?.warnings ?? [];
  let report = '';
  const end = await runProcessGroup({
    ...invocation,
    onOutput: (chunk) => {
      progress?.take(chunk);
      log.write(chunk);
    },
    onReport: (text) => {
      report += text;
    },
    signal,
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw sandboxProgramMissing(invocation.command);
  });
  if (end.wasCancelled || end.exitCode === 0) return { exitCode: end.exitCode, diagnostics: [], warnings };
  if (!report.startsWith(startedMark) && work.sandbox !== undefined)
    throw sandboxRefused(log.tail(), work.sandbox.allIds, readHostLimits());
  return { exitCode: end.exitCode, diagnostics: [failure(run, end.exitCode, report)], warnings };
}

function writeScript(order: TaskOrder, work: ShellWork, log: TaskLog): string {
  const path = join(dirname(log.path), `run.${order.task.task}.${process.pid}`);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, work.script, { mode: 0o700 });
    return path;
  } catch (error) {
    throw systemError(error, 'writing', path);
  }
}

/**
 * The bash that the launcher would come to, started at once: each program in between takes as long as a small task. Only
 * where the task's environment differs from what may be around the engine's own tools in no more than PATH.
 */
function directInvocation(order: TaskOrder, script: string): Invocation | undefined {
  const { environment, lateVariables } = spawnEnvironment(order.environment);
  const path = order.environment['PATH'];
  if (path === undefined || lateVariables.length > 1) return undefined;
  const bash = findProgram('bash', path);
  if (bash === undefined || !isAbsolute(bash)) return undefined;
  const begin = [`exec 2>&1; export PATH=${quote(path)}`];
  if (order.umask !== undefined) begin.push(`umask ${quote(order.umask)}`);
  const args = ['-c', [...begin, reportingPrelude].join('\n'), 'bash', script];
  return { command: bash, args, cwd: order.cwd, environment, ...hostNamespaces(order) };
}

/** The launcher only where it must look for bash itself: each program in between takes as long as a small task. */
function commandFor(order: TaskOrder, sandbox: ShellWork['sandbox'], script: string): readonly string[] {
  const bash = sandbox && findInSandbox(sandbox, 'bash', order.environment['PATH'] ?? '');
  if (bash === undefined) return ['/bin/sh', '-c', launcher(order), 'sh', reportingPrelude, script];
  return [bash, '-c', `${beginning(order)}\n${reportingPrelude}`, 'bash', script];
}

/** Says that the program was reached, and sets the umask. */
function beginning({ umask }: TaskOrder): string {
  return `exec 2>&1; echo ${startedMark} >&3${umask === undefined ? '' : `\numask ${quote(umask)}`}`;
}

/** The program inside: hands over to bash if there is one. */
function launcher(order: TaskOrder): string {
  return [
    beginning(order),
    'if command -v bash >/dev/null; then exec bash -c "$1" bash "$2"; fi',
    'exec 3>&-',
    '. "$2"',
  ].join('\n');
}

function failure(run: ShellRun, exitCode: number, report: string): StoredDiagnostic {
  const { order, work, log } = run;
  const tail = log.tail();
  const full = fullFileSystem(tail, [order.cwd, order.temporaryDirectory, ...order.directories]);
  if (full !== undefined) return { ...full, detail: tail };
  const places = readFrames(report).map((frame) => recipePlace(frame, work.lines));
  const backtrace = places.map((place, level) => `${level === 0 ? 'failed at' : 'called from'} ${place}`);
  return {
    code: 'task-failed',
    severity: 'error',
    message: `\`${order.task.recipe}\`: \`${order.task.task}\` ended with exit code ${exitCode}`,
    help: `the whole log is ${log.path}`,
    detail: [...backtrace, ...commandLine(report), errorsAndTail(log)].filter((part) => part !== '').join('\n'),
  };
}

function commandLine(report: string): readonly string[] {
  const command = failedCommand(report);
  return command === undefined ? [] : [`command: ${command}`];
}
