import type { Diagnostic } from '../base/diagnostic.ts';
import type { DiagnosticCode } from '../base/diagnostic-codes.ts';
import { StxError } from '../base/stx-error.ts';
import type { WritableDatastore } from '../datastore/datastore.ts';
import type {
  EngineHost,
  HostFacts,
  HostFiles,
  HostTasks,
  PythonMessage,
  SourceRevisions,
} from '../python/engine-host.ts';
import type { Value } from '../python/values/value.ts';
import { fireEvent } from './event-handlers.ts';
import type { HostedEvaluation } from './hosted-evaluation.ts';
import { bodyOf, pythonRuntime } from './python-code.ts';
import { taskName } from './task-table.ts';

/** What the Python of a recipe or configuration may do while files are read; every look at a file is recorded. */
export class PythonHost implements EngineHost {
  readonly #evaluation: HostedEvaluation;
  #names: ReadonlySet<string> = new Set();
  readonly tasks: HostTasks;
  readonly files: HostFiles;

  constructor(evaluation: HostedEvaluation) {
    this.#evaluation = evaluation;
    this.tasks = hostTasks(evaluation);
    this.files = hostFiles(evaluation);
  }

  get libraryDirectories(): readonly string[] {
    return this.#evaluation.libraries.map((each) => each.directory);
  }

  get libraryNames(): ReadonlySet<string> {
    const { libraries } = this.#evaluation;
    if (this.#names.size !== libraries.length) this.#names = new Set(libraries.map((each) => each.name));
    return this.#names;
  }

  get facts(): HostFacts | undefined {
    return this.#evaluation.context.facts;
  }

  get revisions(): SourceRevisions | undefined {
    return this.#evaluation.context.revisions;
  }

  log({ level, text, place }: PythonMessage): void {
    const found = kinds[level];
    if (found === undefined) return;
    this.#evaluation.report({ ...found, message: text, span: place });
  }

  markDependency(path: string): void {
    if (this.files.readText(path) === undefined) this.#evaluation.filesLookedFor.add(path);
  }

  fire(event: Value, datastore: WritableDatastore): void {
    fireEvent(this.#evaluation, event, datastore);
  }

  runFunction(name: string, datastore: WritableDatastore): void {
    const body = datastore.flagUnexpanded(name, 'python') === undefined ? undefined : bodyOf(name, datastore);
    if (body === undefined) {
      const help = 'only Python functions can run while files are read; run a shell function as a task';
      throw StxError.of('unsupported-python', `\`${name}\` is no Python function, so it cannot run here`, { help });
    }
    pythonRuntime().execute(body, { datastore, host: this });
  }
}

const kinds: Readonly<Record<string, { code: DiagnosticCode; severity: Diagnostic['severity'] }>> = {
  note: { code: 'layer-note', severity: 'note' },
  plain: { code: 'layer-note', severity: 'note' },
  warning: { code: 'layer-warning', severity: 'warning' },
  'warning-once': { code: 'layer-warning', severity: 'warning' },
  // `bb.error` reports and goes on, as in BitBake; `bb.fatal` is what stops.
  error: { code: 'layer-error', severity: 'warning' },
  'error-once': { code: 'layer-error', severity: 'warning' },
};

function hostTasks({ tasks, datastore }: HostedEvaluation): HostTasks {
  return {
    add: ({ name, after, before, place }) => {
      tasks.add(name, { after, before }, place);
      datastore.setFlag(taskName(name), 'task', '1', place);
    },
    delete: (name, place) => {
      tasks.delete(name);
      datastore.unsetFlag(taskName(name), 'task', place);
    },
    names: () => tasks.names(),
    before: (name) => tasks.before(name),
    setBefore: (name, needs) => tasks.setBefore(name, needs),
  };
}

/** The file cache of the evaluation notes each question; what was read and looked for is shown to people besides. */
function hostFiles(evaluation: HostedEvaluation): HostFiles {
  const { reader } = evaluation.context.files;
  return {
    kind: (path) => {
      const kind = reader.kind(path);
      if (kind === 'missing') evaluation.filesLookedFor.add(path);
      return kind;
    },
    list: (path) => reader.list(path),
    readText: (path) => {
      const text = reader.readText(path);
      if (text === undefined) evaluation.filesLookedFor.add(path);
      else evaluation.filesRead.add(path);
      return text;
    },
  };
}
