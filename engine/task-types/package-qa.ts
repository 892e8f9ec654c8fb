import type { TaskType } from './task-type.ts';

/** Checks packages before they are written. */
export const packageQaTask: TaskType = {
  name: 'package-qa',
  variables: [
    'PN',
    'ERROR_QA',
    'WARN_QA',
    'TARGET_ARCH',
    'libdir',
    'LICENSE',
    'PACKAGES',
    'PYTHON_BASEVERSION',
    'SHLIBS_ROOT',
  ],
  unhashedVariables: ['TMPDIR', 'SRC_URI'],
  pool: 'processor',
  description: 'Checks packages before they are written.',
};
