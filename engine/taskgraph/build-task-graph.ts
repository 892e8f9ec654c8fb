import type { Diagnosed, Diagnostic } from '../base/diagnostic.ts';
import { errorDiagnostic } from '../base/diagnostic.ts';
import { closestNames, didYouMean } from '../base/spelling.ts';
import { taskName } from '../metadata/task-table.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { findCycle } from './find-cycle.ts';
import { GraphBuilder } from './graph-builder.ts';
import { createTaskGraph } from './graphlib-task-graph.ts';
import type { Target } from './parse-target.ts';
import { ProviderLookup } from './provider-lookup.ts';
import { addRecursiveEdges } from './recursive-edges.ts';
import type { PlacedTask } from './task-edges.ts';
import type { TaskGraph, TaskKey } from './task-graph.ts';

/** Task for targets that name none; without it BB_DEFAULT_TASK of the configuration, else `build`. */
export interface TaskGraphOptions {
  readonly defaultTask?: string | undefined;
}

/** All tasks that the targets need. With an error among the diagnostics the graph is empty. */
export function buildTaskGraph(
  workspace: Workspace,
  targets: readonly Target[],
  options: TaskGraphOptions = {},
): Diagnosed<TaskGraph> {
  const builder = new GraphBuilder(new ProviderLookup(workspace));
  const asked = targets.flatMap((target) => findTarget(target, workspace, { options, builder }) ?? []);
  const keys = [...new Set(asked.map((task) => builder.add(task)))];
  builder.addReachable();
  addRecursiveEdges(builder);
  builder.keepReachable(keys);
  const cycle = findCycle(builder);
  if (cycle) builder.diagnostics.push(cycleDiagnostic(cycle, builder));
  const { diagnostics } = builder;
  if (diagnostics.length > 0) return { value: createTaskGraph(new Map(), new Map(), []), diagnostics };
  return { value: createTaskGraph(builder.tasks, builder.edges, keys), diagnostics };
}

interface TargetContext {
  readonly options: TaskGraphOptions;
  readonly builder: GraphBuilder;
}

/** The task a target stands for; `undefined` when there is none (reported) or the name is taken as present. */
function findTarget(target: Target, workspace: Workspace, { options, builder }: TargetContext): PlacedTask | undefined {
  const { lookup, diagnostics } = builder;
  const loaded = workspace.configurations.get(target.configuration);
  if (!loaded) {
    const known = [...workspace.configurations.keys()].filter((name) => name !== '');
    const help = didYouMean(target.configuration, known) ?? `configurations: ${known.join(' ') || 'none'}`;
    const message = `there is no configuration \`${target.configuration}\``;
    diagnostics.push(errorDiagnostic('unknown-configuration', message, { help }));
    return undefined;
  }
  if (lookup.isAssumed(target.configuration, target.name)) return undefined;
  const found = lookup.build(target.configuration, target.name) ?? lookup.runtime(target.configuration, target.name);
  if (!found) {
    const help = lookup.hint(target.configuration, target.name) ?? '`stx-bake inspect recipes` lists what can be built';
    const message = `no recipe or package is called \`${target.name}\``;
    diagnostics.push(errorDiagnostic('unknown-target', message, { help }));
    return undefined;
  }
  const fallback = options.defaultTask ?? loaded.base.datastore.get('BB_DEFAULT_TASK') ?? 'build';
  const task = target.task ?? taskName(fallback);
  if (found.recipe.tasks.has(task)) return { ...found, task };
  const names = [...found.recipe.tasks.keys()];
  const near = closestNames(task, names);
  const help =
    near.length > 0
      ? `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?`
      : `its tasks: ${names.join(' ') || 'none'}`;
  diagnostics.push(errorDiagnostic('unknown-task', `\`${found.recipe.pn}\` has no task \`${task}\``, { help }));
  return undefined;
}

/** The circle hop by hop, the smallest key first, so that the text does not depend on where the search began. */
function cycleDiagnostic(cycle: readonly TaskKey[], builder: GraphBuilder): Diagnostic {
  const start = cycle.indexOf([...cycle].sort()[0] ?? '');
  const ordered = [...cycle.slice(start), ...cycle.slice(0, start)];
  const hops = ordered.map((key, index) => `  ${key} needs ${ordered[(index + 1) % ordered.length]}`);
  const first = builder.tasks.get(ordered[0] ?? '');
  const message = `${ordered.length} tasks wait for each other in a dependency loop`;
  const help = `take one of these dependencies out:\n${hops.join('\n')}`;
  const span = first?.recipe.tasks.get(first.id.task)?.span;
  return errorDiagnostic('dependency-cycle', message, { span, help });
}
