import { handlerFunctions } from '../../functions/event-handlers.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import { type CoprocessEnd, runCoprocess } from './coprocess.ts';
import { fullFileSystem } from './full-file-system.ts';
import { errorsAndTail } from './log-errors.ts';
import { type PythonFailure, pythonFailure } from './python-failure.ts';
import type { PythonFrame } from './python-places.ts';
import type { PreparedPython, PythonEnd } from './python-run.ts';
import { PythonServices } from './python-services.ts';
import { refuseEmptyingBy } from './refuse-unsafe-emptying.ts';

/** Runs the functions of a task in a python3 of its own, shell functions included. */
export async function runImpure(task: PreparedPython): Promise<PythonEnd> {
  const session = new Session(task);
  const end = await runCoprocess({
    order: task.order,
    sandbox: task.work.sandbox,
    onOutput: (chunk) => task.log.write(chunk),
    answer: (question) => session.answer(question),
    tail: () => task.log.tail(),
    signal: task.channel.signal,
  });
  return { exitCode: end.exitCode, failed: session.failures(end) };
}

/** One Python task as it goes on: what it asks, says and ends with. */
class Session {
  readonly #task: PreparedPython;
  readonly #services: PythonServices;
  #end: { readonly failure: PythonFailure | null } | undefined;

  constructor(task: PreparedPython) {
    this.#task = task;
    this.#services = new PythonServices({
      ...task,
      umask: task.order.umask ?? '022',
      checkEmptying: (name, path) => refuseEmptyingBy(name, task.order, path),
    });
  }

  answer(question: readonly unknown[]): unknown {
    const [operation, ...given] = question;
    switch (operation) {
      case 'hello':
        return { value: this.#job() };
      case 'message': {
        const [level, text, frames] = given as unknown as readonly [
          'plain' | 'warning' | 'error',
          string,
          readonly PythonFrame[],
        ];
        this.#task.messages.take(level, text, this.#task.places.placesOf(frames)[0]?.place);
        return {};
      }
      case 'progress': {
        const text = String(given[1] ?? '');
        this.#task.channel.send({ kind: 'progress', text, fraction: Number(given[0]) / 100 });
        return {};
      }
      case 'end':
        this.#end = { failure: given[0] as PythonFailure | null };
        return {};
      default:
        return this.#services.answer(question);
    }
  }

  /** What is to be told of the end; empty: all went well. */
  failures(end: CoprocessEnd): readonly StoredDiagnostic[] {
    if (end.wasCancelled || (this.#end?.failure === null && end.exitCode === 0)) return [];
    const { order, log, places } = this.#task;
    const tail = log.tail();
    const full = fullFileSystem(tail, [order.cwd, order.temporaryDirectory, ...order.directories]);
    if (full !== undefined) return [{ ...full, detail: tail }];
    const title = `\`${order.task.recipe}\`: \`${order.task.task}\``;
    const help = `the whole log is ${log.path}`;
    const detail = errorsAndTail(log);
    const failure = this.#end?.failure;
    if (!failure) {
      const message = `${title} ended with exit code ${end.exitCode}`;
      return [{ code: 'task-failed', severity: 'error', message, help, detail }];
    }
    const script = (id: number) => this.#services.script(id);
    const diagnostic = pythonFailure(failure, { title, help, tail: detail, places, script });
    const at = diagnostic.place === undefined ? '' : ` (${diagnostic.place.path}:${diagnostic.place.line})`;
    if (!failure.handled) log.write(`ERROR: ${diagnostic.message}${at}\n`);
    return [diagnostic];
  }

  #job(): unknown {
    const { order, work } = this.#task;
    return {
      mode: 'task',
      task: order.task.task,
      before: work.prefuncs,
      after: work.postfuncs,
      environment: order.environment,
      libraries: work.libraries,
      definitions: this.#services.definitions(),
      handlers: handlerFunctions(this.#task.datastore).map(({ name, mask }) => [name, [...mask]]),
    };
  }
}
