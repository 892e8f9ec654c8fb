import type { WritableDatastore } from '../datastore/datastore.ts';
import type { StoredDiagnostic } from '../messages/stored-diagnostic.ts';

/** What an attribute of an event may hold. */
export type EventValue =
  | string
  | number
  | boolean
  | null
  | readonly EventValue[]
  | { readonly [key: string]: EventValue };

/** An event of a task or of the build, with the attributes that BitBake's class of that name has. */
export interface EngineEvent {
  /** `bb.build.TaskStarted`. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, EventValue>>;
}

/** Runs the functions of `addhandler`; in tests a fake. */
export interface EventHandlers {
  /** Whether any handler is for events of that name; without a datastore those of the configuration are meant. */
  listens(name: string, datastore?: WritableDatastore): boolean;
  /**
   * Runs all handlers of an event, one after the other, with `e.data` a datastore that they may write to. What they say
   * and how they fail is the result: an error means that one failed. Never rejects.
   */
  fire(event: EngineEvent, datastore?: WritableDatastore): Promise<readonly StoredDiagnostic[]>;
}
