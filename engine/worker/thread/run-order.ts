import { existsSync, mkdirSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { StxError, unreachable } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { type StoredDiagnostic, storeDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import type { Artifact, TaskOutcome } from '../../messages/task-outcome.ts';
import type { TaskProduct } from '../../tasks/builtin-task.ts';
import { takeLocks } from '../../tasks/file-locks.ts';
import { measureUsage } from '../../tasks/usage-meter.ts';
import { clearWork } from './clear-work.ts';
import type { OrderChannel } from './order-channel.ts';
import { refuseChangedSources } from './refuse-changed-sources.ts';
import { refuseUnsafeEmptying } from './refuse-unsafe-emptying.ts';
import { removeTree } from './remove-tree.ts';
import { runBuiltin } from './run-builtin.ts';
import { runShell } from './run-shell.ts';
import { runSteps } from './run-steps.ts';
import { restoreResult, type StoredResult, storeResult } from './store-result.ts';
import { openTaskLog, type TaskLog } from './task-log.ts';

type Worked =
  | { readonly product: TaskProduct }
  | { readonly exitCode: number | undefined; readonly failed: readonly StoredDiagnostic[] };

/** Carries out one order from its locks to its stored result, and measures what it takes. Never rejects. */
export function runOrder(order: TaskOrder, channel: OrderChannel): Promise<TaskOutcome> {
  return measureUsage(async (usage) => {
    const outcome = await attempt(order, channel);
    return outcome.status === 'cancelled' ? outcome : { ...outcome, usage: usage() };
  });
}

async function attempt(order: TaskOrder, channel: OrderChannel): Promise<TaskOutcome> {
  const start = systemClock.monotonicMs();
  const elapsed = (): number => systemClock.monotonicMs() - start;
  const logPath = `${order.logPath}.${process.pid}`;
  try {
    const outcome = await carryOut(order, channel, elapsed);
    return channel.signal.aborted ? { status: 'cancelled', durationMs: elapsed() } : outcome;
  } catch (error) {
    if (channel.signal.aborted) return { status: 'cancelled', durationMs: elapsed() };
    const diagnostics = errorDiagnostics(error);
    return { status: 'failed', durationMs: elapsed(), diagnostics, exitCode: undefined, logPath };
  }
}

async function carryOut(order: TaskOrder, channel: OrderChannel, elapsed: () => number): Promise<TaskOutcome> {
  await using locks = await takeLocks(withStepLocks(order), channel.signal);
  if (!locks.held) return { status: 'cancelled', durationMs: elapsed() };
  refuseUnsafeEmptying(order);
  await clearWork(order);
  await removeAbandoned(order);
  if (order.work.kind === 'restore') return succeeded(await restoreResult(order, channel.signal), {}, elapsed());
  refuseNoWorkingDirectory(order);
  await prepareDirectories(order);
  const lazily = order.work.kind === 'builtin' || order.work.kind === 'nothing';
  using log = openTaskLog(order.logPath, (text) => channel.send({ kind: 'log', text }), { lazily });
  const worked = await workWithSteps(order, log, channel).catch((error: unknown) => {
    log.create();
    throw error;
  });
  if (channel.signal.aborted) return { status: 'cancelled', durationMs: elapsed() };
  if ('failed' in worked) {
    const { exitCode, failed } = worked;
    log.create();
    return { status: 'failed', durationMs: elapsed(), diagnostics: failed, exitCode, logPath: log.path };
  }
  await refuseChangedSources(order);
  const stored = await storeResult(order, elapsed(), channel.signal);
  return succeeded({ ...stored, artifacts: [...stored.artifacts, ...workedIn(order)] }, worked.product, elapsed());
}

/** Those of the functions around the task are held all the time, so that no two tasks can wait for each other. */
function withStepLocks({ lockFiles, sharedLockFiles, before = [], after = [] }: TaskOrder) {
  const own = [...before, ...after].flatMap((step) => step.lockFiles);
  return { lockFiles: [...lockFiles, ...own], sharedLockFiles };
}

/** The work between the functions around it; the folders of the task are made after those before it, as in BitBake. */
async function workWithSteps(order: TaskOrder, log: TaskLog, channel: OrderChannel): Promise<Worked> {
  const { before = [], after = [] } = order;
  const setting = { order, log, channel };
  const first = await runSteps(before, setting);
  if (first.failed.length > 0) return first;
  if (channel.signal.aborted) return { product: {} };
  if (before.length > 0) await makeDirectories(order, order.cleanDirectories);
  const worked = await work(order, log, channel);
  if ('failed' in worked) return worked;
  const last = await runSteps(after, setting);
  if (last.failed.length > 0) return last;
  const warnings = [...first.warnings, ...(worked.product.warnings ?? []), ...last.warnings];
  return { product: { ...worked.product, warnings } };
}

async function work(order: TaskOrder, log: TaskLog, channel: OrderChannel): Promise<Worked> {
  const { signal } = channel;
  switch (order.work.kind) {
    case 'nothing':
    case 'restore':
      return { product: {} };
    case 'builtin': {
      const product = await runBuiltin(order.work.builtin, {
        order,
        log: (text) => log.write(text.endsWith('\n') ? text : `${text}\n`),
        progress: (text, fraction) => channel.send({ kind: 'progress', text, fraction }),
        signal,
      });
      return { product };
    }
    case 'shell': {
      const onProgress = (fraction: number): void => channel.send({ kind: 'progress', text: '', fraction });
      const { exitCode, diagnostics, warnings } = await runShell({ order, work: order.work, log, signal, onProgress });
      return diagnostics.length === 0 ? { product: { warnings } } : { exitCode, failed: diagnostics };
    }
    case 'python': {
      // The interpreter is loaded by threads that need it: the others start sooner.
      const { runPython } = await import('./run-python.ts');
      const { exitCode, failed, warnings } = await runPython({ order, work: order.work, log, channel });
      return failed.length === 0 ? { product: { warnings } } : { exitCode, failed: [...warnings, ...failed] };
    }
    default:
      return unreachable(order.work);
  }
}

/** What a script without captured output leaves lies in its `[dirs]`: when one is gone, the work must be done again. */
function workedIn(order: TaskOrder): readonly Artifact[] {
  if (order.outputs.length > 0 || order.work.kind === 'builtin') return [];
  return order.directories.filter((path) => existsSync(path)).map((path) => ({ path }));
}

function succeeded(stored: StoredResult, product: TaskProduct, durationMs: number): TaskOutcome {
  const { output, result, restored } = stored;
  const artifacts = [...(product.artifacts ?? []), ...stored.artifacts];
  const warnings = [...(product.warnings ?? []), ...(stored.warnings ?? [])];
  const bytes = restored?.bytes ?? product.bytes;
  const savedMs = restored && Math.max(0, restored.ranMs - durationMs);
  return { status: 'ok', durationMs, output, result, artifacts, warnings, bytes, savedMs };
}

/** Unfinished trees beside the task's own outputs, which it left when the engine was killed. */
async function removeAbandoned(order: TaskOrder): Promise<void> {
  for (const { from } of order.outputs) {
    const names = await readdir(dirname(from)).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(`${basename(from)}.stx-`)))
      await removeTree(join(dirname(from), name));
  }
}

/**
 * Empties what must be empty, then creates what must exist; an output that only this task writes starts empty. A thread has
 * nothing else to do meanwhile, and waiting for another one that calls mkdir takes longer than mkdir.
 */
async function prepareDirectories(order: TaskOrder): Promise<void> {
  const own = order.outputs.filter((each) => each.from === each.to && !each.plain).map((each) => each.from);
  await makeDirectories(order, [...order.cleanDirectories, ...own]);
}

async function makeDirectories(order: TaskOrder, emptied: readonly string[]): Promise<void> {
  for (const path of emptied) await removeTree(path);
  const outputs = order.outputs.map((each) => each.from);
  for (const path of new Set([...order.cleanDirectories, ...outputs, ...order.directories, hostPath(order)])) {
    try {
      mkdirSync(path, { recursive: true });
    } catch (error) {
      throw systemError(error, 'creating', path);
    }
  }
}

/** Throws StxError `invalid-value` when no variable says where the task works. */
function refuseNoWorkingDirectory({ task, cwd }: TaskOrder): void {
  if (isAbsolute(cwd)) return;
  throw StxError.of('invalid-value', `\`${task.recipe}\`: the working directory of \`${task.task}\` is \`${cwd}\``, {
    help: 'it must be an absolute path: set the variable `B` (built-in tasks: `WORKDIR`), or the flag `dirs` of the task',
  });
}

/** The working directory as the host sees it. */
function hostPath(order: TaskOrder): string {
  const { cwd, work } = order;
  if ((work.kind !== 'shell' && work.kind !== 'python') || work.sandbox === undefined) return cwd;
  const moved = work.sandbox.relocations.find(({ to }) => cwd === to || cwd.startsWith(`${to}/`));
  return moved === undefined ? order.temporaryDirectory : moved.from + cwd.slice(moved.to.length);
}

function errorDiagnostics(error: unknown): readonly StoredDiagnostic[] {
  if (error instanceof StxError) return error.diagnostics.map(storeDiagnostic);
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const path = (error as NodeJS.ErrnoException).path ?? 'a file';
    return systemError(error, 'writing', path).diagnostics.map(storeDiagnostic);
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    {
      code: 'internal-error',
      severity: 'error',
      message: 'internal error in a task',
      detail,
      help: 'please report it with the text above',
    },
  ];
}
