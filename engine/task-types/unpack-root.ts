import type { TaskType } from './task-type.ts';

/** Unpacks a bootstrapped root so that other tasks can run in it. */
export const unpackRootTask: TaskType = {
  name: 'unpack-root',
  variables: ['PN'],
  unhashedVariables: ['TMPDIR', 'WORKDIR', 'BOOTSTRAP_DIR', 'UNPACK_ROOT_DIR', 'ROOTS_STORE'],
  hostTools: ['tar'],
  pool: 'processor',
  description: 'Unpacks a bootstrapped root so that other tasks can run in it.',
};
