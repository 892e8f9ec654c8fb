import type { GitSource } from '../tasks/fetch/git/git-source.ts';
import { git, tryGit } from './git.ts';

/** Which branch a clone is on, and which folder of it counts. */
export interface CloneOptions {
  readonly branch: string;
  /** Empty: all of it. */
  readonly subpath: string;
}

/**
 * Clones a fetched repository with its history, on a branch of its own at the commit of the source; `origin` is the real
 * repository. Rejects with StxError.
 */
export async function cloneCommit(source: GitSource, into: string, { branch }: CloneOptions): Promise<void> {
  const quiet = ['--quiet', '--no-checkout', '--no-tags', '--template='];
  await git('/', ['clone', ...quiet, source.path, into]);
  await git(into, ['remote', 'set-url', 'origin', source.address.remote]);
  await git(into, ['config', 'core.autocrlf', 'false']);
  await fetchFrom(into, source.path, source.revision);
  await git(into, ['checkout', '--quiet', '--no-track', '-B', branch, source.revision]);
}

/** Brings a commit of a mirror into a clone. Rejects with StxError. */
export async function fetchFrom(tree: string, mirror: string, commit: string): Promise<void> {
  if ((await tryGit(tree, ['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0) return;
  const anyCommit = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true -c safe.directory=* upload-pack';
  await git(tree, ['fetch', '--quiet', '--no-tags', anyCommit, mirror, commit]);
}
