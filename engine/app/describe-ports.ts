import { randomUUID } from 'node:crypto';
import { nodeFileReader } from '../base/node-file-reader.ts';
import type { BaseConfiguration } from '../metadata/workspace.ts';
import { fileStamps } from '../runqueue/stamps.ts';
import type { DescribePorts } from '../signatures/describe-task.ts';
import type { TaskKey } from '../taskgraph/task-graph.ts';
import { fileDigests } from './file-digests.ts';
import { lockDigests } from './lock-digests.ts';
import type { Witness } from './settled/witness.ts';
import { toolVersions } from './tool-versions.ts';

/** Raised when the meaning of a stored result changes, so that older ones are not used. */
const storeEpoch = '3';

/** What describing tasks asks of this machine; a witness is told what was looked at. */
export function describePorts(base: BaseConfiguration, forced: ReadonlySet<TaskKey>, witness?: Witness): DescribePorts {
  const buildNonce = randomUUID();
  const locks = lockDigests();
  return {
    files: fileDigests(witness),
    sources: witness?.reader(nodeFileReader) ?? nodeFileReader,
    lockRecords: (path, root) => {
      witness?.locks.add(path);
      return locks(path, root);
    },
    layers: base.layers,
    identity: { platform: `${process.platform}-${process.arch}`, epoch: storeEpoch },
    toolVersion: toolVersions(`${base.datastore.get('TOPDIR') ?? '.'}/cache/host-tools.json`, witness),
    ignoredVariables: base.value('BB_BASEHASH_IGNORE_VARS'),
    taint: (task) => (forced.has(task.key) ? buildNonce : fileStamps.taint(task)),
    buildNonce,
  };
}
