import type { TaskType } from './task-type.ts';

/** Stages what dependants may see of the installed tree. */
export const populateSysrootTask: TaskType = {
  name: 'populate-sysroot',
  variables: ['SYSROOT_DIRS', 'SYSROOT_DIRS_IGNORE', 'D'],
  unhashedVariables: ['WORKDIR', 'SYSROOT_DESTDIR'],
  pool: 'processor',
  description: 'Stages what dependants may see of the installed tree.',
};
