import type { TaskType } from './task-type.ts';

/** Unpacks the fetched sources and copies the local files of SRC_URI. */
export const unpackTask: TaskType = {
  name: 'unpack',
  variables: ['SRC_URI', 'S', 'BP', 'BB_GIT_DEFAULT_DESTSUFFIX'],
  unhashedVariables: [
    'DL_DIR',
    'FILESPATH',
    'WORKDIR',
    'LOCK_FILE',
    'LOCK_MIRRORS',
    'LOCK_REPOSITORY_URLS',
    'EXTERNALSRC',
    'EXTERNALSRC_DESTINATION',
  ],
  readsLocalSources: true,
  // What bzip2 gives is right or an error; how tar lays out files is tar's.
  hostTools: ['tar'],
  pool: 'processor',
  description: 'Unpacks the fetched sources and copies the local files of SRC_URI.',
};
