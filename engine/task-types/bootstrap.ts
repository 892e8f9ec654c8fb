import type { TaskType } from './task-type.ts';

/** Makes a root file system from locked packages, without network. */
export const bootstrapTask: TaskType = {
  name: 'bootstrap',
  variables: [
    'PN',
    'BOOTSTRAP_PACKAGES',
    'BOOTSTRAP_ARCH',
    'BOOTSTRAP_OPTIONS',
    'BOOTSTRAP_ENVIRONMENT',
    'SOURCE_DATE_EPOCH',
    'bootstrap_start',
    'bootstrap_setup',
    'bootstrap_finish',
  ],
  unhashedVariables: ['DL_DIR', 'LOCK_FILE', 'BOOTSTRAP_EMULATION'],
  hostTools: ['mmdebstrap', 'apt-get', 'dpkg', 'dpkg-deb', 'tar'],
  pool: 'processor',
  description: 'Makes a root file system from locked packages, without network.',
};
