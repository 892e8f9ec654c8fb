import { normalize } from 'node:path';
import type { FileReader } from '../base/file-reader.ts';
import { moduleCaches } from '../base/module-caches.ts';
import type { PathReplacer } from '../base/project-paths.ts';
import { didYouMean } from '../base/spelling.ts';
import { versionControlFolders, workTreeMark } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { isPython, isSwitchedOn, words } from '../functions/function-flags.ts';
import { libraryFolders } from '../functions/python-libraries.ts';
import { functionsAround, taskEntries } from '../functions/shell-script.ts';
import { environmentOf } from '../functions/task-environment.ts';
import type { OutsideInputs, TaskInputs } from '../messages/task-inputs.ts';
import type { OutputDirectory } from '../messages/task-order.ts';
import { externalSource } from '../metadata/external-source.ts';
import type { LocalSource } from '../metadata/local-files.ts';
import { isPurePython } from '../python/purity.ts';
import type { TaskType } from '../task-types/task-type.ts';
import { taskTypeTable } from '../task-types/task-type-table.ts';
import type { Task } from '../taskgraph/task-graph.ts';
import type { FileRead } from './described-task.ts';
import type { VariableDependencies } from './variable-dependencies.ts';

/** Digests of files that tasks read, asked of the outside world. */
export interface FileDigests {
  /** Hex digest of a file, or of all that a directory holds but folders of these names; `missing` when there is nothing. */
  digest(path: string, leftOut?: readonly string[]): Promise<string>;
  /** The paths that a pattern with `*` names, in code point order; absent: patterns are taken as paths. */
  matching?(pattern: string): Promise<readonly string[]>;
}

/** What describing a task asks of the outside world. */
export interface DescribePorts {
  readonly files: FileDigests;
  /** Where the `file://` entries of SRC_URI are looked for. */
  readonly sources: FileReader;
  /** Digest of just those records of a lock file that belong to a root. */
  lockRecords(path: string, root: string): Promise<string>;
  /** Layers, so that their paths can be taken out of values. */
  readonly layers: readonly { readonly name: string; readonly path: string }[];
  /** Identity of tools, platform and sandbox: part of every signature. */
  readonly identity: Readonly<Record<string, string>>;
  /** Version of a program of the host, looked for along `path`, else where built-in tasks find it; absent: they do not count. */
  toolVersion?(name: string, path: string | undefined): Promise<string>;
  /** BB_BASEHASH_IGNORE_VARS of the configuration; without it that of each recipe. */
  readonly ignoredVariables?: string | undefined;
  /** Kept taint of a forced task (from its stamp, or fresh when it is forced now). */
  taint(task: Task): string | undefined;
  /** Another text in every build: the taint of `nostamp` tasks. */
  readonly buildNonce: string;
}

/** How one recipe's tasks are described: shared by its tasks. */
export interface RecipeScope {
  readonly dependencies: VariableDependencies;
  readonly replacePaths: PathReplacer;
  readonly localSources: readonly LocalSource[];
}

/** Everything a task itself reads; `dependencies` are the names of its direct dependencies. */
export async function describeTask(
  task: Task,
  scope: RecipeScope,
  more: { readonly ports: DescribePorts; readonly dependencies: readonly string[] },
): Promise<{ readonly inputs: TaskInputs; readonly reads: readonly FileRead[] }> {
  const { datastore } = task.recipe;
  const name = task.id.task;
  const type = taskTypeOf(task);
  const { files, reads } = await fileDigests(task, scope, more.ports.files);
  const outside: OutsideInputs = {
    recipe: task.id.recipe,
    task: name,
    files,
    locks: await lockDigests(task, more.ports),
    outputs: outputFlags(name, datastore).map((text) => scope.replacePaths(text)),
    dependencies: more.dependencies,
    identity: { ...more.ports.identity, ...(await hostTools(task, more.ports)) },
    taint: isNoStamp(task) ? more.ports.buildNonce : more.ports.taint(task),
  };
  return { inputs: { metadata: scope.dependencies.task(name, type), outside }, reads };
}

function outputFlags(task: string, datastore: Datastore): readonly string[] {
  const plain = datastore.flagUnexpanded(task, 'sstate-plaindirs');
  const mapped = ['sstate-inputdirs', 'sstate-outputdirs'].map((flag) => datastore.flagUnexpanded(task, flag) ?? '');
  return plain === undefined ? mapped : [...mapped, plain];
}

/** The record of a built-in task. Throws StxError for a name that is none. */
export function taskTypeOf(task: Task): TaskType | undefined {
  const { datastore } = task.recipe;
  const name = datastore.flag(task.id.task, 'builtin');
  if (name === undefined || name === '') return undefined;
  const type = taskTypeTable.get(name);
  if (type) return type;
  throw StxError.of(
    'unknown-builtin',
    `\`${task.id.task}[builtin]\` of \`${task.id.recipe}\` names \`${name}\`, which is no built-in task`,
    {
      span: datastore.history(task.id.task).findLast((event) => event.flag === 'builtin')?.span,
      help: didYouMean(name, taskTypeTable.keys()) ?? `built-in tasks: ${[...taskTypeTable.keys()].join(', ')}`,
    },
  );
}

/** Whether a task runs in every build. */
export function isNoStamp(task: Task): boolean {
  return isSwitchedOn(task.recipe.datastore, task.id.task, 'nostamp');
}

/** The roots whose lock records a task reads (`[lock-root]`), with a space between them; empty for most tasks. */
export function lockRoot(task: string, datastore: Datastore): string {
  const names = (datastore.flag(task, 'lock-root') ?? '').split(/\s+/).filter((name) => name !== '');
  return [...new Set(names)].join(' ');
}

/**
 * Directories that a task's result consists of: `sstate-outputdirs`, with `sstate-inputdirs` where it writes elsewhere,
 * and `sstate-plaindirs`, which stay where they are.
 */
export function outputsOf(task: Task): readonly OutputDirectory[] {
  const { datastore } = task.recipe;
  const name = task.id.task;
  const to = words(datastore.flag(name, 'sstate-outputdirs'));
  const from = words(datastore.flag(name, 'sstate-inputdirs'));
  if (from.length > 0 && from.length !== to.length) {
    throw StxError.of(
      'unequal-outputs',
      `\`${name}\` of \`${task.id.recipe}\` has ${from.length} sstate-inputdirs and ${to.length} sstate-outputdirs`,
      {
        span: datastore.history(name).findLast((event) => event.flag === 'sstate-inputdirs')?.span,
        help: 'give each input directory its output directory, in the same order',
      },
    );
  }
  const published = to.map((directory, index) => ({ from: from[index] ?? directory, to: directory }));
  const plain = words(datastore.flag(name, 'sstate-plaindirs'));
  return [...published, ...plain.map((directory) => ({ from: directory, to: directory, plain: true }))];
}

/** The files that `[file-checksums]` names, with patterns spelt out. BitBake: checksum.get_checksums. */
async function checksumFiles(task: Task, files: FileDigests): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of words(task.recipe.datastore.flag(task.id.task, 'file-checksums'))) {
    const end = entry.lastIndexOf(':');
    if (end === -1 || entry.slice(end + 1) === 'False') continue;
    const path = normalize(entry.slice(0, end));
    found.push(...(path.includes('*') && files.matching !== undefined ? await files.matching(path) : [path]));
  }
  return found;
}

interface DigestedFiles {
  readonly files: Readonly<Record<string, string>>;
  readonly reads: readonly FileRead[];
}

async function fileDigests(task: Task, scope: RecipeScope, digests: FileDigests): Promise<DigestedFiles> {
  const files: Record<string, string> = {};
  const reads: FileRead[] = [];
  const read = async (each: FileRead): Promise<void> => {
    const digest = await digests.digest(each.path, each.leftOut);
    reads.push(each);
    if (!each.ifThere || digest !== 'missing') files[each.name] = digest;
  };
  const named = await checksumFiles(task, digests);
  const leftOut = words(
    task.recipe.datastore.get('BB_SIGNATURE_LOCAL_DIRS_EXCLUDE') ?? versionControlFolders.join(' '),
  );
  for (const path of named) await read({ name: scope.replacePaths(path), path, leftOut });
  if (taskTypeOf(task)?.readsLocalSources || task.id.task === 'do_fetch') {
    for (const { name: source, path } of scope.localSources) {
      const name = scope.replacePaths(`file://${source}`);
      if (path === undefined) files[name] = 'missing';
      else await read({ name, path, leftOut });
    }
  }
  const external = taskTypeOf(task)?.name === 'unpack' ? externalSource(task.recipe.datastore) : undefined;
  if (external !== undefined) await read({ ...external, leftOut: [workTreeMark] });
  for (const path of libraries(task))
    await read({ name: scope.replacePaths(path), path, leftOut: moduleCaches, ifThere: true });
  return { files, reads };
}

/** Whether a python3 runs functions of the task: some do more than compute. */
function needsPython(task: Task): boolean {
  const { datastore } = task.recipe;
  const name = task.id.task;
  if (isSwitchedOn(datastore, name, 'noexec')) return false;
  const entries = taskTypeOf(task) ? functionsAround(name, datastore).flat() : taskEntries(name, datastore);
  const python = entries.filter((entry) => isPython(datastore, entry));
  return !python.every((entry) => isPurePython(entry, datastore));
}

/** A task that python3 runs may import any module of a layer; those of a task that only computes are in its base hash. */
function libraries(task: Task): readonly string[] {
  return needsPython(task) ? libraryFolders(task.recipe.datastore) : [];
}

/** Programs that work for the task outside of its sandbox: those of a built-in task, and the python3 of functions without sandbox. */
async function hostTools(task: Task, ports: DescribePorts): Promise<Record<string, string>> {
  const { datastore } = task.recipe;
  const versions: Record<string, string> = {};
  const ask = async (name: string, path?: string): Promise<void> => {
    const version = await ports.toolVersion?.(name, path);
    if (version !== undefined) versions[`version of ${name}`] = version;
  };
  if (!datastore.get('SANDBOX_ROOT') && needsPython(task)) await ask('python3', environmentOf(datastore)['PATH']);
  for (const name of taskTypeOf(task)?.hostTools ?? []) await ask(name);
  return versions;
}

async function lockDigests(task: Task, ports: DescribePorts): Promise<Record<string, string>> {
  const { datastore } = task.recipe;
  const root = lockRoot(task.id.task, datastore);
  const path = datastore.get('LOCK_FILE')?.trim() ?? '';
  return root === '' || path === '' ? {} : { [root]: await ports.lockRecords(path, root) };
}
