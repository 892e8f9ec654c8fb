import type { BuiltinTask } from './builtin-task.ts';

type Loader = () => Promise<{ readonly run: BuiltinTask }>;

const loaders = {
  fetch: () => import('./fetch/fetch.ts'),
  'fetch-locked': () => import('./fetch/fetch-locked.ts'),
  unpack: () => import('./unpack/unpack.ts'),
  patch: () => import('./patch/patch.ts'),
  'populate-sysroot': () => import('./populate-sysroot/populate-sysroot.ts'),
  'recipe-sysroot': () => import('./recipe-sysroot/recipe-sysroot.ts'),
  package: () => import('./package/package.ts'),
  'package-qa': () => import('./package-qa/package-qa.ts'),
  'package-revision': () => import('./package-write/package-revision.ts'),
  'source-revision': () => import('./package-write/source-revision.ts'),
  feed: () => import('./feed/feed.ts'),
  'image-manifest': () => import('./image-manifest/image-manifest.ts'),
  'oci-layout': () => import('./oci/oci-layout.ts'),
  'locked-repository': () => import('./locked-repository/locked-repository.ts'),
  bootstrap: () => import('./bootstrap/bootstrap.ts'),
  'build-root': () => import('./build-root/build-root.ts'),
  'unpack-root': () => import('./unpack-root/unpack-root.ts'),
  clean: () => import('./clean/clean.ts'),
  'clean-downloads': () => import('./clean/clean-downloads.ts'),
  'clean-sstate': () => import('./clean/clean-sstate.ts'),
  deploy: () => import('./deploy/deploy.ts'),
} as const satisfies Record<string, Loader>;

/** A value of the varflag `builtin`. */
export type BuiltinName = keyof typeof loaders;

/** Every built-in task by name, sorted. */
export const builtinNames: readonly BuiltinName[] = (Object.keys(loaders) as BuiltinName[]).sort();

/** Whether a text names a built-in task. */
export function isBuiltinName(name: string): name is BuiltinName {
  return Object.hasOwn(loaders, name);
}

const loaded = new Map<BuiltinName, BuiltinTask>();

/** Loads the code of a built-in task; only what a thread really runs is imported. */
export async function loadBuiltin(name: BuiltinName): Promise<BuiltinTask> {
  const run = loaded.get(name) ?? (await loaders[name]()).run;
  loaded.set(name, run);
  return run;
}
