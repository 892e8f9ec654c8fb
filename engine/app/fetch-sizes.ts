import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseLockFile } from '../base/lock-file.ts';
import type { LockRecord } from '../base/lock-record.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { parseSrcUri } from '../base/src-uri.ts';
import { StxError } from '../base/stx-error.ts';
import type { FetchSizes } from '../explain/plan-answer.ts';
import type { UsualTime } from '../history/rows.ts';
import { keptPaths } from '../net/kept-file.ts';
import type { Plan } from '../plan/planned-task.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import type { DescribedTask, DescribedTaskGraph } from '../signatures/described-task.ts';
import { gitAddress } from '../tasks/fetch/git/git-address.ts';
import { mirrorPaths } from '../tasks/fetch/git/git-source.ts';

interface TaskSizes {
  readonly bytes: number;
  readonly unknown: number;
}

/**
 * What the planned tasks have to bring from the network: sizes of locked packages from their lock, of other sources from
 * the last time that they were fetched, of results as mirrors tell them; what lies in DL_DIR already counts nothing.
 */
export function fetchSizes(
  described: DescribedTaskGraph,
  plan: Plan,
  from: {
    readonly times: ReadonlyMap<string, UsualTime>;
    readonly mirrors?: Pick<TeamCache, 'knows' | 'sizeOf'> | undefined;
  },
): FetchSizes {
  const bytes = new Map<string, number>();
  const locks = new Map<string, readonly LockRecord[]>();
  let unknown = 0;
  for (const [key, planned] of plan.tasks) {
    const task = described.task(key);
    const { decision } = planned;
    if (decision === 'restore') {
      const actionKey = task.actionKey(planned.signature) ?? '';
      if (from.mirrors?.knows(actionKey) !== true) continue;
      const size = from.mirrors.sizeOf(actionKey);
      if (size === undefined) unknown++;
      else bytes.set(key, size);
    }
    if ((decision !== 'run' && decision !== 'open') || task.type?.pool !== 'network') continue;
    const sizes = isLocked(task) ? lockedSizes(task, locks) : sourceSizes(task, from.times.get(key)?.bytes);
    bytes.set(key, sizes.bytes);
    unknown += sizes.unknown;
  }
  return { bytes, unknown };
}

function isLocked({ inputs }: DescribedTask): boolean {
  return Object.keys(inputs.outside.locks).length > 0;
}

function lockedSizes(task: DescribedTask, locks: Map<string, readonly LockRecord[]>): TaskSizes {
  const { datastore } = task.task.recipe;
  const path = datastore.get('LOCK_FILE')?.trim() ?? '';
  const records = locks.get(path) ?? readLock(path);
  locks.set(path, records);
  const roots = new Set(Object.keys(task.inputs.outside.locks));
  const directory = datastore.get('DL_DIR') ?? '';
  const missing = records.filter(
    (record) =>
      record.roots.some((root) => roots.has(root)) &&
      !keptPaths(directory, record).some((path) => sizeOf(path) === record.sizeBytes),
  );
  return { bytes: missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), unknown: 0 };
}

/** A lock that cannot be read is reported by the task that needs it. */
function readLock(path: string): readonly LockRecord[] {
  try {
    return parseLockFile(nodeFileReader.readText(path) ?? '', path);
  } catch (error) {
    if (error instanceof StxError) return [];
    throw error;
  }
}

/** The size of what was fetched last stands for all that is missing now. */
function sourceSizes({ task: { recipe } }: DescribedTask, lastBytes: number | undefined): TaskSizes {
  const { datastore } = recipe;
  const directory = datastore.get('DL_DIR') ?? '';
  const missing = parseSrcUri(datastore.get('SRC_URI') ?? '').filter((uri) => {
    if (uri.type === 'file' || uri.type === '') return false;
    const address = gitAddress(uri.url, uri.parameters);
    if (address !== undefined) return sizeOf(mirrorPaths(address, directory).path) === undefined;
    const name = uri.parameters.get('downloadfilename') ?? basename(uri.path);
    return sizeOf(join(directory, name)) === undefined;
  });
  if (missing.length === 0) return { bytes: 0, unknown: 0 };
  return lastBytes ? { bytes: lastBytes, unknown: 0 } : { bytes: 0, unknown: missing.length };
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
