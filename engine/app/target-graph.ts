import { throwErrors } from '../base/stx-error.ts';
import type { Workspace } from '../metadata/workspace.ts';
import { buildTaskGraph } from '../taskgraph/build-task-graph.ts';
import type { Target } from '../taskgraph/parse-target.ts';
import type { TaskGraph } from '../taskgraph/task-graph.ts';
import type { BuildCall } from './command-line/command-options.ts';
import { printDiagnostics } from './load-metadata.ts';

/** The tasks of the targets, as the options choose among them; warnings are printed. Throws StxError with every error. */
export function targetGraph(
  workspace: Workspace,
  targets: readonly Target[],
  options: Pick<BuildCall, 'task' | 'runAll' | 'runOnly' | 'keepGoing'>,
): TaskGraph {
  const { task: defaultTask, runAll, runOnly, keepGoing } = options;
  const diagnosed = buildTaskGraph(workspace, targets, { defaultTask, runAll, runOnly, keepGoing });
  printDiagnostics(diagnosed.diagnostics.filter((each) => each.severity !== 'error'));
  return throwErrors(diagnosed);
}
