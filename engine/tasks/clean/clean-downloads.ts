import { rm } from 'node:fs/promises';
import { systemError } from '../../base/system-error.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { readSources } from '../fetch/sources.ts';

/** Removes what the recipe has downloaded to DL_DIR. Packages of a lock file stay: other roots may hold them, too. */
export const run: BuiltinTask = async ({ order, log }) => {
  for (const source of readSources(order.variables)) {
    if (source.kind !== 'remote') continue;
    await rm(source.path, { force: true }).catch((error: unknown) => {
      throw systemError(error, 'removing', source.path);
    });
    log(`removed ${source.path}`);
  }
  return {};
};
