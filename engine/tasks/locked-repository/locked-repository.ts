import { constants } from 'node:fs';
import { copyFile, link } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { LockRecord } from '../../base/lock-record.ts';
import { StxError } from '../../base/stx-error.ts';
import { systemError } from '../../base/system-error.ts';
import { findKeptFile } from '../../net/kept-file.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { writeDebIndex } from '../deb-index/deb-index.ts';
import { readLockedRecords } from '../locked-records.ts';
import { replaceDirectory } from '../replace-directory.ts';
import { requiredVariable } from '../task-variable.ts';

/**
 * Built-in task `locked-repository`: the binary packages that the lock holds for LOCK_ROOT, each compared with its record, in
 * the folder LOCKED_REPOSITORY; with an index where LOCKED_INDEX is `deb`. Throws StxError (`bootstrap-failed`) for one that is not in DL_DIR.
 */
export const run: BuiltinTask = async ({ order, log, progress, signal }) => {
  const folder = requiredVariable(order, 'LOCKED_REPOSITORY');
  const downloads = requiredVariable(order, 'DL_DIR');
  const records = (await readLockedRecords(order)).filter(isBinary);
  progress(`${records.length} packages`);
  await replaceDirectory(folder, async (fresh) => {
    for (const record of records) {
      signal.throwIfAborted();
      const kept = await findKeptFile(downloads, record);
      if (kept === undefined) throw missing(record, downloads);
      await share(kept, join(fresh, basename(record.path)));
    }
  });
  if (order.variables['LOCKED_INDEX'] === 'deb') {
    await writeDebIndex(
      folder,
      records.map((each) => basename(each.path)),
    );
  }
  log(`${records.length} packages in ${folder}`);
  return { artifacts: [{ path: folder }] };
};

function isBinary({ type = 'deb' }: LockRecord): boolean {
  return type === 'deb' || type === 'rpm';
}

/** A link, or a copy where DL_DIR lies on another file system. */
async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to).catch(() => copyFile(from, to, constants.COPYFILE_FICLONE));
  } catch (error) {
    throw systemError(error, 'writing', to);
  }
}

function missing(record: LockRecord, downloads: string): StxError {
  const message = `\`${basename(record.path)}\` in \`${downloads}\` is not the locked file, or is not there`;
  return StxError.of('bootstrap-failed', message, {
    origin: 'environment',
    help: 'remove what lies there under its name and start the same command again, so that it is fetched anew',
  });
}
