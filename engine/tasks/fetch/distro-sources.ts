import type { LockRecord } from '../../base/lock-record.ts';
import { parseSrcUri, type SrcUriEntry } from '../../base/src-uri.ts';
import { StxError } from '../../base/stx-error.ts';
import type { TaskOrder } from '../../messages/task-order.ts';
import { readLockedRecords } from '../locked-records.ts';
import { lockedBases } from './locked-urls.ts';
import { lockedMark, type Variables } from './sources.ts';

/**
 * The variables of an order with each `distro://NAME` of SRC_URI as the address and the sum that the lock has for the source
 * package of that name, and with the fallbacks of its repository among MIRRORS. Throws StxError for one that is not locked.
 */
export async function withLockedSources(order: TaskOrder): Promise<Variables> {
  const { variables } = order;
  const entries = parseSrcUri(variables['SRC_URI'] ?? '');
  if (!entries.some((entry) => entry.type === 'distro')) return variables;
  const records = await readLockedRecords(order);
  const fallbacks: string[] = [];
  const words = entries.map((entry) => {
    if (entry.type !== 'distro') return entry.word;
    const record = lockedRecord(entry, records);
    const [first = '', ...more] = lockedBases(record, variables);
    fallbacks.push(...more.map((base) => `${first.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/ ${base}/`));
    const [, ...parameters] = entry.word.split(';');
    const url = `${first}/${encodeURI(record.path)}`;
    return [url, `sha256sum=${record.sha256}`, `${lockedMark}=1`, ...parameters].join(';');
  });
  const MIRRORS = [variables['MIRRORS'] ?? '', ...new Set(fallbacks)].join(' ');
  return { ...variables, SRC_URI: words.join(' '), MIRRORS };
}

function lockedRecord({ path, word }: SrcUriEntry, records: readonly LockRecord[]): LockRecord {
  const record = records.find(({ name, type }) => name === path && (type === 'dsc' || type === 'srpm'));
  if (record === undefined) {
    throw StxError.of('package-not-locked', `the lock holds no source package \`${path}\` for this recipe`, {
      setting: { variable: 'SRC_URI', word },
      help: 'write the lock with `stx-bake lock update`',
    });
  }
  return record;
}
