import { compareCodePoints } from '../base/canonical-json.ts';
import type { Task, TaskGraph } from '../taskgraph/task-graph.ts';

/** The recipes of a graph, one a line, as BitBake's pn-buildlist. */
export function recipeListText(graph: TaskGraph): string {
  const names = new Set(graph.keys().map((key) => recipeName(graph.task(key))));
  return [...names]
    .sort(compareCodePoints)
    .map((name) => `${name}\n`)
    .join('');
}

/** The tasks of a graph and what each needs, for Graphviz, as BitBake's task-depends.dot. */
export function taskGraphText(graph: TaskGraph): string {
  const lines = ['digraph depends {'];
  for (const key of graph.keys()) {
    const task = graph.task(key);
    const { recipe, id } = task;
    const label = `${recipeName(task)} ${id.task}\n${recipe.pe}:${recipe.pv}-${recipe.pr}\n${recipe.file}`;
    lines.push(`${dotText(nodeName(task))} [label=${dotText(label)}]`);
    for (const needed of graph.dependencies(key)) {
      lines.push(`${dotText(nodeName(task))} -> ${dotText(nodeName(graph.task(needed)))}`);
    }
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

function recipeName({ id }: Task): string {
  return id.configuration === '' ? id.recipe : `mc:${id.configuration}:${id.recipe}`;
}

function nodeName(task: Task): string {
  return `${recipeName(task)}.${task.id.task}`;
}

/** A quoted string of Graphviz. */
function dotText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
