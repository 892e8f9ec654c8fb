import type { TaskType } from './task-type.ts';

/** Collects binary packages into a repository with an index. */
export const feedTask: TaskType = {
  name: 'feed',
  variables: [],
  unhashedVariables: [],
  hostTools: ['dpkg-deb'],
  pool: 'processor',
  description: 'Collects binary packages into a repository with an index.',
};
