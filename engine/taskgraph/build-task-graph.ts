import { type Diagnosed, type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { StxError } from '../base/stx-error.ts';
import { formatTaskId } from '../base/task-id.ts';
import { taskName } from '../metadata/task-table.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { checkCycles, checkProviders } from './check-graph.ts';
import { expandTargets } from './expand-targets.ts';
import { createTaskGraph } from './graphlib-task-graph.ts';
import type { Target } from './parse-target.ts';
import { addRecursiveEdges } from './recursive-edges.ts';
import { type ResolvedNames, resolveNames, type StrictnessOptions } from './resolve-names.ts';
import { type Selection, type SelectionOptions, selectTasks } from './select-tasks.ts';
import type { Task, TaskGraph, TaskKey } from './task-graph.ts';
import { TaskNodes } from './task-nodes.ts';

/** How a graph is made. */
export interface TaskGraphOptions extends StrictnessOptions, SelectionOptions {
  /** Task for targets that name none; without it BB_DEFAULT_TASK of the default configuration, else `build`. */
  readonly defaultTask?: string | undefined;
}

/**
 * All tasks that the targets need. With an error among the diagnostics the graph is empty. As BitBake does, every recipe
 * that a dependency could mean is looked at, so that a flag that cannot be right is reported even where it is not needed.
 */
export function buildTaskGraph(
  workspace: Workspace,
  targets: readonly Target[],
  options: TaskGraphOptions = {},
): Diagnosed<TaskGraph> {
  try {
    const task = taskName(options.defaultTask ?? defaultTaskOf(workspace));
    const names = resolveNames(workspace, expandTargets(targets, workspace, task), options);
    if (hasError(names.diagnostics)) return { value: emptyGraph, diagnostics: names.diagnostics };
    return connectTasks(names, options);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { value: emptyGraph, diagnostics: error.diagnostics };
  }
}

const emptyGraph = createTaskGraph(new Map(), new Map(), []);

/** BB_DEFAULT_TASK of the default configuration, else `build`. */
export function defaultTaskOf(workspace: Workspace): string {
  return workspace.configurations.get('')?.base.datastore.get('BB_DEFAULT_TASK') || 'build';
}

function connectTasks(names: ResolvedNames, options: TaskGraphOptions): Diagnosed<TaskGraph> {
  const nodes = new TaskNodes(names.resolvers);
  if (nodes.diagnostics.length > 0) {
    return { value: emptyGraph, diagnostics: [...names.diagnostics, ...nodes.diagnostics] };
  }
  addRecursiveEdges(nodes);
  const selection = selectTasks(nodes, names.targets, options);
  const isEmpty = selection.needed.size === 0 && [...names.resolvers.values()].some((each) => each.hasRecipes);
  const nothing = isEmpty ? [errorDiagnostic('nothing-to-run', 'none of the targets leaves a task to run')] : [];
  const chosen = keyed(nodes, selection);
  const recipes = new Set([...selection.needed].flatMap((node) => nodes.nodes[node]?.placed ?? []));
  const diagnostics = [
    ...names.diagnostics,
    ...(selection.diagnostics.length > 0 ? selection.diagnostics : nothing),
    ...checkCycles(chosen),
    ...checkProviders([...recipes], names.resolvers),
  ];
  if (hasError(diagnostics)) return { value: emptyGraph, diagnostics };
  return { value: createTaskGraph(chosen.tasks, chosen.edges, chosen.targets), diagnostics };
}

interface KeyedTasks {
  readonly tasks: ReadonlyMap<TaskKey, Task>;
  readonly edges: ReadonlyMap<TaskKey, ReadonlySet<TaskKey>>;
  readonly targets: readonly TaskKey[];
}

/** The needed tasks by their keys. */
function keyed({ nodes, needs }: TaskNodes, { needed, asked }: Selection): KeyedTasks {
  const keys = new Map<number, TaskKey>();
  const tasks = new Map<TaskKey, Task>();
  for (const node of needed) {
    const { placed, task } = nodes[node] ?? {};
    if (placed === undefined || task === undefined) continue;
    const id = { configuration: placed.configuration, recipe: placed.recipe.pn, task };
    const key = formatTaskId(id);
    keys.set(node, key);
    tasks.set(key, { id, key, recipe: placed.recipe });
  }
  const keysOf = (found: Iterable<number>): Set<TaskKey> => new Set([...found].flatMap((node) => keys.get(node) ?? []));
  const edges = new Map([...keys].map(([node, key]) => [key, keysOf(needs[node] ?? [])]));
  return { tasks, edges, targets: [...keysOf(asked)] };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((each) => each.severity === 'error');
}
