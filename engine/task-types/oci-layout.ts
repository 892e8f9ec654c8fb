import type { TaskType } from './task-type.ts';

/** Makes an OCI image out of root file systems. */
export const ociLayoutTask: TaskType = {
  name: 'oci-layout',
  variables: [
    ...['PN', 'PV', 'SUMMARY', 'LICENSE', 'HOMEPAGE', 'IMAGE_NAME', 'IMAGE_FILE', 'SOURCE_DATE_EPOCH'],
    ...['CONTAINER_ARCH', 'CONTAINER_BASE', 'CONTAINER_TAG', 'CONTAINER_ENTRYPOINT', 'CONTAINER_CMD', 'CONTAINER_ENV'],
    ...['CONTAINER_USER', 'CONTAINER_WORKDIR', 'CONTAINER_PORTS', 'CONTAINER_LABELS', 'CONTAINER_STOP_SIGNAL'],
  ],
  unhashedVariables: ['CONTAINER_LAYERS'],
  pool: 'processor',
  description: 'Makes an OCI image out of root file systems.',
};
