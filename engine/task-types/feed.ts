import type { TaskType } from './task-type.ts';

/** Collects binary packages into a repository with an index. */
export const feedTask: TaskType = {
  name: 'feed',
  variables: [
    'FEED_FORMAT',
    'FEED_SUITE',
    'FEED_COMPONENT',
    'FEED_ARCHITECTURES',
    'FEED_ORIGIN',
    'DISTRO_TARGET_ARCH',
    'SOURCE_DATE_EPOCH',
  ],
  unhashedVariables: [],
  hostTools: ['dpkg-deb'],
  pool: 'processor',
  description: 'Collects binary packages into a repository with an index.',
};
