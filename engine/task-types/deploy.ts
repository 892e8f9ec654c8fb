import type { TaskType } from './task-type.ts';

/** Puts finished files into the deploy folder. */
export const deployTask: TaskType = {
  name: 'deploy',
  variables: ['PN', 'DEPLOY_FILES'],
  unhashedVariables: ['WORKDIR', 'DEPLOYDIR', 'DEPLOY_DIR'],
  pool: 'processor',
  description: 'Puts finished files into the deploy folder.',
};
