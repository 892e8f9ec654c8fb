import type { TaskType } from './task-type.ts';

/** Applies the patches of SRC_URI in order. */
export const patchTask: TaskType = {
  name: 'patch',
  variables: ['SRC_URI', 'S', 'PATCH_SET', 'PATCH_WITHIN', 'PATCH_SERIES'],
  unhashedVariables: ['FILESPATH', 'WORKDIR', 'DL_DIR', 'EXTERNALSRC'],
  readsLocalSources: true,
  hostTools: ['patch'],
  pool: 'processor',
  description: 'Applies the patches of SRC_URI in order.',
};
