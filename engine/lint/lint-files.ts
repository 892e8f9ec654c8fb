import { compareCodePoints } from '../base/canonical-json.ts';
import { collectNames } from './collect-names.ts';
import type { Finding } from './finding.ts';
import type { LintProject } from './lint-project.ts';
import { assignmentProblems } from './rule-assignments.ts';
import { unusedFiles } from './rule-files.ts';
import { unusedOverrides } from './rule-overrides.ts';
import { recipeProblems } from './rule-recipes.ts';
import { unreachableTasks } from './rule-tasks.ts';
import { undefinedReferences, unusedVariables } from './rule-variables.ts';

/** Everything that the rules of docs/reference/lint.md find in the selected files, by path and place. Evaluates nothing. */
export function lintFiles(project: LintProject): readonly Finding[] {
  const names = collectNames(project);
  const findings = [
    ...unusedOverrides(project),
    ...unusedVariables(project, names),
    ...undefinedReferences(project, names),
    ...assignmentProblems(project),
    ...recipeProblems(project),
    ...unreachableTasks(project),
    ...unusedFiles(project),
  ];
  return findings.sort(
    (a, b) => compareCodePoints(a.span.source.path, b.span.source.path) || a.span.start - b.span.start,
  );
}
