import type { TaskOrder } from '../../engine/messages/task-order.ts';
import type { TaskContext } from '../../engine/tasks/builtin-task.ts';

/** A context for a built-in task that records what it says. */
export interface RecordedContext extends TaskContext {
  readonly logged: string[];
  readonly progressed: string[];
  abort(): void;
}

/** A context whose order carries these variables and nothing else. */
export function taskContext(variables: Readonly<Record<string, string>>): RecordedContext {
  const stop = new AbortController();
  const logged: string[] = [];
  const progressed: string[] = [];
  const order: TaskOrder = {
    task: { configuration: '', recipe: 'toy', task: 'do_x' },
    work: { kind: 'builtin', builtin: 'x' },
    variables,
    cwd: '/',
    environment: {},
    directories: [],
    cleanDirectories: [],
    emptying: { below: [], except: [] },
    dependencies: [],
    outputs: [],
    actionKey: undefined,
    storePath: '/nonexistent',
    logPath: '/nonexistent',
    umask: undefined,
    lockFiles: [],
    network: false,
    temporaryDirectory: '/nonexistent',
  };
  return {
    order,
    logged,
    progressed,
    signal: stop.signal,
    log: (text) => void logged.push(text),
    progress: (text) => void progressed.push(text),
    abort: () => stop.abort(new Error('cancelled')),
  };
}
