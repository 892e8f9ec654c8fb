import type { TaskType } from './task-type.ts';

/** Gives the content of S a number and a mark. */
export const sourceRevisionTask: TaskType = {
  name: 'source-revision',
  variables: ['PN', 'PV', 'DISTRO', 'DISTRO_CODENAME', 'TARGET_ARCH', 'VERSION_SUFFIX', 'REVISION_POLICY'],
  unhashedVariables: ['S', 'WORKDIR', 'REVISION_DIR', 'SOURCE_REVISION_FILE'],
  pool: 'processor',
  description: 'Gives the content of S a number and a mark, for versions of source packages that are worked on.',
};
