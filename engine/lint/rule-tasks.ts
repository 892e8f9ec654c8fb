import type { Statement } from '../language/statements.ts';
import type { Finding } from './finding.ts';
import { baseName, type LintProject } from './lint-project.ts';

/** Tasks that neither the default task nor another one leads to. */
export function unreachableTasks(project: LintProject): readonly Finding[] {
  const reached = reachedTasks(project);
  return project.files.flatMap(({ selected, parsed }) =>
    selected ? parsed.statements.flatMap((statement) => lostTasks(statement, reached)) : [],
  );
}

function lostTasks(statement: Statement, reached: ReadonlySet<string>): readonly Finding[] {
  if (statement.kind !== 'add-task') return [];
  const names = taskNames(statement.names.text);
  const lost = names.filter((name) => !reached.has(name) && !name.endsWith('_setscene'));
  if (lost.length === 0) return [];
  const message = `no target brings ${lost.map((each) => `\`${each}\``).join(', ')} to run: nothing comes after it`;
  const help = 'add `before do_build` or another task; a task that is only called by hand has `[nostamp] = "1"`';
  return [{ code: 'unreachable-task', severity: 'warning', message, span: statement.names.span, help }];
}

/** Everything before the default tasks, before tasks that flags and variables name, and before those that are called by hand. */
function reachedTasks(project: LintProject): ReadonlySet<string> {
  const before = new Map<string, Set<string>>();
  const reached = new Set(['do_build', ...defaultTasks(project)]);
  for (const statement of project.files.flatMap(({ parsed }) => parsed.statements)) {
    if (statement.kind === 'add-task') addEdges(statement, before);
    for (const name of namedTasks(statement)) reached.add(name);
  }
  for (const task of reached) for (const each of before.get(task) ?? []) reached.add(each);
  return reached;
}

/** Tasks that a flag names, or a variable of which flags are made (`RECIPE:do_TASK`); a task that is called by hand. */
function namedTasks(statement: Statement): readonly string[] {
  if (statement.kind === 'assign') return statement.value.text.match(/(?<=:)do_\w+/g) ?? [];
  if (statement.kind !== 'assign-flag') return [];
  const named = statement.value.text.match(/\bdo_\w+/g) ?? [];
  return statement.flag === 'nostamp' ? [...named, baseName(statement.name.text)] : named;
}

function addEdges(
  statement: Extract<Statement, { readonly kind: 'add-task' }>,
  before: Map<string, Set<string>>,
): void {
  const edge = (task: string, earlier: string): void => {
    before.set(task, (before.get(task) ?? new Set()).add(earlier));
  };
  for (const name of taskNames(statement.names.text)) {
    for (const later of statement.before) edge(taskName(later), name);
    for (const earlier of statement.after) edge(name, taskName(earlier));
  }
}

function taskNames(text: string): readonly string[] {
  return text
    .split(/\s+/)
    .filter((each) => /^\w+$/.test(each))
    .map(taskName);
}

function taskName(word: string): string {
  return word.startsWith('do_') ? word : `do_${word}`;
}

function defaultTasks(project: LintProject): readonly string[] {
  return project.files.flatMap(({ parsed }) =>
    parsed.statements.flatMap((each) =>
      each.kind === 'assign' && baseName(each.name.text) === 'BB_DEFAULT_TASK' ? taskNames(each.value.text) : [],
    ),
  );
}
