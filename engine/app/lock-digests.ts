import { readFileSync } from 'node:fs';
import { lockRecordsText, lockUnreadable, parseLockFile } from '../base/lock-file.ts';
import { sha256 } from '../base/sha256.ts';

/** Digests of the records of a root in a lock file; each file is read once. */
export function lockDigests(): (path: string, root: string) => Promise<string> {
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
    throw lockUnreadable(error, path);
  }
}
