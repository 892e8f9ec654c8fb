import type { TaskType } from './task-type.ts';

/** Lays the locked packages of a root into a folder. */
export const lockedRepositoryTask: TaskType = {
  name: 'locked-repository',
  variables: ['BOOTSTRAP_PACKAGES', 'LOCKED_INDEX'],
  unhashedVariables: ['DL_DIR', 'LOCK_FILE', 'LOCKED_REPOSITORY'],
  pool: 'processor',
  description: 'Lays the locked packages of a root into a folder.',
};
