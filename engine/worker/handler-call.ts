import type { WritableDatastore } from '../datastore/datastore.ts';
import type { EngineEvent } from '../runqueue/event-handlers.ts';

/** One handler that is to be told of one event. */
export interface HandlerCall {
  readonly name: string;
  readonly event: EngineEvent;
  readonly datastore: WritableDatastore;
  onNote(text: string): void;
}
