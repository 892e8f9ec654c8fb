import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import type { Datastore, WritableDatastore } from '../datastore/datastore.ts';
import { writableOverlay } from '../datastore/datastore-builder.ts';
import type { SetsceneTasks } from '../plan/setscene-tasks.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import { assumedNames } from '../taskgraph/assumed-names.ts';
import { flagSpan, namedTasks } from '../taskgraph/task-flags.ts';
import type { Task, TaskKey } from '../taskgraph/task-graph.ts';
import type { EventHandlers, EventValue } from './event-handlers.ts';
import { bitbakeFileName } from './task-datastore.ts';

/** What a do_X is called that brings what do_X would have made. */
const suffix = '_setscene';

/** The task that stands in for another one; its key is in no graph. */
export function setsceneTaskOf({ task }: DescribedTask): Task {
  const id = { ...task.id, task: `${task.id.task}${suffix}` };
  return { id, key: formatTaskId(id), recipe: task.recipe };
}

/** What the setscene tasks of a graph are asked with. */
export interface SetsceneOptions {
  /** That of the configuration: BB_HASHCHECK_FUNCTION and BB_SETSCENE_DEPVALID are called with it as `d`. */
  readonly datastore: Datastore;
  /** Runs the two functions. */
  readonly handlers: EventHandlers;
  /** `--skip-setscene`: no more of them are run. */
  readonly skip?: boolean | undefined;
}

/**
 * The tasks of a graph for which a recipe has a `do_X_setscene`; `undefined` when there are none. A task that captures
 * outputs is not among them: the engine stores and restores these itself. Throws StxError `unknown-task` for a
 * `do_X_setscene[depends]` that the graph has not.
 */
export function findSetsceneTasks(described: DescribedTaskGraph, options: SetsceneOptions): SetsceneTasks | undefined {
  const { graph } = described;
  const keys = graph.keys().filter((key) => hasSetscene(described.task(key)));
  if (keys.length === 0) return undefined;
  const providers = new Providers(described, options.datastore);
  const tasks = new Map<TaskKey, readonly TaskKey[]>();
  for (const key of keys) tasks.set(key, hardNeeds(described.task(key), providers));
  for (const [key, needs] of tasks) {
    tasks.set(
      key,
      needs.filter((need) => tasks.has(need)),
    );
  }
  return new AskedTasks(tasks, described, options);
}

function hasSetscene({ task, captures }: DescribedTask): boolean {
  return !captures && task.recipe.tasks.has(`${task.id.task}${suffix}`);
}

/** The recipes of a graph by what they provide: those that were chosen. */
class Providers {
  readonly #graph: DescribedTaskGraph['graph'];
  /** ASSUME_PROVIDED. */
  readonly isAssumed: (name: string) => boolean;
  #byName: Map<string, Task> | undefined;

  constructor({ graph }: DescribedTaskGraph, datastore: Datastore) {
    this.#graph = graph;
    this.isAssumed = assumedNames({ datastore }, 'ASSUME_PROVIDED');
  }

  find(configuration: string, name: string): Task | undefined {
    this.#byName ??= this.#read();
    return this.#byName.get(`${configuration}:${name}`);
  }

  has(key: TaskKey): boolean {
    return this.#graph.has(key);
  }

  #read(): Map<string, Task> {
    const found = new Map<string, Task>();
    for (const task of this.#graph.keys().map((key) => this.#graph.task(key))) {
      const { configuration } = task.id;
      for (const name of task.recipe.provides) {
        const key = `${configuration}:${name}`;
        if (!found.has(key) || name === task.recipe.pn) found.set(key, task);
      }
    }
    return found;
  }
}

function hardNeeds(described: DescribedTask, providers: Providers): readonly TaskKey[] {
  const { id, recipe } = setsceneTaskOf(described);
  return namedTasks(recipe, id.task, 'depends').flatMap(({ entry, name, task }) => {
    const provider = providers.find(id.configuration, name);
    const needed = { ...id, recipe: name, ...provider?.id, task: task.replaceAll(suffix, '') };
    const key = formatTaskId(needed);
    if (providers.has(key)) return [key];
    if (provider === undefined && providers.isAssumed(name)) return [];
    const message = `\`${formatTaskId(id)}\` depends on \`${entry}\`, but nothing in this build needs \`${key}\``;
    const help = `let \`${described.task.id.task}\` depend on \`${name}:${task.replaceAll(suffix, '')}\` as well`;
    throw StxError.of('unknown-task', message, { span: flagSpan(recipe, id.task, 'depends'), help });
  });
}

const answer = '__STX_SETSCENE_ANSWER';

/** BB_HASHCHECK_FUNCTION and BB_SETSCENE_DEPVALID are functions of the configuration, and run where its event handlers do. */
class AskedTasks implements SetsceneTasks {
  readonly tasks: SetsceneTasks['tasks'];
  readonly #described: DescribedTaskGraph;
  readonly #options: SetsceneOptions;
  /** What one of the functions sets, later calls see. */
  readonly #datastore: WritableDatastore;
  /** Each task is asked for once in a build, unless its hash is another one by then. */
  readonly #known = new Map<string, boolean>();

  constructor(tasks: SetsceneTasks['tasks'], described: DescribedTaskGraph, options: SetsceneOptions) {
    this.tasks = tasks;
    this.#described = described;
    this.#options = options;
    this.#datastore = writableOverlay(options.datastore, {});
  }

  async check(keys: readonly TaskKey[], present: number): Promise<ReadonlySet<TaskKey>> {
    const call = this.#options.datastore.get('BB_HASHCHECK_FUNCTION')?.trim() ?? '';
    const asked = keys.filter((key) => !this.#known.has(key));
    if (call !== '' && asked.length > 0) {
      const code = `${call}(e.sq_data, d, siginfo=e.siginfo, currentcount=e.currentcount, summary=e.summary)`;
      const attributes = { sq_data: this.#data(asked), siginfo: false, currentcount: present, summary: true };
      const text = await this.#call('BB_HASHCHECK_FUNCTION', `"\\n".join(sorted(${code}))`, attributes);
      const valid = new Set(text.split('\n'));
      for (const key of asked) this.#known.set(key, valid.has(this.#id(key)));
    }
    return new Set(this.#options.skip ? [] : keys.filter((key) => this.#known.get(key)));
  }

  async isNotNeeded(key: TaskKey, dependents: readonly TaskKey[], notNeeded: ReadonlySet<TaskKey>): Promise<boolean> {
    const call = this.#options.datastore.get('BB_SETSCENE_DEPVALID')?.trim() ?? '';
    if (call === '') return false;
    const taskdata = [...dependents, key].map((each) => {
      const { id, recipe } = this.#described.task(each).task;
      return [this.#id(each), [recipe.pn, id.task, bitbakeFileName(recipe)]] as const;
    });
    const attributes = {
      taskid: this.#id(key),
      taskdata: Object.fromEntries(taskdata),
      notneeded: [...notNeeded].map((each) => this.#id(each)),
    };
    const code = `"1" if ${call}(e.taskid, e.taskdata, set(e.notneeded), d) else ""`;
    return (await this.#call('BB_SETSCENE_DEPVALID', code, attributes)) === '1';
  }

  /** BitBake's name of a task. */
  #id(key: TaskKey): string {
    const { id, recipe } = this.#described.task(key).task;
    return `${bitbakeFileName(recipe, id.configuration)}:${id.task}`;
  }

  #data(keys: readonly TaskKey[]): EventValue {
    const of = (value: (described: DescribedTask) => string) =>
      Object.fromEntries(keys.map((key) => [this.#id(key), value(this.#described.task(key))]));
    return {
      hash: of(({ taskHash }) => taskHash),
      hashfn: of(({ task }) => task.recipe.datastore.get('BB_HASHFILENAME') ?? ''),
      unihash: of(({ taskHash }) => taskHash),
    };
  }

  async #call(variable: string, expression: string, attributes: Readonly<Record<string, EventValue>>): Promise<string> {
    const { handlers } = this.#options;
    const name = `call_of_${variable}`;
    const datastore = this.#datastore;
    datastore.set('__BBHANDLERS', name);
    datastore.set(name, `    d.setVar("${answer}", ${expression})\n`);
    datastore.setFlag(name, 'func', '1');
    datastore.setFlag(name, 'python', '1');
    datastore.set(answer, '');
    const said = await handlers.fire({ name: 'bb.event.Event', attributes }, datastore);
    const errors = said.filter(({ severity }) => severity === 'error');
    if (errors.length === 0) return datastore.get(answer) ?? '';
    const [first] = errors;
    const value = this.#options.datastore.get(variable);
    throw StxError.of(
      'setscene-failed',
      `\`${variable}\` (\`${value}\`) failed: ${first?.message.replace(/^.*?: /, '')}`,
      {
        span: this.#options.datastore.definition(value ?? variable),
        detail: first?.detail,
        help: 'put it right, or build with --no-setscene',
      },
    );
  }
}
