import type { TaskType } from './task-type.ts';

/** Lays out the staged trees of the dependencies for one recipe. */
export const recipeSysrootTask: TaskType = {
  name: 'recipe-sysroot',
  variables: ['PN'],
  unhashedVariables: ['WORKDIR', 'RECIPE_SYSROOT'],
  pool: 'processor',
  description: 'Lays out the staged trees of the dependencies for one recipe.',
};
