import { readFileSync } from 'node:fs';
import { lockRecordsText, parseLockFile } from '../../base/lock-file.ts';
import { sha256 } from '../../base/sha256.ts';
import { StxError } from '../../base/stx-error.ts';
import type { ReadSource, TaskOrder } from '../../messages/task-order.ts';
import { sourceDigest } from '../../tasks/source-digest.ts';

/**
 * Looks at the sources of a task once more when its work is done: what was made of others than its signature names must get
 * neither a stamp nor a stored result. Throws StxError `source-changed`.
 */
export async function refuseChangedSources({ task, sources = [] }: TaskOrder): Promise<void> {
  for (const source of sources) {
    if ((await digestNow(source)) === source.digest) continue;
    const message = `\`${task.recipe}\`: \`${source.path}\` changed while \`${task.task}\` was to be built from it`;
    throw StxError.of('source-changed', message, {
      help: 'build again; a task must not write to what it names as its source',
    });
  }
}

async function digestNow({ path, leftOut, lockRoot }: ReadSource): Promise<string> {
  if (lockRoot === undefined) return sourceDigest(path, { leftOut });
  try {
    return sha256(lockRecordsText(parseLockFile(readFileSync(path, 'utf8'), path), lockRoot));
  } catch {
    return 'missing';
  }
}
