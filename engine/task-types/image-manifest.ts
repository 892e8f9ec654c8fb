import type { TaskType } from './task-type.ts';

/** Says what an image consists of: package, origin, digests, signer, licence, size. */
export const imageManifestTask: TaskType = {
  name: 'image-manifest',
  variables: ['PN', 'IMAGE_FILE', 'DISTRO', 'DISTRO_VERSION', 'DISTRO_CODENAME', 'TARGET_ARCH', 'FEED_SIGNING_KEY'],
  unhashedVariables: ['LOCK_FILE', 'ROOTFS_OUTPUT', 'FEED_DIR'],
  pool: 'processor',
  description: 'Says what an image consists of: package, origin, digests, signer, licence, size.',
};
