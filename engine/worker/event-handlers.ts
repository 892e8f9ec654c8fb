import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { writableOverlay } from '../datastore/datastore-builder.ts';
import { listeners } from '../functions/event-handlers.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';
import { isPureHandler } from '../python/purity.ts';
import type { EngineEvent, EventHandlers } from '../runqueue/event-handlers.ts';
import { HandlerProcess } from './handler-process.ts';
import { runPureHandler } from './pure-handler.ts';

/** What the handlers of a build run with. */
export interface HandlerOptions {
  /** The configuration's datastore: `e.data` of the events of the build. */
  readonly datastore: Datastore;
  /** A line for the person in front of the screen (`bb.plain`). */
  onNote(text: string): void;
  /** Aborted: a handler that runs is ended. */
  readonly signal: AbortSignal;
}

/** Runs the functions of `addhandler`: pure ones in the interpreter, the others in one python3 for the whole build. */
export function createEventHandlers(options: HandlerOptions): EventHandlers & AsyncDisposable {
  return new Handlers(options);
}

class Handlers implements EventHandlers, AsyncDisposable {
  readonly #options: HandlerOptions;
  readonly #process: HandlerProcess;
  /** What a handler of the build sets, later ones see. */
  readonly #base: WritableDatastore;
  /** Handlers run one after the other, whoever fires. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: HandlerOptions) {
    this.#options = options;
    this.#base = writableOverlay(options.datastore, {});
    this.#process = new HandlerProcess(options);
  }

  listens(name: string, datastore?: WritableDatastore): boolean {
    return listeners(datastore ?? this.#options.datastore, name).length > 0;
  }

  fire(event: EngineEvent, datastore?: WritableDatastore): Promise<readonly StoredDiagnostic[]> {
    const done = this.#turn.then(() => this.#run(event, datastore ?? this.#base));
    this.#turn = done;
    return done;
  }

  async #run(event: EngineEvent, datastore: WritableDatastore): Promise<readonly StoredDiagnostic[]> {
    const said: StoredDiagnostic[] = [];
    for (const { name } of listeners(datastore, event.name)) {
      if (this.#options.signal.aborted) break;
      const call = { name, event, datastore, onNote: this.#options.onNote };
      said.push(...(isPureHandler(name, datastore) ? runPureHandler(call) : await this.#process.run(call)));
      if (said.some((each) => each.severity === 'error')) break;
    }
    return said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    await this.#process.stop();
  }
}
