import { basename } from 'node:path';
import type { LockRecord } from '../../base/lock-record.ts';
import { candidateUrls } from './candidate-urls.ts';
import { requireVariable, type Variables } from './sources.ts';

/**
 * The addresses below which a locked file lies: those of its repository (LOCK_REPOSITORY_URLS: words `ID=URL`, best first;
 * a record without a repository is of the first one), then LOCK_MIRRORS. Throws StxError when there is none.
 */
export function lockedBases(record: LockRecord, variables: Variables): readonly string[] {
  const known = words(variables['LOCK_REPOSITORY_URLS']);
  const id = record.repository ?? known[0]?.replace(/=.*$/, '');
  const own = known.filter((word) => word.startsWith(`${id}=`)).map((word) => word.slice(word.indexOf('=') + 1));
  const all = [...own, ...words(variables['LOCK_MIRRORS'])].filter((url) => url !== '');
  if (all.length === 0) requireVariable(variables, 'LOCK_MIRRORS');
  return [...new Set(all.map((url) => url.replace(/\/+$/, '')))];
}

/** Where a locked file is looked for, best first, by the rule for all sources. */
export function lockedUrls(record: LockRecord, variables: Variables): readonly string[] {
  const urls = lockedBases(record, variables).flatMap((base) =>
    candidateUrls({ url: `${base}/${encodeURI(record.path)}`, fileName: basename(record.path) }, variables),
  );
  return [...new Set(urls)];
}

function words(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}
