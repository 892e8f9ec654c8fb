import type { TaskType } from './task-type.ts';

/** Removes work directory, outputs and published files of the recipe. */
export const cleanTask: TaskType = {
  name: 'clean',
  variables: [],
  unhashedVariables: [],
  takesLeftovers: true,
  pool: 'processor',
  description: 'Removes work directory, outputs and published files of the recipe.',
};
