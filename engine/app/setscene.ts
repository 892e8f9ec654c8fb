import type { Datastore } from '../datastore/datastore.ts';
import { words } from '../functions/function-flags.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { SetsceneTasks } from '../plan/setscene-tasks.ts';
import { wildcard } from '../python/modules/glob-pattern.ts';
import type { BuildInputs } from '../runqueue/build-inputs.ts';
import { findSetsceneTasks } from '../runqueue/setscene-tasks.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { TaskGraph } from '../taskgraph/task-graph.ts';
import { createEventHandlers } from '../worker/event-handlers.ts';

/** What the metadata says of setscene tasks, for a plan and a build. */
export interface OpenSetscene extends AsyncDisposable {
  /** Absent: no recipe of the graph brings such tasks, or they are not to be used. */
  readonly tasks: SetsceneTasks | undefined;
  /** BB_SETSCENE_ENFORCE; absent: anything may run. */
  readonly enforcement: BuildInputs['enforcement'];
}

/** Looks for setscene tasks. Throws StxError; see findSetsceneTasks. */
export function openSetscene(
  described: DescribedTaskGraph,
  base: BaseConfiguration,
  options: { readonly noSetscene?: boolean; readonly skipSetscene?: boolean; readonly signal?: AbortSignal } = {},
): OpenSetscene {
  const { datastore } = base;
  const signal = options.signal ?? new AbortController().signal;
  const handlers = createEventHandlers({ datastore, signal, onNote: () => undefined });
  const asked = { datastore, handlers, skip: options.skipSetscene };
  return {
    tasks: options.noSetscene ? undefined : findSetsceneTasks(described, asked),
    enforcement: setsceneEnforcement(datastore, described.graph),
    [Symbol.asyncDispose]: () => handlers[Symbol.asyncDispose](),
  };
}

/**
 * BB_SETSCENE_ENFORCE: which tasks may be met that no stored result covers: those that a pattern of
 * BB_SETSCENE_ENFORCE_IGNORE_TASKS names; `%` in it is any of the targets.
 */
export function setsceneEnforcement(datastore: Datastore, graph: TaskGraph): BuildInputs['enforcement'] {
  if (datastore.get('BB_SETSCENE_ENFORCE') !== '1') return undefined;
  const targets = graph.targets.map((key) => graph.task(key).id.recipe);
  const patterns = words(datastore.get('BB_SETSCENE_ENFORCE_IGNORE_TASKS')).flatMap((item) =>
    item.startsWith('%:') ? targets.map((target) => `${target}:${item.split(':')[1]}`) : [item],
  );
  const expressions = patterns.map(wildcard);
  return {
    allows: ({ task }) => expressions.some((each) => each.test(`${task.recipe.pn}:${task.id.task}`)),
  };
}
