import { mkdir } from 'node:fs/promises';
import { systemError } from '../../base/system-error.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { FunctionStep, TaskOrder } from '../../messages/task-order.ts';
import type { OrderChannel } from './order-channel.ts';
import { refuseEmptyingBy } from './refuse-unsafe-emptying.ts';
import { removeTree } from './remove-tree.ts';
import { runShell } from './run-shell.ts';
import type { TaskLog } from './task-log.ts';

/** How functions ended; nothing failed means success. */
export interface FunctionsEnd {
  readonly exitCode: number | undefined;
  readonly failed: readonly StoredDiagnostic[];
  readonly warnings: readonly StoredDiagnostic[];
}

/** Where functions of a task run. */
export interface StepSetting {
  readonly order: TaskOrder;
  readonly log: TaskLog;
  readonly channel: OrderChannel;
}

/** Runs functions around a task, each on its own, up to the first that fails. Rejects with StxError when one cannot be started. */
export async function runSteps(steps: readonly FunctionStep[], setting: StepSetting): Promise<FunctionsEnd> {
  const warnings: StoredDiagnostic[] = [];
  for (const step of steps) {
    if (setting.channel.signal.aborted) break;
    await prepare(step, setting.order);
    const end = await runStep(step, setting);
    warnings.push(...end.warnings);
    if (end.failed.length > 0) return { ...end, warnings };
  }
  return { exitCode: 0, failed: [], warnings };
}

async function prepare(step: FunctionStep, order: TaskOrder): Promise<void> {
  for (const path of step.cleanDirectories) refuseEmptyingBy(step.name, order, path);
  for (const path of step.cleanDirectories) await removeTree(path);
  for (const path of [...step.cleanDirectories, ...step.directories]) {
    await mkdir(path, { recursive: true }).catch((error: unknown) => {
      throw systemError(error, 'creating', path);
    });
  }
}

async function runStep(step: FunctionStep, setting: StepSetting): Promise<FunctionsEnd> {
  const { name, work, cwd, environment, progress } = step;
  const { log, channel } = setting;
  const order = { ...setting.order, work, cwd, environment, progress, task: { ...setting.order.task, task: name } };
  if (work.kind === 'python') {
    const { runPython } = await import('./run-python.ts');
    return runPython({ order, work, log, channel });
  }
  const onProgress = (fraction: number): void => channel.send({ kind: 'progress', text: '', fraction });
  const { exitCode, diagnostics, warnings } = await runShell({ order, work, log, signal: channel.signal, onProgress });
  return { exitCode, failed: diagnostics, warnings };
}
