import { throwErrors } from '../base/stx-error.ts';
import { taskName } from '../metadata/task-table.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { buildTaskGraph, defaultTaskOf } from '../taskgraph/build-task-graph.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import { singleRecipeGraph } from '../taskgraph/single-recipe-graph.ts';
import type { TaskGraph } from '../taskgraph/task-graph.ts';
import { recipeOfFile } from './build-file.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { printDiagnostics } from './say-diagnostics.ts';

/** The tasks of the targets, as the options choose among them; warnings are printed. Throws StxError with every error. */
export function targetGraph(
  workspace: Workspace,
  targets: readonly Target[],
  options: Pick<BuildCall, 'task' | 'runAll' | 'runOnly' | 'keepGoing'> & Partial<Pick<BuildCall, 'buildFile'>>,
): TaskGraph {
  const { task: defaultTask, runAll, runOnly, keepGoing, buildFile } = options;
  const diagnosed =
    buildFile === undefined
      ? buildTaskGraph(workspace, targets, { defaultTask, runAll, runOnly, keepGoing })
      : singleRecipeGraph(recipeOfFile(buildFile, workspace), taskName(defaultTask ?? defaultTaskOf(workspace)));
  printDiagnostics(diagnosed.diagnostics.filter((each) => each.severity !== 'error'));
  return throwErrors(diagnosed);
}
