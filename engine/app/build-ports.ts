import { randomUUID } from 'node:crypto';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { parseLockFile } from '../base/lock-file.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { digestOf, sha256 } from '../base/sha256.ts';
import { systemError } from '../base/system-error.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import type { PlanInputs } from '../plan/resolve-tasks.ts';
import type { KnownResult, ResultLookup } from '../plan/result-lookup.ts';
import type { Stamp } from '../plan/stamp.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import type { DescribePorts } from '../signatures/describe-task.ts';
import type { DescribedTaskGraph } from '../signatures/described-task.ts';
import type { LocalActionCache } from '../sstate/local-action-cache.ts';
import { openLocalStore } from '../sstate/local-store.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { fileDigests } from './file-digests.ts';

/** Raised when the meaning of a stored result changes, so that older ones are not used. */
const storeEpoch = '1';

/** Folder of the sstate store. */
export function storeDirectory(base: BaseConfiguration): string {
  return base.datastore.get('SSTATE_DIR') ?? `${base.datastore.get('TOPDIR') ?? '.'}/sstate-cache`;
}

/** What describing tasks asks of this machine. */
export function describePorts(base: BaseConfiguration, forced: ReadonlySet<TaskKey>): DescribePorts {
  const buildNonce = randomUUID();
  const locks = lockDigests();
  return {
    files: fileDigests(),
    sources: nodeFileReader,
    lockRecords: locks,
    layers: base.layers,
    identity: { platform: `${process.platform}-${process.arch}`, epoch: storeEpoch },
    taint: (task) => (forced.has(task.key) ? buildNonce : fileStamps.read(task)?.taint),
    buildNonce,
  };
}

function lockDigests(): (path: string, root: string) => Promise<string> {
  const files = new Map<string, ReturnType<typeof parseLockFile>>();
  return async (path, root) => {
    const records = files.get(path) ?? parseLockFile(readText(path), path);
    files.set(path, records);
    const own = records.filter((record) => record.roots.includes(root)).map(({ roots: _, path: __, ...rest }) => rest);
    return sha256(canonicalJson(own as unknown as Json));
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
): PlanInputs {
  const stamps = new Map<TaskKey, Stamp>();
  for (const key of described.graph.keys()) {
    const stamp = fileStamps.read(described.graph.task(key));
    if (stamp !== undefined) stamps.set(key, stamp);
  }
  return {
    described,
    stamps,
    results: resultLookup(openLocalStore(storeDirectory(base)).actions),
    forced,
    isPresent: ({ path, sizeBytes }) => {
      if (sizeBytes === undefined) return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
      return statSync(path, { throwIfNoEntry: false })?.size === sizeBytes;
    },
  };
}

function resultLookup(actions: LocalActionCache): ResultLookup {
  return {
    async find(keys) {
      const known = new Map<string, KnownResult>();
      for (const [key, result] of await actions.find(keys)) {
        known.set(key, { result: digestOf(canonicalJson(result as unknown as Json)), output: result.output });
      }
      return known;
    },
  };
}
