import type { Span } from '../base/source-text.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import type { Reference } from './bb/written-revision.ts';
import type { Value } from './values/value.ts';

/** How loud a message of Python code is: `bb.debug`, `bb.note`, `bb.plain`, `bb.warn`, `bb.warnonce`, `bb.error` ... */
export type MessageLevel = 'debug' | 'note' | 'plain' | 'warning' | 'warning-once' | 'error' | 'error-once' | 'fatal';

/** What Python code said, and where. */
export interface PythonMessage {
  readonly level: MessageLevel;
  readonly text: string;
  readonly place: Span | undefined;
}

/** The order of a task, as `bb.build.addtask` gives it; names with or without `do_`. */
export interface TaskOrderRequest {
  readonly name: string;
  readonly after: readonly string[];
  readonly before: readonly string[];
  readonly place: Span | undefined;
}

/** The tasks of the recipe that is being read. */
export interface HostTasks {
  add(request: TaskOrderRequest): void;
  delete(name: string, place: Span | undefined): void;
  /** Names in the order in which they were added. */
  names(): readonly string[];
  /** Tasks that come directly before `name`. */
  before(name: string): readonly string[];
  /** Exactly these come before it from now on. */
  setBefore(name: string, needs: readonly string[]): void;
}

/** What lies at a path. Whoever implements it records each question as an input of the parse. */
export interface HostFiles {
  kind(path: string): 'file' | 'directory' | 'missing';
  /** Names in a directory, in code point order. */
  list(path: string): readonly string[];
  /** Content as UTF-8; `undefined` when there is no such file. */
  readText(path: string): string | undefined;
}

/** Facts about the machine and the call that differ from run to run: each is a value that the engine chose to tell. */
export interface HostFacts {
  /** `bb.utils.cpu_count()`. */
  readonly processors?: number | undefined;
  /** `time.time()`, in seconds. */
  readonly now?: number | undefined;
  /** `os.getpid()`. */
  readonly processId?: number | undefined;
  readonly userId?: number | undefined;
  readonly groupId?: number | undefined;
  /** `os.uname()`: sysname, nodename, release, version, machine. */
  readonly uname?: readonly [string, string, string, string, string] | undefined;
  /** `os.environ`: only what the configuration passes through. */
  readonly environment?: ReadonlyMap<string, string> | undefined;
  /** `os.getcwd()`. */
  readonly directory?: string | undefined;
}

/** A revision that only its repository can tell. */
export interface RevisionRequest {
  /** The entry of SRC_URI, expanded. */
  readonly address: string;
  readonly reference: Reference;
  /** Variables that say how repositories are reached. */
  value(variable: string): string | undefined;
}

/** What repositories know: the newest commit of a branch, the commit of a tag. Implemented by app. */
export interface SourceRevisions {
  /** The commit, in full; the same all through one call of the program. Throws StxError when nobody can tell. */
  newest(request: RevisionRequest): string;
}

/**
 * All that Python code may do besides computing. The engine hands it over with each call; what is absent makes the
 * construct that needs it an `unsupported-python` error. Implemented by `metadata/python-host.ts` for parsing and by
 * the worker for tasks.
 */
export interface EngineHost {
  log?(message: PythonMessage): void;
  readonly tasks?: HostTasks | undefined;
  readonly files?: HostFiles | undefined;
  readonly facts?: HostFacts | undefined;
  readonly revisions?: SourceRevisions | undefined;
  /** `bb.parse.mark_dependency`: the result depends on this file, read or not. */
  markDependency?(path: string): void;
  /** `bb.event.fire`: runs the handlers of the event. */
  fire?(event: Value, datastore: WritableDatastore): void;
  /** `bb.build.exec_func`: runs a Python function of the datastore by name. */
  runFunction?(name: string, datastore: WritableDatastore): void;
  /** Directories in which `import` looks for modules of layers (`addpylib`). */
  readonly libraryDirectories?: readonly string[] | undefined;
  /** Modules of layers that code may name without importing them. */
  readonly libraryNames?: ReadonlySet<string> | undefined;
}

/** Carries a host with a datastore and all its copies. */
class HostAttachment {
  readonly host: EngineHost;

  constructor(host: EngineHost) {
    this.host = host;
  }
}

/** What the expressions of a datastore, and of its copies, get from the engine. */
export function attachHost(datastore: WritableDatastore, host: EngineHost): void {
  datastore.attach(new HostAttachment(host));
}

/** The host that was attached; `undefined` when the expressions may only compute. */
export function attachedHost(datastore: Datastore): EngineHost | undefined {
  return datastore.attached instanceof HostAttachment ? datastore.attached.host : undefined;
}
