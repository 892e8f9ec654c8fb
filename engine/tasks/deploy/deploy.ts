import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { systemError } from '../../base/system-error.ts';
import type { BuiltinTask } from '../builtin-task.ts';
import { outputDirectory, requiredVariable } from '../task-variable.ts';

/**
 * Copies the files and folders named in DEPLOY_FILES to the task's output directory; the engine publishes them from there to the
 * directory that others see.
 */
export const run: BuiltinTask = async ({ order, log, signal }) => {
  const target = outputDirectory(order);
  for (const path of requiredVariable(order, 'DEPLOY_FILES').split(/\s+/)) {
    signal.throwIfAborted();
    const copy = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true };
    await cp(path, join(target, basename(path)), copy).catch((error: unknown) => {
      throw systemError(error, 'copying', path);
    });
    log(`${basename(path)} is deployed`);
  }
  return {};
};
