import type { TaskType } from './task-type.ts';

/** Applies the patches of SRC_URI in order. */
export const patchTask: TaskType = {
  name: 'patch',
  variables: ['SRC_URI', 'S'],
  unhashedVariables: ['FILESPATH', 'WORKDIR', 'DL_DIR'],
  readsLocalSources: true,
  hostTools: ['patch'],
  pool: 'processor',
  description: 'Applies the patches of SRC_URI in order.',
};
