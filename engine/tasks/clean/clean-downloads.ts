import { rm } from 'node:fs/promises';
import { systemError } from '../../base/system-error.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { isSourcePackage, packagedSources } from '../fetch/dsc/source-package.ts';
import { readSources } from '../fetch/sources.ts';

/** Removes what the recipe has downloaded to DL_DIR. Packages of a lock file stay: other roots may hold them, too. */
export const run: BuiltinTask = async ({ order, log }) => {
  for (const source of readSources(order.variables)) {
    if (source.kind === 'local') continue;
    const parts = isSourcePackage(source) ? await packagedSources(source).catch(() => []) : [];
    for (const { path } of parts) await rm(path, { force: true });
    await rm(source.path, { recursive: true, force: true }).catch((error: unknown) => {
      throw systemError(error, 'removing', source.path);
    });
    log(`removed ${source.path}`);
  }
  return {};
};
