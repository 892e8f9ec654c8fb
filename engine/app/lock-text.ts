import { lockRecordsText, parseLockFile } from '../base/lock-file.ts';
import { nodeFileReader } from '../base/node-file-reader.ts';
import { StxError } from '../base/stx-error.ts';

/** What a lock file says of a root now, in the form that signatures are made from; `undefined` when it cannot be read. */
export function lockText(path: string, root: string): string | undefined {
  try {
    const text = path === '' ? undefined : nodeFileReader.readText(path);
    return text === undefined ? undefined : lockRecordsText(parseLockFile(text, path), root);
  } catch (error) {
    if (error instanceof StxError) return undefined;
    throw error;
  }
}
