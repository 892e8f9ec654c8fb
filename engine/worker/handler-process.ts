import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { libraryFolders } from '../functions/python-libraries.ts';
import { bodyLines } from '../functions/script-lines.ts';
import { environmentOf } from '../functions/task-environment.ts';
import { type StoredDiagnostic, storeDiagnostic } from '../messages/stored-diagnostic.ts';
import type { HandlerCall } from './handler-call.ts';
import { runCoprocess } from './thread/coprocess.ts';
import { type PythonFailure, pythonFailure } from './thread/python-failure.ts';
import { type PythonFrame, PythonPlaces } from './thread/python-places.ts';
import { PythonServices } from './thread/python-services.ts';
import { openTaskLog, type TaskLog } from './thread/task-log.ts';

/** A call that the program works on. */
interface Job {
  readonly call: HandlerCall;
  readonly services: PythonServices;
  readonly places: PythonPlaces;
  readonly said: StoredDiagnostic[];
  finish(failure: PythonFailure | StoredDiagnostic | null): void;
}

type Question = readonly unknown[];

/** The python3 in which the handlers of a build run that do more than compute; started for the first of them. */
export class HandlerProcess {
  readonly #options: { readonly datastore: Datastore; readonly signal: AbortSignal };
  #running: Promise<void> | undefined;
  #log: TaskLog | undefined;
  #job: Job | undefined;
  /** The job that the program has been given and not answered. */
  #handed: Job | undefined;
  /** Wakes the program, which waits for its next job. */
  #wake: ((answer: unknown) => void) | undefined;

  constructor(options: { readonly datastore: Datastore; readonly signal: AbortSignal }) {
    this.#options = options;
  }

  /** Runs one handler; the caller waits for each before the next. Never rejects. */
  async run(call: HandlerCall): Promise<readonly StoredDiagnostic[]> {
    const { promise, resolve } = Promise.withResolvers<PythonFailure | StoredDiagnostic | null>();
    const libraries = libraryFolders(this.#options.datastore);
    const places = new PythonPlaces((name) => bodyLines(call.datastore, name), {
      datastore: call.datastore,
      libraries,
    });
    const same = (text: string): string => text;
    const setting = { datastore: call.datastore, places, umask: '022', toTask: same, toHost: same };
    const services = new PythonServices({ ...setting, checkEmptying: refuseEmptying });
    this.#job = { call, services, places, said: [], finish: resolve };
    const { said } = this.#job;
    if (this.#running === undefined) this.#running = this.#start();
    else this.#hand();
    const failure = await promise;
    this.#job = undefined;
    return failure === null ? said : [...said, this.#diagnostic(failure, { call, places, services })];
  }

  /** Lets the program end. */
  async stop(): Promise<void> {
    this.#wake?.({ value: null });
    this.#wake = undefined;
    await this.#running;
    this.#log?.[Symbol.dispose]();
  }

  async #start(): Promise<void> {
    const { datastore, signal } = this.#options;
    const top = datastore.get('TOPDIR') ?? '/';
    const task = { configuration: '', recipe: 'the configuration', task: 'addhandler' };
    try {
      this.#log ??= openTaskLog(`${datastore.get('TMPDIR') ?? top}/log/event-handlers`, () => undefined);
      const log = this.#log;
      const end = await runCoprocess({
        order: { cwd: top, environment: environmentOf(datastore), umask: undefined, task },
        sandbox: undefined,
        onOutput: (chunk) => log.write(chunk),
        answer: (question) => this.#answer(question),
        tail: () => log.tail(),
        signal,
      });
      const message = `python3 ended with exit code ${end.exitCode}`;
      this.#job?.finish(
        signal.aborted ? null : { code: 'task-failed', severity: 'error', message, detail: log.tail() },
      );
    } catch (error) {
      if (!(error instanceof StxError)) throw error;
      this.#job?.finish(storeDiagnostic(error.diagnostics[0] ?? unknownFailure));
    } finally {
      this.#running = undefined;
      this.#wake = undefined;
      this.#handed = undefined;
    }
  }

  #answer([operation, ...given]: Question): unknown {
    const job = this.#job;
    switch (operation) {
      case 'hello':
        return { value: this.#setting() };
      case 'next':
        return this.#next(given);
      case 'message': {
        const [level, text, frames] = given as unknown as readonly [string, string, readonly PythonFrame[]];
        if (level === 'plain') job?.call.onNote(text);
        else if (job !== undefined) take(job, { level, text, frames });
        return {};
      }
      case 'progress':
        return {};
      default:
        return job?.services.answer([operation, ...given]) ?? { error: 'no event is handled' };
    }
  }

  /** The program is free: it has done the job before, and takes the next as soon as there is one. */
  #next([result]: Question): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#wake = resolve;
    const done = this.#handed;
    this.#handed = undefined;
    if (done === undefined) this.#hand();
    else done.finish(result as PythonFailure | null);
    return promise;
  }

  #hand(): void {
    const job = this.#job;
    if (job === undefined || this.#wake === undefined) return;
    const { call, services } = job;
    const value = {
      event: call.event.name,
      attributes: call.event.attributes,
      handler: call.name,
      handle: 0,
      environment: environmentOf(call.datastore),
      definitions: services.definitions(),
    };
    const wake = this.#wake;
    this.#wake = undefined;
    this.#handed = job;
    wake({ value });
  }

  #setting(): unknown {
    const environment = environmentOf(this.#options.datastore);
    return {
      mode: 'handlers',
      environment,
      libraries: libraryFolders(this.#options.datastore),
      definitions: {},
      handlers: [],
    };
  }

  #diagnostic(
    failure: PythonFailure | StoredDiagnostic,
    { call, places, services }: Pick<Job, 'call' | 'places' | 'services'>,
  ): StoredDiagnostic {
    const title = `handler \`${call.name}\` of \`${call.event.name}\``;
    if ('code' in failure) return { ...failure, message: `${title}: ${failure.message}` };
    const script = (id: number) => services.script(id);
    return pythonFailure(failure, { title, places, script, help: undefined, tail: this.#log?.tail() ?? '' });
  }
}

function take(
  { call, places, said }: Job,
  { level, text, frames }: { readonly level: string; readonly text: string; readonly frames: readonly PythonFrame[] },
): void {
  const message = `handler \`${call.name}\`: ${text}`;
  const place = places.placesOf(frames)[0]?.place;
  said.push({ code: 'task-message', severity: level === 'warning' ? 'warning' : 'error', message, place });
}

function refuseEmptying(functionName: string, path: string): never {
  throw StxError.of(
    'unsafe-cleandirs',
    `\`${functionName}[cleandirs]\` would empty \`${path}\` while an event is handled`,
    {
      help: 'let a task do it',
    },
  );
}

const unknownFailure = { code: 'system-failure', severity: 'error', message: 'python3 could not be started' } as const;
