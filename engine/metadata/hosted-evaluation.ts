import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span } from '../base/source-text.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import type { EngineHost, HostFacts, SourceRevisions } from '../python/engine-host.ts';
import type { PythonBody } from '../python/python-runtime.ts';
import type { FileCache } from './file-cache.ts';
import type { TaskTable } from './task-table.ts';

/** A handler that takes part in events. */
export interface EventHandler {
  readonly body: PythonBody;
  /** Names of event classes as `[eventmask]` lists them; empty means all. */
  readonly mask: ReadonlySet<string>;
}

/** An evaluation as the Python of its files meets it. */
export interface HostedEvaluation {
  readonly context: {
    readonly files: FileCache;
    readonly facts?: HostFacts | undefined;
    readonly revisions?: SourceRevisions | undefined;
  };
  readonly datastore: WritableDatastore;
  readonly tasks: TaskTable;
  readonly filesRead: Set<string>;
  readonly filesLookedFor: Set<string>;
  readonly libraries: readonly { readonly directory: string; readonly name: string }[];
  /** Functions that `addhandler` named, and where. */
  readonly handlers: ReadonlyMap<string, Span | undefined>;
  readonly registered: Map<string, EventHandler>;
  readonly host: EngineHost;
  report(diagnostic: Diagnostic): void;
}
