import type { TaskType } from './task-type.ts';

/** Unpacks the fetched sources and copies the local files of SRC_URI. */
export const unpackTask: TaskType = {
  name: 'unpack',
  variables: ['SRC_URI', 'S', 'BP'],
  unhashedVariables: ['DL_DIR', 'FILESPATH', 'WORKDIR'],
  readsLocalSources: true,
  pool: 'processor',
  description: 'Unpacks the fetched sources and copies the local files of SRC_URI.',
};
