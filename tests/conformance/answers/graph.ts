import type { Diagnosed } from '../../../engine/base/diagnostic.ts';
import { StxError } from '../../../engine/base/stx-error.ts';
import type { TaskId } from '../../../engine/base/task-id.ts';
import { buildTaskGraph, type TaskGraphOptions } from '../../../engine/taskgraph/build-task-graph.ts';
import { parseTarget } from '../../../engine/taskgraph/parse-target.ts';
import type { TaskGraph } from '../../../engine/taskgraph/task-graph.ts';
import type { CaseContext } from '../case-context.ts';
import type { Query } from '../cases.ts';
import { type FailureAnswer, failureAnswer, type LoadedProject } from '../loaded-project.ts';

/** Tasks and edges of the graph for some targets. */
export function answerGraph(query: Query, context: CaseContext): unknown {
  const { targets, task, strict = false } = query as unknown as GraphQuery;
  const project = context.loaded();
  const graph = graphOf(project, targets, { defaultTask: task, incomplete: !strict });
  if ('fails' in graph) return graph;
  const edges = graph.keys().flatMap((key) => {
    const from = taskText(graph.task(key).id);
    return graph.dependencies(key).map((need) => `${from} -> ${taskText(graph.task(need).id)}`);
  });
  return {
    tasks: graph
      .keys()
      .map((key) => taskText(graph.task(key).id))
      .sort(),
    edges: edges.sort(),
  };
}

interface GraphQuery {
  readonly targets: readonly string[];
  readonly task?: string;
  readonly strict?: boolean;
}

/** The graph, or the failure that is the answer in its place. */
export function graphOf(
  project: LoadedProject,
  targets: readonly string[],
  options: TaskGraphOptions,
): TaskGraph | FailureAnswer {
  const { value, diagnostics } = diagnosed(project, targets, options);
  return failureAnswer(diagnostics, 'graph', project.directory) ?? value;
}

function diagnosed(
  project: LoadedProject,
  targets: readonly string[],
  options: TaskGraphOptions,
): Diagnosed<TaskGraph> {
  try {
    return buildTaskGraph(project.workspace, targets.map(parseTarget), options);
  } catch (error) {
    if (!(error instanceof StxError)) throw error;
    return { value: buildTaskGraph(project.workspace, []).value, diagnostics: error.diagnostics };
  }
}

/** A task as the cases write it: `PN.do_task`, with `mc:NAME:` in front outside the default configuration. */
export function taskText({ configuration, recipe, task }: TaskId): string {
  return `${configuration === '' ? '' : `mc:${configuration}:`}${recipe}.${task}`;
}
