import type { LockRecord } from '../../base/lock-record.ts';
import { parseSrcUri, type SrcUriEntry } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { readLockedRecords } from '../locked-records.ts';
import { lockedBases } from './locked-urls.ts';
import type { Variables } from './sources.ts';

/**
 * The variables of an order with each `distro://NAME` of SRC_URI as the address and the sum that the lock has for the source
 * package of that name. Throws StxError for one that is not locked.
 */
export async function withLockedSources(order: TaskOrder): Promise<Variables> {
  const { variables } = order;
  const entries = parseSrcUri(variables['SRC_URI'] ?? '');
  if (!entries.some((entry) => entry.type === 'distro')) return variables;
  const records = await readLockedRecords(order);
  const words = entries.map((entry) => (entry.type === 'distro' ? lockedWord(entry, records, variables) : entry.word));
  return { ...variables, SRC_URI: words.join(' ') };
}

function lockedWord({ path, word }: SrcUriEntry, records: readonly LockRecord[], variables: Variables): string {
  const record = records.find(({ name, type }) => name === path && (type === 'dsc' || type === 'srpm'));
  if (record === undefined) {
    throw StxError.of('package-not-locked', `the lock holds no source package \`${path}\` for this recipe`, {
      setting: { variable: 'SRC_URI', word },
      help: 'write the lock with `stx-bake lock update`',
    });
  }
  const [, ...parameters] = word.split(';');
  const url = `${lockedBases(record, variables)[0]}/${encodeURI(record.path)}`;
  return [url, `sha256sum=${record.sha256}`, ...parameters].join(';');
}
