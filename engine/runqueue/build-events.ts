import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { EngineEvent, EventHandlers, EventValue } from './event-handlers.ts';

const buildName = 'stx-bake';

/** Tells the configuration's handlers how a build goes: bb.event.BuildStarted, the events of the run queue, BuildCompleted. */
export class BuildEvents {
  readonly #graph: DescribedTaskGraph;
  readonly #handlers: EventHandlers | undefined;
  readonly #tell: (diagnostics: readonly StoredDiagnostic[]) => void;
  readonly #counts = { completed: 0, active: 0, failed: 0, skipped: 0 };
  /** Events of the run queue do not hold the build up, but keep their order. */
  #pending: Promise<unknown> = Promise.resolve();

  constructor(
    graph: DescribedTaskGraph,
    handlers: EventHandlers | undefined,
    tell: (diagnostics: readonly StoredDiagnostic[]) => void,
  ) {
    this.#graph = graph;
    this.#handlers = handlers;
    this.#tell = tell;
  }

  /** False when a handler failed: then nothing is to be built. */
  async buildStarted(): Promise<boolean> {
    const attributes = { ...this.#build(0), msg: 'Building Started' };
    const said = await this.#fire({ name: 'bb.event.BuildStarted', attributes });
    return !said.some((each) => each.severity === 'error');
  }

  /** After the last task. */
  async buildCompleted(end: { readonly failed: number; readonly isInterrupted: boolean }): Promise<void> {
    await this.#pending;
    const attributes = {
      ...this.#build(end.failed),
      total: this.#graph.graph.size,
      msg: end.failed === 0 ? 'Building Succeeded' : 'Building Failed',
      _interrupted: end.isInterrupted ? 1 : 0,
    };
    await this.#fire({ name: 'bb.event.BuildCompleted', attributes });
  }

  taskStarted(task: DescribedTask): void {
    this.#counts.active++;
    this.#queue('bb.runqueue.runQueueTaskStarted', task, { noexec: task.noexec });
  }

  taskEnded(task: DescribedTask, isDone: boolean): void {
    this.#counts.active--;
    this.#counts[isDone ? 'completed' : 'failed']++;
    if (isDone) this.#queue('bb.runqueue.runQueueTaskCompleted', task, {});
    else this.#queue('bb.runqueue.runQueueTaskFailed', task, { exitcode: 1, fakeroot_log: null });
  }

  #queue(name: string, { task, taskHash, noexec }: DescribedTask, more: Readonly<Record<string, EventValue>>): void {
    if (noexec || !this.#handlers?.listens(name)) return;
    const taskid = `${task.recipe.file}:${task.id.task}`;
    const attributes = {
      taskid,
      taskstring: taskid,
      taskname: task.id.task,
      taskfile: task.recipe.file,
      taskhash: taskHash,
      stats: { ...this.#counts, total: this.#graph.graph.size },
      ...more,
    };
    this.#pending = this.#pending.then(() => this.#fire({ name, attributes }));
  }

  #build(failures: number): Readonly<Record<string, EventValue>> {
    return { _name: buildName, _pkgs: [...this.#graph.graph.targets], _failures: failures };
  }

  async #fire(event: EngineEvent): Promise<readonly StoredDiagnostic[]> {
    if (!this.#handlers?.listens(event.name)) return [];
    const said = await this.#handlers.fire(event);
    this.#tell(said);
    return said;
  }
}
