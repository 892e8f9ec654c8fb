import { type Diagnostic, errorDiagnostic } from '../base/diagnostic.ts';
import { closestNames } from '../base/spelling.ts';
import { taskName } from '../metadata/task-table.ts';
import type { FoundTarget } from './resolve-names.ts';
import type { TaskNodes } from './task-nodes.ts';

/** Which tasks are wanted besides, or instead of, those of the targets. */
export interface SelectionOptions {
  /** These tasks of every recipe that the targets need, those whose flag `runall` (ours) names them, and what they need. */
  readonly runAll?: readonly string[] | undefined;
  /** Of what is needed, only these tasks and what they need. */
  readonly runOnly?: readonly string[] | undefined;
}

/** The tasks that are needed, and those of them that were asked for. */
export interface Selection {
  readonly needed: ReadonlySet<number>;
  readonly asked: ReadonlySet<number>;
  readonly diagnostics: readonly Diagnostic[];
}

/** Marks what the targets need. BitBake: runqueue.prepare, parts B and C. */
export function selectTasks(graph: TaskNodes, targets: readonly FoundTarget[], options: SelectionOptions): Selection {
  const diagnostics: Diagnostic[] = [];
  const asked = new Set<number>();
  for (const target of targets) {
    const { nodes, problem } = targetNodes(graph, target);
    for (const node of nodes) asked.add(node);
    if (problem) diagnostics.push(problem);
  }
  const selected = { needed: closure(graph, asked), asked, diagnostics };
  if (diagnostics.length > 0) return selected;
  return withRunOnly(graph, withRunAll(graph, selected, options.runAll ?? []), options.runOnly ?? []);
}

function targetNodes(
  graph: TaskNodes,
  { target, placed }: FoundTarget,
): { readonly nodes: readonly number[]; readonly problem?: Diagnostic } {
  const onlyNeeds = target.task.endsWith('-');
  const task = onlyNeeds ? target.task.slice(0, -1) : target.task;
  const node = graph.numberOf({ placed, task });
  if (node !== undefined) return { nodes: onlyNeeds ? [...(graph.needs[node] ?? [])] : [node] };
  const { pn, tasks } = placed.recipe;
  const near = closestNames(task, tasks.keys());
  const help =
    near.length > 0
      ? `did you mean ${near.map((each) => `\`${each}\``).join(' or ')}?`
      : `its tasks: ${[...tasks.keys()].join(', ') || 'none'}`;
  return { nodes: [], problem: errorDiagnostic('unknown-task', `\`${pn}\` has no task \`${task}\``, { help }) };
}

/** With each round more recipes can come in, whose tasks of those names are wanted too. */
function withRunAll(graph: TaskNodes, selected: Selection, names: readonly string[]): Selection {
  if (names.length === 0) return selected;
  const tasks = names.map(taskName);
  let needed = selected.needed;
  let wanted = new Set<number>();
  for (let before = -1; wanted.size > before; ) {
    before = wanted.size;
    const recipes = new Set([...needed].map((node) => graph.nodes[node]?.recipe ?? -1));
    const found = [...recipes].flatMap((recipe) =>
      withCompanions(graph, recipe, tasks).flatMap((task) => graph.number(recipe, task) ?? []),
    );
    wanted = new Set([...wanted, ...found]);
    needed = closure(graph, wanted);
  }
  const asked = new Set([...wanted, ...[...selected.asked].filter((node) => needed.has(node))]);
  return orNothing({ needed, asked, diagnostics: [] }, tasks);
}

/** The tasks and those of the recipe that go with one of them. */
function withCompanions(graph: TaskNodes, recipe: number, tasks: readonly string[]): readonly string[] {
  const placed = graph.recipes[recipe];
  const others = [...(placed?.recipe.tasks ?? [])].filter(([, { flags }]) =>
    flags['runall']?.split(/\s+/).some((word) => tasks.includes(word)),
  );
  return [...tasks, ...others.map(([name]) => name)];
}

function withRunOnly(graph: TaskNodes, selected: Selection, names: readonly string[]): Selection {
  if (names.length === 0 || selected.diagnostics.length > 0) return selected;
  const tasks = names.map(taskName);
  const asked = new Set([...selected.needed].filter((node) => tasks.includes(graph.nodes[node]?.task ?? '')));
  return orNothing({ needed: closure(graph, asked), asked, diagnostics: [] }, tasks);
}

function orNothing(selected: Selection, tasks: readonly string[]): Selection {
  if (selected.needed.size > 0) return selected;
  const names = tasks.map((task) => `\`${task}\``).join(' or ');
  return {
    ...selected,
    diagnostics: [errorDiagnostic('nothing-to-run', `no recipe that the targets need has a task ${names}`)],
  };
}

function closure(graph: TaskNodes, from: ReadonlySet<number>): ReadonlySet<number> {
  const needed = new Set(from);
  // A Set yields what is added to it during the loop.
  for (const node of needed) for (const need of graph.needs[node] ?? []) needed.add(need);
  return needed;
}
