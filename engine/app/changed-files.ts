import { lstatSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExplainedCause } from '../explain/why.ts';
import type { History } from '../history/history.ts';
import { listWorkTree } from '../tasks/work-tree/list-work-tree.ts';

/**
 * For each cause that is a folder with another content: its files that are newer than the build which took it in, relative to it;
 * where there is none, the folders in it (with `/`) that something went from. What cannot be read has no entry.
 */
export async function changedFiles(
  causes: readonly ExplainedCause[],
  history: Pick<History, 'doneTask' | 'builds'>,
): Promise<ReadonlyMap<ExplainedCause, readonly string[]>> {
  const found = new Map<ExplainedCause, readonly string[]>();
  for (const each of causes) {
    const folder = each.cause.kind === 'file' ? each.place?.file : undefined;
    const since = folder === undefined || !isFolder(folder) ? undefined : takenIn(each, history);
    if (folder === undefined || since === undefined) continue;
    const names = await newerIn(folder, since).catch(() => []);
    if (names.length > 0) found.set(each, names);
  }
  return found;
}

/** When the build began that did the first of the tasks last. */
function takenIn({ direct }: ExplainedCause, history: Pick<History, 'doneTask' | 'builds'>): number | undefined {
  const builds = direct.flatMap((task) => history.doneTask(task)?.build ?? []);
  if (builds.length === 0) return undefined;
  const last = Math.max(...builds);
  return history.builds(Number.MAX_SAFE_INTEGER).find(({ build }) => build === last)?.startedMs;
}

async function newerIn(folder: string, since: number): Promise<readonly string[]> {
  const entries = await listWorkTree(folder);
  const names = entries.filter(({ kind }) => kind !== 'directory').map(({ name }) => name);
  const empty = entries.filter(({ kind }) => kind === 'directory').map(({ name }) => `${name}/.`);
  const isNewer = (name: string): boolean => lstatSync(join(folder, name)).ctimeMs > since;
  const files = names.filter(isNewer);
  if (files.length > 0) return files;
  const folders = new Set(['.', ...[...names, ...empty].flatMap(parentsOf)]);
  return [...folders].filter(isNewer).map((name) => (name === '.' ? './' : `${name}/`));
}

function parentsOf(name: string): readonly string[] {
  const parent = dirname(name);
  return parent === '.' ? [] : [...parentsOf(parent), parent];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
