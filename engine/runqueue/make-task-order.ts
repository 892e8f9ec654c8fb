import type { TaskSignature } from '../base/brands.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { exportDatastore } from '../datastore/portable-datastore.ts';
import { hasNetwork, isPython, isSwitchedOn, words } from '../functions/function-flags.ts';
import { functionPlaces } from '../functions/function-places.ts';
import { libraryFolders } from '../functions/python-libraries.ts';
import { taskEntries } from '../functions/shell-script.ts';
import { environmentOf } from '../functions/task-environment.ts';
import type {
  Clearing,
  DependencyOutput,
  EmptyingRules,
  PythonWork,
  ReadSource,
  TaskOrder,
  TaskWork,
} from '../messages/task-order.ts';
import { findSourceRevisions } from '../metadata/source-revisions.ts';
import type { KnownResult } from '../plan/result-lookup.ts';
import { lockRoot } from '../signatures/describe-task.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import { declaredVariables } from '../signatures/variable-dependencies.ts';
import type { TaskType } from '../task-types/task-type.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { functionSteps, shellWork } from './function-steps.ts';
import { taskDatastore } from './task-datastore.ts';
import { type HandedOn, recordsForStore } from './task-records.ts';
import { sandboxOf } from './task-sandbox.ts';

/** What is to be done with a task now. */
export interface TaskAssignment {
  readonly signature: TaskSignature;
  /** The stored result to put in place; absent: the task is to run. */
  readonly restore: KnownResult | undefined;
  /** Direct dependency -> what it handed on. */
  readonly dependencyDigests: Readonly<Record<string, string>>;
  /** The same of any task; absent: only that of the task itself is known. */
  readonly handedOn?: HandedOn | undefined;
  /** The store of the build; absent: SSTATE_DIR as the recipe has it. */
  readonly storePath?: string | undefined;
  /** What the recipe has left, for a task that removes it. */
  readonly leftovers?: Clearing | undefined;
  /** What the task sees; absent: its recipe's, with the names of the running task. */
  readonly datastore?: Datastore | undefined;
  /** Somebody looks at the task: a built-in one has no use for the environment of the recipe, which takes the longest to find. */
  readonly withEnvironment?: boolean | undefined;
}

const defaultUmask = '022';

/** Everything that a thread may know of a task; expansion ends here. Throws StxError for metadata that cannot be expanded. */
export function makeTaskOrder(key: TaskKey, graph: DescribedTaskGraph, assignment: TaskAssignment): TaskOrder {
  const described = graph.task(key);
  const name = described.task.id.task;
  const datastore = assignment.datastore ?? taskDatastore(described.task);
  const body = assignment.restore ? restoreBody(assignment.restore) : taskBody(described, datastore, assignment);
  const work = datastore.get('WORKDIR') ?? '';
  const around = body.work.kind === 'shell' || body.work.kind === 'builtin' ? stepsAround(described, datastore) : {};
  return {
    task: described.task.id,
    ...body,
    ...around,
    emptying: emptyingRules(datastore, [storeOf(datastore, assignment)]),
    clearing: described.type?.takesLeftovers ? assignment.leftovers : undefined,
    cleanDirectories: assignment.restore ? [] : words(datastore.flag(name, 'cleandirs')),
    dependencies: dependencyOutputs(key, graph),
    sources: assignment.restore ? [] : sourcesOf(described, datastore),
    outputs: described.outputs,
    actionKey: described.actionKey(assignment.signature),
    dependencyDigests: assignment.dependencyDigests,
    records: recordsOf(described, graph, assignment),
    owned: isSwitchedOn(datastore, name, 'fakeroot'),
    storePath: storeOf(datastore, assignment),
    logPath: `${datastore.get('T') ?? `${work}/temp`}/log.${name}`,
    umask: umaskOf(name, datastore),
    lockFiles: ['lockfiles', 'sstate-lockfile'].flatMap((flag) => words(datastore.flag(name, flag))),
    sharedLockFiles: words(datastore.flag(name, 'sstate-lockfile-shared')),
    progress: datastore.flag(name, 'progress') || undefined,
    network: hasNetwork(datastore, name),
    temporaryDirectory: `${datastore.get('TMPDIR') ?? ''}/work-temporary`,
  };
}

function stepsAround(described: DescribedTask, datastore: Datastore): Pick<TaskOrder, 'before' | 'after'> {
  const umask = umaskOf(described.task.id.task, datastore);
  const steps = (flag: 'prefuncs' | 'postfuncs') => functionSteps(described, datastore, { flag, umask });
  return { before: steps('prefuncs'), after: steps('postfuncs') };
}

function storeOf(datastore: Datastore, { storePath }: TaskAssignment): string {
  return storePath ?? datastore.get('SSTATE_DIR') ?? '';
}

function umaskOf(task: string, datastore: Datastore): string {
  return datastore.flag(task, 'umask') ?? (datastore.get('BB_DEFAULT_UMASK') || defaultUmask);
}

/** What the task is made from besides metadata, as its signature has it. */
function sourcesOf({ reads = [], inputs }: DescribedTask, datastore: Datastore): readonly ReadSource[] {
  const { files, locks } = inputs.outside;
  const path = datastore.get('LOCK_FILE')?.trim() ?? '';
  return [
    ...reads.map((read) => ({ path: read.path, leftOut: read.leftOut, digest: files[read.name] ?? 'missing' })),
    ...Object.entries(locks).map(([lockRoot, digest]) => ({ path, digest, lockRoot })),
  ];
}

/** What no task may empty. */
export function emptyingRules(datastore: Datastore, more: readonly string[] = []): EmptyingRules {
  const top = datastore.get('TOPDIR') ?? '';
  const kept = [top && `${top}/conf`, datastore.get('DL_DIR'), datastore.get('SSTATE_DIR')];
  const isNamed = (path: string | undefined): path is string => path !== undefined && path !== '';
  return {
    below: [datastore.get('TMPDIR'), top].filter(isNamed),
    except: [...[...kept, ...more].filter(isNamed), ...words(datastore.get('BBLAYERS'))],
  };
}

/** Only what runs and captures is stored with its records. */
function recordsOf(described: DescribedTask, graph: DescribedTaskGraph, assignment: TaskAssignment) {
  const { restore, dependencyDigests, handedOn } = assignment;
  if (restore !== undefined || !described.captures) return undefined;
  return recordsForStore(described, graph, (task) =>
    task === described.key ? dependencyDigests : (handedOn?.(task) ?? {}),
  );
}

type OrderBody = Pick<TaskOrder, 'work' | 'variables' | 'cwd' | 'environment' | 'directories'>;

function restoreBody({ result, output }: KnownResult): OrderBody {
  return { work: { kind: 'restore', result, output }, variables: {}, cwd: '/', environment: {}, directories: [] };
}

function usesEnvironment({ type }: DescribedTask, isLookedAt = false): boolean {
  return type === undefined || isLookedAt;
}

function taskBody(described: DescribedTask, datastore: Datastore, { withEnvironment }: TaskAssignment): OrderBody {
  const name = described.task.id.task;
  const dirs = words(datastore.flag(name, 'dirs'));
  const environment = usesEnvironment(described, withEnvironment) ? environmentOf(datastore) : {};
  const isShell = described.type === undefined && !described.noexec && datastore.getUnexpanded(name) !== undefined;
  // BitBake starts a task without [dirs] in the build directory, which a sandbox does not show.
  const isOpen = isShell && (datastore.get('SANDBOX_ROOT') ?? '') === '';
  // A `[dirs]` that expands to nothing is a mistake, which the thread reports.
  const isEmptied = dirs.length === 0 && words(datastore.flagUnexpanded(name, 'dirs')).length > 0;
  const unnamed = isEmptied ? '' : undefined;
  const start =
    dirs.at(-1) ?? unnamed ?? datastore.get(isOpen ? 'TOPDIR' : 'WORKDIR') ?? datastore.get('WORKDIR') ?? '/';
  const body = { variables: {}, cwd: start, environment, directories: [...dirs.slice(0, -1), start] };
  if (described.noexec) return { ...body, work: { kind: 'nothing' } };
  if (described.type) {
    const root = lockRoot(name, described.task.recipe.datastore);
    const lock = root === '' ? {} : { LOCK_ROOT: root };
    const tasks = described.type.takesTaskNames
      ? { RECIPE_TASKS: [...described.task.recipe.tasks.keys()].join(' ') }
      : {};
    const own = builtinVariables(described.type, datastore);
    const variables = { ...own, ...localSources(described, datastore), ...lock, ...tasks };
    return { ...body, work: { kind: 'builtin', builtin: described.type.name }, variables };
  }
  if (!isShell) return { ...body, work: { kind: 'nothing' } };
  return functionBody(described, datastore, body);
}

/** A task that is a function of the recipe, in shell or Python. */
function functionBody(described: DescribedTask, datastore: Datastore, body: Omit<OrderBody, 'work'>): OrderBody {
  const name = described.task.id.task;
  const hasPython = taskEntries(name, datastore).some((entry) => isPython(datastore, entry));
  const libraries = hasPython ? libraryFolders(datastore) : [];
  const inside = sandboxOf(name, datastore, { outputs: described.outputs, libraries });
  const relocate = inside?.relocate ?? ((text: string) => text);
  const sandbox = inside?.sandbox;
  const environment = Object.fromEntries(Object.entries(body.environment).map(([key, text]) => [key, relocate(text)]));
  const mounted = sandbox?.mounts.filter((mount) => mount.writable).map((mount) => mount.source) ?? [];
  const outputs = described.outputs.map(({ from }) => from);
  const directories = [...new Set([...mounted, ...outputs, ...body.directories.slice(0, -1)])];
  const work: TaskWork = hasPython
    ? pythonWork(described, datastore, { sandbox, libraries })
    : {
        ...shellWork(name, datastore, { environment: body.environment, umask: umaskOf(name, datastore), relocate }),
        sandbox,
      };
  return {
    ...body,
    work,
    environment,
    cwd: relocate(body.cwd),
    directories: [...directories.filter((each) => each !== body.cwd), body.cwd],
  };
}

function pythonWork(
  described: DescribedTask,
  datastore: Datastore,
  more: Pick<PythonWork, 'sandbox' | 'libraries'>,
): PythonWork {
  const { recipe, id } = described.task;
  return {
    kind: 'python',
    prefuncs: words(datastore.flag(id.task, 'prefuncs')),
    postfuncs: words(datastore.flag(id.task, 'postfuncs')),
    datastore: exportDatastore(datastore),
    places: functionPlaces(recipe.datastore),
    ...more,
  };
}

function builtinVariables(type: TaskType, datastore: Datastore): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const name of [...declaredVariables(type, datastore), ...type.unhashedVariables]) {
    const flagged = /^(.+)\[([^\]]+)\]$/.exec(name);
    const value = flagged ? datastore.flag(flagged[1] ?? '', flagged[2] ?? '') : datastore.get(name);
    if (value !== undefined) variables[name] = value;
  }
  return variables;
}

/**
 * LOCAL_SOURCES: where the `file://` entries of SRC_URI lie; SOURCE_REVISIONS: the commits of its git entries; both as JSON,
 * for the tasks that read them.
 */
function localSources(described: DescribedTask, datastore: Datastore): Readonly<Record<string, string>> {
  if (!described.type?.readsLocalSources) return {};
  const found = described.localSources.flatMap(({ name, path }) =>
    path === undefined ? [] : [{ uri: `file://${name}`, name, path }],
  );
  const revisions = JSON.stringify(Object.fromEntries(findSourceRevisions(datastore)));
  return { LOCAL_SOURCES: JSON.stringify(found), SOURCE_REVISIONS: revisions };
}

function dependencyOutputs(key: TaskKey, graph: DescribedTaskGraph): readonly DependencyOutput[] {
  return graph.graph.dependencies(key).map((dependency) => {
    const described = graph.task(dependency);
    const directories = described.outputs.map(({ to }) => to);
    return { task: described.task.id, directories };
  });
}
