import type { TaskType } from './task-type.ts';

/** Takes the recipe's results out of the sstate store. */
export const cleanSstateTask: TaskType = {
  name: 'clean-sstate',
  variables: [],
  unhashedVariables: [],
  takesTaskNames: true,
  pool: 'processor',
  description: "Takes the recipe's results out of the local sstate store.",
};
