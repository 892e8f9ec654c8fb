import { bootstrapTask } from './bootstrap.ts';
import { buildRootTask } from './build-root.ts';
import { cleanTask } from './clean.ts';
import { cleanDownloadsTask } from './clean-downloads.ts';
import { cleanSstateTask } from './clean-sstate.ts';
import { deployTask } from './deploy.ts';
import { feedTask } from './feed.ts';
import { fetchTask } from './fetch.ts';
import { fetchLockedTask } from './fetch-locked.ts';
import { imageManifestTask } from './image-manifest.ts';
import { lockedRepositoryTask } from './locked-repository.ts';
import { ociLayoutTask } from './oci-layout.ts';
import { packageTask } from './package.ts';
import { packageQaTask } from './package-qa.ts';
import { packageRevisionTask } from './package-revision.ts';
import { patchTask } from './patch.ts';
import { populateSysrootTask } from './populate-sysroot.ts';
import { recipeSysrootTask } from './recipe-sysroot.ts';
import { sourceRevisionTask } from './source-revision.ts';
import type { TaskType } from './task-type.ts';
import { unpackTask } from './unpack.ts';
import { unpackRootTask } from './unpack-root.ts';

/** Every built-in task by the name that `[builtin]` gives it. */
export const taskTypeTable: ReadonlyMap<string, TaskType> = new Map(
  [
    bootstrapTask,
    buildRootTask,
    cleanTask,
    cleanDownloadsTask,
    cleanSstateTask,
    deployTask,
    feedTask,
    fetchTask,
    fetchLockedTask,
    lockedRepositoryTask,
    imageManifestTask,
    ociLayoutTask,
    packageTask,
    packageQaTask,
    packageRevisionTask,
    patchTask,
    populateSysrootTask,
    recipeSysrootTask,
    sourceRevisionTask,
    unpackTask,
    unpackRootTask,
  ].map((type) => [type.name, type]),
);
