import type { Span } from '../base/source-text.ts';
import { InternalError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import type { EngineHost } from './engine-host.ts';

/** Whose code runs now: functions of the engine that are written once for all recipes ask here. */
export interface ActiveSession {
  readonly datastore: Datastore;
  readonly host?: EngineHost | undefined;
  /** Where the statement that runs now was written. */
  readonly place?: (() => Span | undefined) | undefined;
}

let active: ActiveSession | undefined;

/** Runs `work` as the code of a session; calls may nest. */
export function runInSession<T>(session: ActiveSession, work: () => T): T {
  const outer = active;
  active = session;
  try {
    return work();
  } finally {
    active = outer;
  }
}

/** The session of the code that runs now. Throws InternalError outside of one. */
export function activeSession(): ActiveSession {
  if (active === undefined) throw new InternalError('no Python code is running');
  return active;
}
