import type { TaskType } from './task-type.ts';

/** Downloads what SRC_URI names to DL_DIR and checks its SHA-256. */
export const fetchTask: TaskType = {
  name: 'fetch',
  variables: ['SRC_URI'],
  unhashedVariables: [
    'DL_DIR',
    'LOCK_FILE',
    'LOCK_MIRRORS',
    'LOCK_REPOSITORY_URLS',
    'FILESPATH',
    'MIRRORS',
    'PREMIRRORS',
    'BB_NO_NETWORK',
    'BB_FETCH_PREMIRRORONLY',
    'BB_FETCH_TIMEOUT',
    'BB_FETCH_RETRIES',
    'BB_GENERATE_MIRROR_TARBALLS',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'SOURCE_HELP',
  ],
  hashedFlags: [{ variable: 'SRC_URI', ending: 'sha256sum' }],
  readsLocalSources: true,
  pool: 'network',
  description: 'Downloads what SRC_URI names to DL_DIR and checks its SHA-256.',
};
