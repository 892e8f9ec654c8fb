import type { WritableDatastore } from '../datastore/datastore.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { TaskOutcome } from '../messages/task-outcome.ts';
import type { DescribedTask } from '../signatures/described-task.ts';
import type { EngineEvent, EventHandlers } from './event-handlers.ts';
import { taskDatastore } from './task-datastore.ts';
import type { RunningTask } from './task-runner.ts';

const started = 'bb.build.TaskStarted';
const succeeded = 'bb.build.TaskSucceeded';
const failed = 'bb.build.TaskFailed';

/**
 * Starts a task between the events of it that the recipe's handlers listen to: what a handler of TaskStarted sets, the
 * task sees; a handler that fails before the task or after a success makes the task fail.
 */
export function startWithEvents(
  described: DescribedTask,
  handlers: EventHandlers,
  start: (datastore: WritableDatastore) => RunningTask,
): RunningTask {
  const datastore = taskDatastore(described.task);
  if (![started, succeeded, failed].some((name) => handlers.listens(name, datastore))) return start(datastore);
  let running: RunningTask | undefined;
  let isCancelled = false;
  const fire = (name: string) => handlers.fire(taskEvent(name, described, datastore), datastore);
  const run = async (): Promise<TaskOutcome> => {
    const before = await fire(started);
    if (hasErrors(before)) return handlerFailure(before);
    if (isCancelled) return { status: 'cancelled', durationMs: 0 };
    running = start(datastore);
    const outcome = await running.done;
    if (outcome.status === 'cancelled') return outcome;
    const after = await fire(outcome.status === 'ok' ? succeeded : failed);
    const said = [...before, ...after];
    if (outcome.status === 'failed') return { ...outcome, diagnostics: [...outcome.diagnostics, ...said] };
    if (hasErrors(after)) return handlerFailure(said);
    return { ...outcome, warnings: [...outcome.warnings, ...said] };
  };
  return {
    done: run(),
    cancel: () => {
      isCancelled = true;
      running?.cancel();
    },
  };
}

function hasErrors(diagnostics: readonly StoredDiagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
}

function handlerFailure(diagnostics: readonly StoredDiagnostic[]): TaskOutcome {
  return { status: 'failed', durationMs: 0, diagnostics, exitCode: undefined, logPath: '' };
}

function taskEvent(name: string, { task }: DescribedTask, datastore: WritableDatastore): EngineEvent {
  const text = (variable: string) => datastore.get(variable) ?? null;
  const file = datastore.get('FILE') ?? task.recipe.file;
  const label = name.slice('bb.build.Task'.length);
  return {
    name,
    attributes: {
      _task: task.id.task,
      _fn: text('BB_FILENAME'),
      _package: text('PF'),
      _mc: text('BB_CURRENT_MC'),
      _message: `recipe ${datastore.get('PF') ?? task.id.recipe}: task ${task.id.task}: ${label}`,
      taskfile: file,
      taskname: task.id.task,
      task: task.id.task,
      logfile: datastore.get('BB_LOGFILE') ?? `${datastore.get('T') ?? ''}/log.${task.id.task}`,
      pn: text('PN'),
      pv: text('PV'),
      ...(name === started ? { taskflags: Object.fromEntries(datastore.flags(task.id.task)) } : {}),
      ...(name === failed ? { errprinted: false } : {}),
    },
  };
}
