import type { Artifact } from '../../../messages/task-outcome.ts';
import type { TaskContext } from '../../builtin-task.ts';
import { requireVariable } from '../sources.ts';
import { bringCommit } from './bare-mirror.ts';
import type { GitSource } from './git-source.ts';
import { listSubmodules } from './submodules.ts';

/** Brings the commits of git sources, and of their submodules, into the mirrors below DL_DIR/git2. */
export async function fetchGit(
  sources: readonly GitSource[],
  context: TaskContext,
): Promise<{ readonly artifacts: readonly Artifact[]; readonly bytes: number }> {
  const downloads = requireVariable(context.order.variables, 'DL_DIR');
  const mirrors = new Set<string>();
  const pending = [...sources];
  // One library may be a submodule of many.
  const seen = new Set<string>();
  let bytes = 0;
  for (let source = pending.shift(); source !== undefined; source = pending.shift()) {
    context.signal.throwIfAborted();
    bytes += (await bringCommit(source, context)).bytes;
    mirrors.add(source.path);
    for (const { source: inner } of await listSubmodules(source, context.signal, downloads)) {
      const key = `${inner.path} ${inner.revision}`;
      if (!seen.has(key)) pending.push(inner);
      seen.add(key);
    }
  }
  return { artifacts: [...mirrors].map((path) => ({ path })), bytes };
}
