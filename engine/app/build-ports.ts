import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { lockRecordsText, parseLockFile } from '../base/lock-file.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { KnownResult, ResultLookup } from '../plan/result-lookup.ts';
import type { Stamp } from '../plan/stamp.ts';
import type { TeamCache } from '../remote/team-cache.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import type { DescribePorts } from '../signatures/describe-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { LocalActionCache } from '../sstate/local-action-cache.ts';
import { openLocalStore } from '../sstate/local-store.ts';
import { digestOfResult } from '../sstate/reapi/action-result.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { fileDigests } from './file-digests.ts';
import type { Witness } from './settled/witness.ts';
import { toolVersions } from './tool-versions.ts';

/** Raised when the meaning of a stored result changes, so that older ones are not used. */
const storeEpoch = '2';

/** Folder of the sstate store. */
export function storeDirectory(base: BaseConfiguration): string {
  return base.datastore.get('SSTATE_DIR') ?? `${base.datastore.get('TOPDIR') ?? '.'}/sstate-cache`;
}

/** What describing tasks asks of this machine; a witness is told what was looked at. */
export function describePorts(base: BaseConfiguration, forced: ReadonlySet<TaskKey>, witness?: Witness): DescribePorts {
  const buildNonce = randomUUID();
  const locks = lockDigests();
  return {
    files: fileDigests(witness),
    sources: witness?.reader(nodeFileReader) ?? nodeFileReader,
    lockRecords: (path, root) => {
      witness?.sawFile(path, true);
      return locks(path, root);
    },
    layers: base.layers,
    identity: { platform: `${process.platform}-${process.arch}`, epoch: storeEpoch },
    toolVersion: toolVersions(`${base.datastore.get('TOPDIR') ?? '.'}/cache/host-tools.json`, witness),
    ignoredVariables: base.value('BB_BASEHASH_IGNORE_VARS'),
    taint: (task) => (forced.has(task.key) ? buildNonce : fileStamps.read(task)?.taint),
    buildNonce,
  };
}

function lockDigests(): (path: string, root: string) => Promise<string> {
  const files = new Map<string, ReturnType<typeof parseLockFile>>();
  return async (path, root) => {
    const records = files.get(path) ?? parseLockFile(readText(path), path);
    files.set(path, records);
    return sha256(lockRecordsText(records, root));
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw systemError(error, 'reading the lock file', path);
  }
}

/** What planning asks of the build directory and the store. */
export function makePlanInputs(
  described: DescribedTaskGraph,
  base: BaseConfiguration,
  forced: ReadonlySet<TaskKey>,
  mirrors?: Pick<TeamCache, 'find'> | undefined,
): PlanInputs {
  const stamps = new Map<TaskKey, Stamp>();
  for (const key of described.graph.keys()) {
    const stamp = fileStamps.read(described.graph.task(key));
    if (stamp !== undefined) stamps.set(key, stamp);
  }
  return {
    described,
    stamps,
    results: resultLookup(openLocalStore(storeDirectory(base)).actions, mirrors),
    forced,
    isPresent: ({ path, sizeBytes }) => {
      if (sizeBytes === undefined) return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      return statSync(path, { throwIfNoEntry: false })?.size === sizeBytes;
    },
  };
}

/** The local store first; mirrors are asked only for what it lacks, all keys of a step in one batch. */
function resultLookup(actions: LocalActionCache, mirrors: Pick<TeamCache, 'find'> | undefined): ResultLookup {
  return {
    async find(keys) {
      const local = await actions.find(keys);
      const missing = mirrors === undefined ? [] : keys.filter((key) => !local.has(key));
      const remote = missing.length === 0 ? undefined : await mirrors?.find(missing);
      const known = new Map<string, KnownResult>();
      for (const [key, result] of [...local, ...(remote ?? [])]) {
        known.set(key, { result: digestOfResult(result), output: result.output });
      }
      return known;
    },
  };
}
