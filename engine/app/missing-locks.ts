import { existsSync } from 'node:fs';
import type { Diagnostic } from '../base/diagnostic.ts';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import { lockRoot } from '../signatures/describe-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import type { Task, TaskGraph, TaskKey } from '../taskgraph/task-graph.ts';
import { printDiagnostics } from './say-diagnostics.ts';

/** A graph that could be described, and the targets that had to be left out of it. */
export interface LockedTargets {
  readonly graph: TaskGraph;
  readonly described: DescribedTaskGraph;
  readonly leftOut: readonly TaskKey[];
  /** The targets without these, when there are any. */
  readonly others?: readonly Target[] | undefined;
}

/** What is done about targets without a lock. */
export interface LockChoice {
  /** With it they are left out, and the errors printed; `graphOf` makes the graph of the others. */
  readonly graphOf?: ((targets: readonly Target[]) => TaskGraph) | undefined;
  readonly describe: (graph: TaskGraph) => Promise<DescribedTaskGraph>;
}

/** Describes a graph. Throws StxError `lock-missing` with an error for each lock file that is not there. */
export async function describeLocked(graph: TaskGraph, { graphOf, describe }: LockChoice): Promise<LockedTargets> {
  try {
    return { graph, described: await describe(graph), leftOut: [] };
  } catch (error) {
    if (!isLockMissing(error)) throw error;
    const { problems, hindered } = missingLocks(graph);
    if (problems.length === 0) throw error;
    const rest = graph.targets.filter((key) => !hindered.has(key));
    if (graphOf === undefined || rest.length === 0) {
      throw new StxError(problems.map((each) => (rest.length === 0 ? each : withWayOn(each))));
    }
    printDiagnostics(problems);
    const others = rest.map((key) => targetOf(graph.task(key)));
    const without = graphOf(others);
    const leftOut = graph.targets.filter((key) => hindered.has(key));
    return { graph: without, described: await describe(without), leftOut, others };
  }
}

/** Whether that is said of a lock file that is not there yet. */
export function isLockMissing(error: unknown): boolean {
  return error instanceof StxError && error.diagnostics.some(({ code }) => code === 'lock-missing');
}

interface MissingLocks {
  readonly problems: readonly Diagnostic[];
  /** Tasks that read such a file, and all that need them. */
  readonly hindered: ReadonlySet<TaskKey>;
}

function missingLocks(graph: TaskGraph): MissingLocks {
  const there = new Map<string, boolean>();
  const readers = new Map<string, Task>();
  const hindered = new Set<TaskKey>();
  for (const key of graph.topologicalOrder()) {
    const task = graph.task(key);
    const path = lockFileOf(task);
    if (path !== undefined && !there.has(path)) there.set(path, existsSync(path));
    const isMissing = path !== undefined && there.get(path) === false;
    if (isMissing && !readers.has(path)) readers.set(path, task);
    if (isMissing || graph.dependencies(key).some((need) => hindered.has(need))) hindered.add(key);
  }
  return { problems: [...readers].map(([path, task]) => problemOf(path, task)), hindered };
}

function lockFileOf({ id, recipe }: Task): string | undefined {
  const root = lockRoot(id.task, recipe.datastore);
  return root === '' ? undefined : recipe.datastore.get('LOCK_FILE')?.trim() || undefined;
}

function problemOf(path: string, { id, key }: Task): Diagnostic {
  const command = `stx-bake lock update${id.configuration === '' ? '' : ` mc:${id.configuration}`}`;
  return errorDiagnostic('lock-missing', `there is no lock file \`${path}\` yet, which \`${key}\` reads`, {
    setting: { variable: 'LOCK_FILE' },
    help: `run \`${command}\`, which writes it from the signed indexes of the repositories that REPOSITORIES names`,
  });
}

function withWayOn(problem: Diagnostic): Diagnostic {
  return { ...problem, help: `${problem.help}; \`-k\` builds what needs no such file` };
}

function targetOf({ id }: Task): Target {
  return { configuration: id.configuration, name: id.recipe, task: id.task };
}
