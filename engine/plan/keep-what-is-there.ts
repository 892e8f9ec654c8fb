import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import type { Stamp } from './stamp.ts';

/** Which recipes are left as they are, although they may be out of date. */
export interface KeepRule {
  /** `always`: whatever has changed (--only). `unless-changed`: only other recipes' outputs have (--no-descendants). */
  readonly when: 'always' | 'unless-changed';
  /** Recipes that are brought up to date all the same, as `recipeKey` names them. */
  readonly except: ReadonlySet<string>;
}

/** Names the recipe of a task, in its configuration. */
export function recipeKey({ task }: DescribedTask): string {
  return `${task.id.configuration}:${task.id.recipe}`;
}

/** Whether the work that a stamp tells of is taken as it is. `digests` are those that are known by now. */
export function isKept(
  rule: KeepRule | undefined,
  described: DescribedTask,
  found: {
    readonly stamp: Stamp | undefined;
    readonly graph: DescribedTaskGraph;
    readonly digests: ReadonlyMap<TaskKey, string>;
  },
): boolean {
  const { stamp, graph, digests } = found;
  if (rule === undefined || stamp === undefined || described.nostamp) return false;
  if (rule.except.has(recipeKey(described)) || (described.captures && stamp.output === undefined)) return false;
  if (rule.when === 'always') return true;
  const own = ownDigest(described, graph, digests);
  return own !== undefined && own === stamp.own;
}

/** Stands for what other recipes hand on. */
const anything = '-';

/**
 * The signature as it would be if other recipes handed on nothing: what the recipe itself has to say. `undefined` while
 * that of a task of the same recipe is not known.
 */
export function ownDigest(
  described: DescribedTask,
  graph: DescribedTaskGraph,
  digests: ReadonlyMap<TaskKey, string> | Readonly<Record<TaskKey, string>>,
): string | undefined {
  const known = digests instanceof Map ? digests : new Map(Object.entries(digests));
  const own = new Map<TaskKey, string>();
  for (const key of graph.graph.dependencies(described.key)) {
    const isOwn = recipeKey(graph.task(key)) === recipeKey(described);
    const digest = isOwn ? known.get(key) : anything;
    if (digest === undefined) return undefined;
    own.set(key, digest);
  }
  return described.signature(own);
}
