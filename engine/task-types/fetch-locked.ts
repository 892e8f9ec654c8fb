import type { TaskType } from './task-type.ts';

/** Downloads the packages that the lock file records for one root to DL_DIR. */
export const fetchLockedTask: TaskType = {
  name: 'fetch-locked',
  variables: ['BOOTSTRAP_PACKAGES'],
  unhashedVariables: [
    'DL_DIR',
    'LOCK_FILE',
    'LOCK_BASE_ROOT',
    'LOCK_MIRRORS',
    'LOCK_REPOSITORY_URLS',
    'PREMIRRORS',
    'MIRRORS',
    'BB_NO_NETWORK',
    'BB_FETCH_PREMIRRORONLY',
    'BB_FETCH_TIMEOUT',
    'BB_FETCH_RETRIES',
    'http_proxy',
    'https_proxy',
    'no_proxy',
  ],
  pool: 'network',
  description: 'Downloads the packages that the lock file records for one root to DL_DIR.',
};
