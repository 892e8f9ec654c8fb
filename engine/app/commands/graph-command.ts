import { didYouMean } from '../../base/spelling.ts';
import { StxError, throwErrors } from '../../base/stx-error.ts';
import {
  type DependencyGraph,
  packageDependencies,
  recipeDependencies,
  recipeNameOf,
  taskDependencies,
} from '../../inspect/dependency-graph.ts';
import {
  type Direction,
  dotText,
  hopAnswer,
  order,
  orderText,
  path,
  reach,
  reachEdges,
  reachText,
} from '../../inspect/graph-answers.ts';
import type { Workspace } from '../../metadata/workspace.ts';
import { buildTaskGraph } from '../../taskgraph/build-task-graph.ts';
import { type Hop, hopText } from '../../taskgraph/explain-circle.ts';
import { parseTarget, type Target } from '../../taskgraph/parse-target.ts';
import type { TaskGraph } from '../../taskgraph/task-graph.ts';
import type { GraphCall, GraphTreeCall } from '../command-line/command-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { loadMetadata } from '../load-metadata.ts';
import { printDiagnostics } from '../say-diagnostics.ts';

const kinds = ['tasks', 'recipes', 'packages'] as const;
const defaultDepth = 3;
/** A tree on paper: deeper ones are for programs. */
const deepestText = 100;

/** `stx-bake graph deps TARGET`. */
export function graphDepsCommand(options: GraphTreeCall): Promise<number> {
  return showReach(options, 'deps');
}

/** `stx-bake graph rdeps TARGET`. */
export function graphRdepsCommand(options: GraphTreeCall): Promise<number> {
  return showReach(options, 'rdeps');
}

/** `stx-bake graph order TARGET`. */
export async function graphOrderCommand(options: GraphCall): Promise<number> {
  const { graph, names } = await open(options, { scope: 'own' });
  const answer = order(graph, names[0] ?? '');
  const { hops: _, ...data } = answer;
  print(options, data, {
    dot: () => {
      const wanted = new Set(answer.order);
      const needs = answer.order.flatMap((from) => graph.dependencies(from).map((to) => [from, to] as const));
      return dotText(
        needs.filter(([, to]) => wanted.has(to)),
        answer.order,
      );
    },
    text: () => orderText(answer, process.cwd()),
  });
  return exitCodes.ok;
}

/** `stx-bake graph path FROM TO`; ends with 1 when neither needs the other. */
export async function graphPathCommand(options: GraphCall): Promise<number> {
  const { graph, names } = await open(options, { scope: 'both' });
  const [from = '', to = ''] = names;
  const there = path(graph, from, to);
  const hops = there.length > 0 || from === to ? there : path(graph, to, from);
  print(
    options,
    { of: graph.kind, from, to, hops: hops.map(hopAnswer) },
    {
      dot: () =>
        dotText(
          hops.map((hop) => [hop.from, hop.to] as const),
          hops.length === 0 ? [from, to] : [],
        ),
      text: () => pathText(hops, from, to),
    },
  );
  return hops.length > 0 || from === to ? exitCodes.ok : exitCodes.failed;
}

function pathText(hops: readonly Hop[], from: string, to: string): string {
  if (hops.length > 0) return hops.map((hop) => `${hopText(hop, process.cwd())}\n`).join('');
  return from === to ? `${from}\n` : `${from} does not need ${to}, nor ${to} ${from}\n`;
}

async function showReach(options: GraphTreeCall, direction: Direction): Promise<number> {
  const depth = depthOf(options.depth);
  const { graph, names } = await open(options, { scope: direction === 'deps' ? 'own' : 'all' });
  const shown = options.json || options.dot ? depth : Math.min(depth, deepestText);
  const answer = reach(graph, names[0] ?? '', { direction, depth: shown });
  print(options, answer, {
    dot: () =>
      dotText(
        reachEdges(answer),
        answer.nodes.map((each) => each.name),
      ),
    text: () => reachText(graph, answer),
  });
  return exitCodes.ok;
}

function depthOf(text: string | undefined): number {
  if (text === undefined) return defaultDepth;
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw StxError.of('bad-option', `\`--depth\` cannot be \`${text}\``, { help: 'give a number, or `all`' });
}

interface Opened {
  readonly graph: DependencyGraph;
  /** The nodes that the words of the call mean. */
  readonly names: readonly string[];
}

type Scope = 'own' | 'both' | 'all';

/** The graph that a question is about: what the target needs, or all there is. */
async function open(options: GraphCall, { scope }: { readonly scope: Scope }): Promise<Opened> {
  const { workspace } = await loadMetadata(options);
  const targets = options.words.map(parseTarget);
  const kind = kindOf(options, targets, workspace);
  if (kind === 'packages') return openPackages(workspace, targets);
  const isTask = kind === 'tasks';
  const graph = graphOf(workspace, targets, scope);
  const dependencies = isTask ? taskDependencies(graph.value) : recipeDependencies(graph.value);
  const names = graph.targets.map((key) => (isTask ? key : recipeNameOf(graph.value.task(key))));
  return { graph: dependencies, names };
}

/** The tasks of the targets and, if so asked, of all recipes; `targets` are the tasks of each word. */
function graphOf(
  workspace: Workspace,
  targets: readonly Target[],
  scope: Scope,
): { readonly value: TaskGraph; readonly targets: readonly string[] } {
  const everything: Target[] = scope === 'all' ? [{ configuration: '', name: 'universe' }] : [];
  const built = buildTaskGraph(workspace, [...targets, ...everything], {
    incomplete: true,
    keepGoing: scope === 'all',
  });
  const own = targets.map((target) => {
    const alone = buildTaskGraph(workspace, [target], { incomplete: true });
    return throwErrors(alone).targets[0] ?? '';
  });
  printDiagnostics(built.diagnostics.filter((each) => each.severity !== 'error' && scope !== 'all'));
  return { value: throwErrors(built), targets: own };
}

function openPackages(workspace: Workspace, targets: readonly Target[]): Opened {
  const configuration = targets[0]?.configuration ?? '';
  const catalog = workspace.configurations.get(configuration)?.catalog;
  if (catalog === undefined)
    throw StxError.of('unknown-configuration', `there is no configuration \`${configuration}\``);
  const graph = packageDependencies(catalog);
  const names = targets.map(({ name }) => {
    if (graph.has(name)) return name;
    const help = didYouMean(name, graph.keys()) ?? '`stx-bake inspect recipe RECIPE` lists the packages of a recipe';
    throw StxError.of('unknown-runtime-name', `there is no package \`${name}\``, { help });
  });
  return { graph, names };
}

/** What is asked for; else tasks for a target with a task, packages for a name that only a package has, recipes. */
function kindOf({ of }: GraphCall, targets: readonly Target[], workspace: Workspace): (typeof kinds)[number] {
  const asked = kinds.find((kind) => kind === of);
  if (asked !== undefined) return asked;
  if (of !== undefined)
    throw StxError.of('bad-option', `\`--of\` cannot be \`${of}\``, { help: `give one of ${kinds.join(', ')}` });
  if (targets.some(({ task }) => task !== undefined)) return 'tasks';
  const isPackage = ({ configuration, name }: Target): boolean => {
    const catalog = workspace.configurations.get(configuration)?.catalog;
    return (
      catalog !== undefined && !catalog.isProvided(name) && catalog.recipes.some((each) => each.packages.includes(name))
    );
  };
  return targets.length > 0 && targets.every(isPackage) ? 'packages' : 'recipes';
}

function print(
  { json, dot }: GraphCall,
  data: unknown,
  texts: { readonly dot: () => string; readonly text: () => string },
): void {
  if (json && dot)
    throw StxError.of('bad-option', '`--json` and `--dot` exclude each other', { help: 'give one of them' });
  const text = json ? `${JSON.stringify(data, undefined, 2)}\n` : dot ? texts.dot() : texts.text();
  process.stdout.write(text);
}
