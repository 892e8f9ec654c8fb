import { fetchTask } from './fetch.ts';
import type { TaskType } from './task-type.ts';

/** Removes the recipe's downloads. */
export const cleanDownloadsTask: TaskType = {
  name: 'clean-downloads',
  variables: [],
  unhashedVariables: ['SRC_URI', 'DL_DIR', 'FILESPATH'],
  hashedFlags: fetchTask.hashedFlags,
  readsLocalSources: true,
  pool: 'processor',
  description: "Removes the recipe's downloads from DL_DIR.",
};
