import type { WritableDatastore } from '../../datastore/datastore.ts';
import type { StoredDiagnostic } from '../../messages/stored-diagnostic.ts';
import type { PythonWork, TaskOrder } from '../../messages/task-order.ts';
import type { PythonRuntime } from '../../python/python-runtime.ts';
import type { OrderChannel } from './order-channel.ts';
import type { PythonMessages } from './python-messages.ts';
import type { PythonPlaces } from './python-places.ts';
import type { TaskLog } from './task-log.ts';

/** A Python task that is to run, or a task with Python functions around it. */
export interface PythonRun {
  readonly order: TaskOrder;
  readonly work: PythonWork;
  readonly log: TaskLog;
  readonly channel: OrderChannel;
}

/** The same with what was made of it. */
export interface PreparedPython extends PythonRun {
  readonly runtime: PythonRuntime;
  readonly datastore: WritableDatastore;
  readonly places: PythonPlaces;
  readonly messages: PythonMessages;
  /** Host paths -> paths as the task sees them, and back. */
  toTask(text: string): string;
  toHost(text: string): string;
}

/** How it ended; nothing failed means success. */
export interface PythonEnd {
  readonly exitCode: number | undefined;
  readonly failed: readonly StoredDiagnostic[];
}
