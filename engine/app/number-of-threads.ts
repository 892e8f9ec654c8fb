import { StxError } from '../base/stx-error.ts';
import type { Datastore } from '../datastore/datastore.ts';

/** How many tasks run at once: BB_NUMBER_THREADS, 1 when it is empty. Throws StxError `invalid-value`. */
export function numberOfThreads(datastore: Datastore): number {
  const text = (datastore.get('BB_NUMBER_THREADS') ?? '').trim();
  if (text === '') return 1;
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw StxError.of('invalid-value', `\`BB_NUMBER_THREADS\` is \`${text}\`, not a number from 1 to 9999`, {
    span: datastore.definition('BB_NUMBER_THREADS'),
    help: 'set it in conf/local.conf, or take the line out: then it is the number of processors',
  });
}
