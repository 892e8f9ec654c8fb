import type { TaskType } from './task-type.ts';

/** Lays the vendor packages that a recipe builds with over a root of packages. */
export const buildRootTask: TaskType = {
  name: 'build-root',
  variables: ['PN', 'VENDOR_DEPENDS', 'BUILD_ROOT'],
  unhashedVariables: [
    'DL_DIR',
    'LOCK_FILE',
    'ROOTS_DIR',
    'ROOTS_STORE',
    'BUILD_ROOT_NAME',
    'BUILD_ROOT_STANDIN_NAME',
    'BUILD_ROOT_NOTE',
    'RPM_TOOLS_ROOT',
  ],
  hostTools: ['dpkg-deb'],
  pool: 'processor',
  description: 'Lays the vendor packages that a recipe builds with over a root of packages.',
};
