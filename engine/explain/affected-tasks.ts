import type { FileReader } from '../base/file-reader.ts';
import type { Recipe } from '../metadata/recipe.ts';
import type { Workspace } from '../metadata/workspace.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { chosenByFile, chosenByVariable } from './chosen-tasks.ts';
import { readsLockRecord, readsPath, sourcePaths } from './file-inputs.ts';
import { type FileSays, fileSays, isMetadataFile } from './file-statements.ts';
import { NameMatcher } from './name-matcher.ts';
import { namesInForce } from './names-in-force.ts';
import { shapedBy } from './shaped-files.ts';

/** Something that may change. Paths are absolute. */
export type AffectedSubject =
  /** The value of a variable or function, or a flag of it; of one recipe (PN), else wherever it is used. */
  | {
      readonly kind: 'variable';
      readonly name: string;
      readonly flag?: string | undefined;
      readonly recipe?: string | undefined;
    }
  /** A source, a lock file, a Python module, or a metadata file; with a line only the statement that stands there. */
  | { readonly kind: 'file'; readonly path: string; readonly line?: number | undefined }
  /** One package of a lock file. */
  | { readonly kind: 'lock-record'; readonly path: string; readonly package: string }
  /** Anything in a recipe. */
  | { readonly kind: 'recipe'; readonly configuration: string; readonly recipe: string }
  | { readonly kind: 'task'; readonly task: TaskKey }
  /** A tool or another fact of the machine that is part of every signature: a name in `OutsideInputs.identity`. */
  | { readonly kind: 'identity'; readonly name: string };

/** What the question is put to. */
export interface AffectedWorld {
  readonly described: DescribedTaskGraph;
  readonly workspace: Workspace;
  readonly files: FileReader;
  /** Up to so many recipes that read a metadata file are evaluated, to see whether its values count in them. */
  readonly mostEvaluated?: number | undefined;
}

const mostEvaluated = 8;

/** What a change would rebuild. */
export interface Affected {
  /** Tasks whose own inputs change. */
  readonly direct: ReadonlySet<TaskKey>;
  /** Tasks whose own inputs change only if the change is of some kind: it adds or takes a word that they ask for. */
  readonly maybe: ReadonlySet<TaskKey>;
  /** Every task with another signature for certain: the direct ones, and what hangs on them by tasks without outputs. */
  readonly certain: ReadonlySet<TaskKey>;
  /** Every other task that may have another signature: each hangs on an output, and is spared when that stays the same. */
  readonly possible: ReadonlySet<TaskKey>;
  /** What to know about the answer. */
  readonly notes: readonly string[];
}

/**
 * What a change of any of the subjects would rebuild in a described graph: exactly the tasks that take the subject in,
 * and everything above them. A statement of a metadata file counts as a change of the value that it gives.
 */
export function affectedTasks(world: AffectedWorld, subjects: readonly AffectedSubject[]): Affected {
  const tasks = world.described.graph.keys().map((key) => world.described.task(key));
  const direct = new Set<TaskKey>();
  const maybe = new Set<TaskKey>();
  const notes = new Set<string>();
  for (const subject of subjects) {
    const found = directTasks(subject, world, tasks);
    for (const key of found.direct) direct.add(key);
    for (const key of found.maybe ?? []) maybe.add(key);
    for (const note of found.notes ?? []) notes.add(note);
  }
  for (const key of direct) maybe.delete(key);
  return { direct, maybe, ...spread(world.described, direct, maybe), notes: [...notes] };
}

interface Found {
  readonly direct: readonly TaskKey[];
  readonly maybe?: readonly TaskKey[];
  readonly notes?: readonly string[];
}

function directTasks(subject: AffectedSubject, world: AffectedWorld, tasks: readonly DescribedTask[]): Found {
  switch (subject.kind) {
    case 'variable':
      return variableTasks(subject, world, tasks);
    case 'file':
      return fileTasks(subject, world, tasks);
    case 'lock-record':
      return { direct: keysOf(tasks, (task) => readsLockRecord(task, subject, world.files)) };
    case 'recipe':
      return {
        direct: keysOf(
          tasks,
          ({ task: { id } }) => id.recipe === subject.recipe && id.configuration === subject.configuration,
        ),
      };
    case 'task':
      return { direct: world.described.graph.has(subject.task) ? [subject.task] : [] };
    case 'identity':
      return { direct: keysOf(tasks, ({ inputs }) => Object.hasOwn(inputs.outside.identity, subject.name)) };
  }
}

function keysOf(tasks: readonly DescribedTask[], has: (task: DescribedTask) => boolean): readonly TaskKey[] {
  return tasks.filter(has).map(({ key }) => key);
}

function variableTasks(
  { name, flag, recipe }: Extract<AffectedSubject, { readonly kind: 'variable' }>,
  { files }: AffectedWorld,
  tasks: readonly DescribedTask[],
): Found {
  const [base = '', ...words] = name.split(':');
  const pn = words.find((word) => word.startsWith('pn-'))?.slice(3) ?? recipe;
  const own = pn === undefined ? tasks : tasks.filter(({ task }) => task.recipe.pn === pn);
  const shaped = flag === undefined ? shapedBy(base, pathsOf(own), files) : { baked: [], files: new Set<string>() };
  const written = [{ base: name, flag }, ...shaped.baked.map((each) => ({ base: each, flag: undefined }))];
  const matcher = new NameMatcher(written.map((each) => ({ ...each, condition: undefined })));
  const direct = keysOf(own, (task) => matcher.matches(task));
  const asked = wordsAskedFor(new Set([base]), own);
  const readers = own.filter(noting(({ filesRead }) => filesRead.some((path) => shaped.files.has(path))));
  const chosen = flag === undefined ? chosenByVariable(base, own) : { tasks: [], notes: [] };
  const notes = [
    ...chosen.notes,
    ...(asked.length > 0 ? [wordNote(base)] : []),
    ...(readers.length > 0 ? [shapeNote(base, shaped.files)] : []),
    ...(direct.length + asked.length + readers.length + chosen.notes.length === 0
      ? [`no task takes in \`${name}\``]
      : []),
  ];
  return { direct, maybe: [...asked, ...readers, ...chosen.tasks].map(({ key }) => key), notes };
}

/** Every metadata file that the recipes of these tasks were read from. */
function pathsOf(tasks: readonly DescribedTask[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const recipe of new Set(tasks.map(({ task }) => task.recipe))) {
    for (const path of recipe.filesRead) if (isMetadataFile(path)) paths.add(path);
  }
  return paths;
}

function shapeNote(name: string, files: ReadonlySet<string>): string {
  const [first = '', ...more] = files;
  const where = more.length === 0 ? `\`${first}\`` : `\`${first}\` and ${more.length} more`;
  return `\`${name}\` also decides what is read, which values count or what waits for what (in ${where})`;
}

function wordNote(name: string): string {
  return `tasks that only ask whether \`${name}\` holds a certain word are affected when that word comes or goes`;
}

/** Tasks with a line `NAME{word} = set` in a value: only that word counts for them. */
function wordsAskedFor(names: ReadonlySet<string>, tasks: readonly DescribedTask[]): readonly DescribedTask[] {
  const known = new WeakMap<object, Map<string, boolean>>();
  return tasks.filter(({ noexec, task, inputs: { metadata } }) => {
    if (noexec) return false;
    const answers = known.get(task.recipe) ?? new Map<string, boolean>();
    known.set(task.recipe, answers);
    if (asksFor(metadata.body, names)) return true;
    for (const variable in metadata.variables) {
      const answer = answers.get(variable) ?? asksFor(metadata.variables[variable] ?? null, names);
      answers.set(variable, answer);
      if (answer) return true;
    }
    return false;
  });
}

function asksFor(value: string | null, names: ReadonlySet<string>): boolean {
  if (value === null || !value.includes('} = ')) return false;
  for (const [, name = ''] of value.matchAll(/\n([^\s{]+)\{.*\} = (?:un)?set(?=\n|$)/g))
    if (names.has(name)) return true;
  return false;
}

function fileTasks(
  subject: Extract<AffectedSubject, { readonly kind: 'file' }>,
  world: AffectedWorld,
  tasks: readonly DescribedTask[],
): Found {
  const paths = sourcePaths(world.workspace);
  const read = keysOf(tasks, (task) => readsPath(task, subject.path, paths));
  const readers = tasks.filter(noting((recipe) => recipe.filesRead.includes(subject.path)));
  if (readers.length === 0 || !isMetadataFile(subject.path)) {
    const lookedFor = tasks.filter(noting((recipe) => recipe.filesLookedFor.includes(subject.path)));
    const chosen = chosenByFile(subject.path, tasks, world.workspace);
    return { direct: read, maybe: [...lookedFor, ...chosen.tasks].map(({ key }) => key), notes: chosen.notes };
  }
  const chosen = chosenByFile(subject.path, tasks, world.workspace);
  const says = fileSays(subject.path, world.files.readText(subject.path) ?? '', subject.line);
  const baked = subject.line === undefined ? [] : bakedFrom(says, readers, world);
  const matches = matcherPerRecipe({ ...says, names: [...says.names, ...baked] }, subject.path, world);
  const direct = [...read, ...keysOf(readers, matches)];
  const names = new Set(says.names.map(({ base }) => base.split(':')[0] ?? ''));
  const isStructure = subject.line !== undefined && says.anything.length > 0;
  const maybe = [...(isStructure ? readers : wordsAskedFor(names, readers)), ...chosen.tasks];
  return { direct, maybe: maybe.map(({ key }) => key), notes: [...chosen.notes, ...fileNotes(says, subject)] };
}

/** Variables that took the value of one of the names with `:=`. */
function bakedFrom({ names }: FileSays, readers: readonly DescribedTask[], { files }: AffectedWorld) {
  const paths = pathsOf(readers);
  const baked = names.flatMap(({ base }) => shapedBy(base.split(':')[0] ?? '', paths, files).baked);
  return baked.map((base) => ({ base, condition: undefined, flag: undefined }));
}

/** Whether a task takes in a name of the file; where few recipes read it, only names whose value there counts. */
function matcherPerRecipe({ names }: FileSays, path: string, world: AffectedWorld): (task: DescribedTask) => boolean {
  const all = new NameMatcher(names);
  const known = new Map<Recipe, NameMatcher>();
  const limit = world.mostEvaluated ?? mostEvaluated;
  return (task) => {
    if (!all.matches(task)) return false;
    const { recipe } = task.task;
    const own = known.get(recipe);
    if (own === undefined && known.size >= limit) return true;
    const matcher = own ?? new NameMatcher(namesInForce(names, path, recipe.datastore));
    known.set(recipe, matcher);
    return matcher.matches(task);
  };
}

/** Asks once for each recipe. */
function noting(has: (recipe: Recipe) => boolean): (task: DescribedTask) => boolean {
  const known = new Map<Recipe, boolean>();
  return ({ task: { recipe } }) => {
    const answer = known.get(recipe) ?? has(recipe);
    known.set(recipe, answer);
    return answer;
  };
}

function fileNotes({ anything }: FileSays, { line }: { readonly line?: number | undefined }): readonly string[] {
  if (anything.length === 0) return [];
  const words = anything.map((each) => `\`${each}\``).join(', ');
  if (line !== undefined) return [`what stands there (${words}) may change any task of what reads the file`];
  return [`its lines with ${words} may change any task of what reads it; FILE:LINE tells of one line`];
}

/** Everything above: what hangs on a task without outputs changes with it, what hangs on an output may stay as it is. */
function spread(
  described: DescribedTaskGraph,
  direct: ReadonlySet<TaskKey>,
  maybe: ReadonlySet<TaskKey>,
): Pick<Affected, 'certain' | 'possible'> {
  const certain = new Set<TaskKey>();
  const possible = new Set<TaskKey>();
  for (const key of described.graph.topologicalOrder()) {
    const needs = described.graph.dependencies(key);
    if (direct.has(key) || needs.some((each) => certain.has(each) && !described.task(each).captures)) certain.add(key);
    else if (maybe.has(key) || needs.some((each) => certain.has(each) || possible.has(each))) possible.add(key);
  }
  return { certain, possible };
}
